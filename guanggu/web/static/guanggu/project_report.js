// A report without a network: it waits with its photos in the outbox of this device.
import { Outbox, fresh, post, say, smaller } from "./outbox.js";

const told = document.getElementById("report-data");
const data = told ? JSON.parse(told.textContent) : null;
const place = document.getElementById("position-state");
const form = document.getElementById("report");
let position = null, outbox = null, last = "";

function request(entry) {
  if (entry.kind === "photo") {
    const body = new FormData();
    body.set("key", entry.key);
    body.set("report", entry.report);
    body.set("photo", entry.blob, entry.name);
    return post(data.photo, body);
  }
  const { order, kind, title, refused, ...sent } = entry;
  return post(data.send, sent);
}

// Photos wait for the key of the report that they belong to.
async function taken(entry, made) {
  last = made.report;
  if (entry.kind !== "report") return;
  for (const each of await outbox.all()) {
    if (each.kind === "photo" && each.written === entry.key) await outbox.change({ ...each, report: made.report });
  }
}

const WAYS = {
  title: (entry) => entry.title,
  isReady: (entry) => entry.kind !== "photo" || Boolean(entry.report),
  request, taken,
  fault: (problem) => [problem.message, ...Object.values(problem.fields || {})].join(" "),
  after: (sent, left) => {
    if (sent.length && !left.length) location.assign(`/projects/report/${encodeURIComponent(last)}/`);
  },
};

function stepsOf() {
  const steps = {};
  for (const input of form.querySelectorAll("[data-step]")) {
    const days = (steps[input.dataset.step] ??= ["", ""]);
    days[input.name.startsWith("actual-") ? 1 : 0] = input.value;
  }
  return Object.fromEntries(Object.entries(steps).filter(([, days]) => days.some(Boolean)));
}

async function write(event) {
  const values = new FormData(form), text = (name) => String(values.get(name) ?? "");
  if (!text("progress").trim() || !text("invested").trim()) return; // the server's page says what is missing
  event.preventDefault();
  const key = fresh(), month = form.elements.month;
  const files = values.getAll("photos").filter((file) => file.size);
  const photos = await Promise.all(files.map(async (file) => ({ blob: await smaller(file), name: file.name || "photo.jpg" })));
  // Photos first: they wait for their report, which must not be sent before they are there.
  for (const photo of photos) {
    await outbox.keep({ key: fresh(), kind: "photo", written: key, report: "", title: photo.name, ...photo });
  }
  await outbox.keep({
    key, kind: "report", project: data.project, month: text("month"), invested: text("invested"), progress: text("progress"),
    problems: text("problems"), steps: stepsOf(), at: new Date().toISOString(),
    lon: position ? position[0] : null, lat: position ? position[1] : null, title: month.options[month.selectedIndex].text,
  });
  await outbox.show();
  await outbox.sendAll();
}

function locate() {
  const words = data.words;
  place.hidden = false;
  place.textContent = words.locating;
  const lost = () => { if (!position) { place.classList.add("warn"); place.textContent = words.no_position; } };
  if (!navigator.geolocation) { lost(); return; }
  navigator.geolocation.watchPosition((found) => {
    position = [found.coords.longitude, found.coords.latitude];
    form.elements.lon.value = String(position[0]);
    form.elements.lat.value = String(position[1]);
    place.classList.remove("warn");
    place.textContent = say(words.located, Math.round(found.coords.accuracy));
  }, lost, { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 });
}

if (data) {
  outbox = new Outbox("guanggu-projects", data.words, WAYS);
  form.addEventListener("submit", write);
  locate();
  outbox.run();
}
