// A report without a network: what is written waits in this device's store and is sent when it can be.
// Entries go one at a time, the oldest first; each has its own key, so one sent twice counts once.
const told = document.getElementById("report-data");
const data = told ? JSON.parse(told.textContent) : null;
const box = document.getElementById("outbox");
const list = document.getElementById("outbox-list");
const state = document.getElementById("outbox-state");
const place = document.getElementById("position-state");
const form = document.getElementById("report");
const SEND_EVERY_MS = 30_000, LONGEST_PX = 1600;
let position = null, sending = false;

const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const say = (text, ...values) => values.reduce((made, value) => made.replace("{}", value), text);

// The store: entries in the order in which they were made.
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("guanggu-projects", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => reject(asked.error);
});

async function within(mode, act) {
  const base = await opened;
  return new Promise((resolve, reject) => {
    const work = base.transaction("entries", mode);
    const asked = act(work.objectStore("entries"));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = () => reject(work.error);
    work.onabort = () => reject(work.error);
  });
}

const all = () => within("readonly", (store) => store.getAll());
const keep = (entry) => within("readwrite", (store) => store.add(entry));
const change = (entry) => within("readwrite", (store) => store.put(entry));
const drop = (order) => within("readwrite", (store) => store.delete(order));

async function show() {
  const entries = await all(), words = data.words;
  box.hidden = !entries.length;
  state.textContent = entries.length ? say(words.waiting, entries.length) + (navigator.onLine ? "" : ` – ${words.offline}`) : words.all_sent;
  list.replaceChildren(...entries.map((entry) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = entry.title;
    item.append(text);
    if (entry.refused) {
      const wrong = document.createElement("span");
      wrong.className = "error";
      wrong.textContent = words.refused + entry.refused;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button secondary small";
      button.textContent = words.discard;
      button.addEventListener("click", async () => { await drop(entry.order); await show(); });
      item.append(wrong, button);
    }
    return item;
  }));
}

function request(entry) {
  const headers = { "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value };
  if (entry.kind === "photo") {
    const body = new FormData();
    body.set("key", entry.key);
    body.set("report", entry.report);
    body.set("photo", entry.blob, entry.name);
    return fetch(data.photo, { method: "POST", body, headers, redirect: "error" });
  }
  const { order, kind, title, refused, ...sent } = entry;
  return fetch(data.send, {
    method: "POST", body: JSON.stringify(sent), redirect: "error",
    headers: { ...headers, "Content-Type": "application/json" },
  });
}

// "taken", "refused" (it will never fit) or "later" (no network, a busy or signed-out server).
async function send(entry) {
  let answer;
  try {
    answer = await request(entry);
  } catch {
    return "later";
  }
  if (answer.ok) {
    const made = await answer.json();
    if (entry.kind === "report") await giveReport(entry.key, made.report);
    return made.report;
  }
  if (answer.status === 403 || answer.status === 401) {
    state.textContent = data.words.sign_in;
    return "later";
  }
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "later";
  const problem = await answer.json().catch(() => ({ message: String(answer.status), fields: {} }));
  entry.refused = [problem.message, ...Object.values(problem.fields || {})].join(" ");
  return "refused";
}

// Photos wait for the key of the report that they belong to.
async function giveReport(written, report) {
  for (const entry of await all()) {
    if (entry.kind === "photo" && entry.written === written) await change({ ...entry, report });
  }
}

async function sendAll() {
  if (sending || !data) return;
  sending = true;
  let last = "";
  try {
    for (;;) {
      const entry = (await all()).find((each) => !each.refused && (each.kind !== "photo" || each.report));
      if (!entry) break;
      const outcome = await send(entry);
      if (outcome === "later") break;
      if (outcome === "refused") {
        await change(entry);
      } else {
        await drop(entry.order);
        last = outcome;
      }
    }
  } finally {
    sending = false;
    await show();
  }
  if (last && !(await all()).length) location.assign(`/projects/report/${encodeURIComponent(last)}/`);
}

// A telephone's photo is several megabytes; a side of 1600 pixels shows as much of a site.
async function smaller(file) {
  try {
    const picture = await createImageBitmap(file);
    const share = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
    if (share === 1) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * share);
    canvas.height = Math.round(picture.height * share);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => { canvas.toBlob((blob) => resolve(blob || file), "image/jpeg", 0.85); });
  } catch {
    return file; // the server says whether it is a photo
  }
}

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
    await keep({ key: fresh(), kind: "photo", written: key, report: "", title: photo.name, ...photo });
  }
  await keep({
    key, kind: "report", project: data.project, month: text("month"), invested: text("invested"), progress: text("progress"),
    problems: text("problems"), steps: stepsOf(), at: new Date().toISOString(),
    lon: position ? position[0] : null, lat: position ? position[1] : null, title: month.options[month.selectedIndex].text,
  });
  await show();
  await sendAll();
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
  form.addEventListener("submit", write);
  locate();
  document.getElementById("outbox-send").addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("offline", show);
  setInterval(sendAll, SEND_EVERY_MS);
  show().then(sendAll);
}
