// A patrol without a network: findings, photos and the track wait in the outbox of this device.
import { Outbox, fresh, post, say, smaller } from "./outbox.js";

const data = JSON.parse(document.getElementById("patrol-data").textContent);
const words = data.words;
const state = document.getElementById("patrol-state");
const TRACK_EVERY_MS = 10_000, POINTS_A_SEND = 200;
let position = null, metres = 0;

function titleOf(entry) {
  if (entry.kind === "finding") return entry.title || entry.description;
  if (entry.kind === "photo") return entry.name;
  return entry.kind === "track" ? `${entry.points.length} × GPS` : words.tracking;
}

function request(entry) {
  if (entry.kind === "photo") {
    const form = new FormData();
    form.set("key", entry.key);
    form.set("issue", entry.issue);
    form.set("photo", entry.blob, entry.name);
    return post(data.photo, form);
  }
  const { order, title, refused, ...sent } = entry;
  return post(data.send, sent);
}

async function taken(entry, made) {
  if (entry.kind === "finding") await giveIssue(entry.key, made.issue);
  if (entry.kind === "track" && entry.patrol === data.patrol) {
    metres = made.length_m;
    if (state) state.textContent = say(words.metres, metres);
  }
}

// Photos wait for the number of the problem that they belong to.
async function giveIssue(finding, issue) {
  for (const entry of await outbox.all()) {
    if (entry.kind === "photo" && entry.finding === finding) await outbox.change({ ...entry, issue });
  }
}

const outbox = new Outbox("guanggu-patrol", words, {
  title: titleOf,
  shown: (entry) => entry.kind !== "track",
  isReady: (entry) => entry.kind !== "photo" || Boolean(entry.issue),
  request, taken,
  // The patrol was ended meanwhile: the rest of its track has nowhere to go, and nobody can mend it.
  isOver: (entry, problem) => problem.code === "patrol_ended" && ["track", "end"].includes(entry.kind),
  before: () => flush(),
  after: (sent, left) => {
    const isEnded = sent.some((entry) => entry.kind === "end");
    if (isEnded && !left.some((entry) => !entry.refused)) location.assign("/lakes/patrol/");
  },
});

async function noteFinding(event) {
  const form = event.target;
  const values = new FormData(form);
  if (!String(values.get("description")).trim()) return; // the server's page says what is missing
  event.preventDefault();
  const key = fresh();
  const kind = form.elements.kind;
  await outbox.keep({
    key, kind: "finding", number: String(values.get("number")), lake: data.lake, patrol: data.patrol,
    issue_kind: String(values.get("kind")), severity: String(values.get("severity")),
    description: String(values.get("description")), place: String(values.get("place")),
    outfall: String(values.get("outfall") || ""), at: new Date().toISOString(),
    lon: position ? position[0] : null, lat: position ? position[1] : null,
    title: kind.options ? kind.options[kind.selectedIndex].text : "",
  });
  for (const file of values.getAll("photos")) {
    if (file.size) await outbox.keep({ key: fresh(), kind: "photo", finding: key, issue: "", blob: await smaller(file), name: file.name || "photo.jpg" });
  }
  form.reset();
  form.elements.number.value = fresh();
  if (state) state.textContent = words.kept;
  await outbox.show();
  await outbox.sendAll();
}

async function noteEnd(event) {
  event.preventDefault();
  await flush();
  await outbox.keep({ key: fresh(), kind: "end", patrol: data.patrol, note: String(new FormData(event.target).get("note")), at: new Date().toISOString() });
  await outbox.sendAll();
}

// The track: kept every few seconds, sent in parts.
let part = [], lastAt = 0;

async function flush() {
  if (!part.length) return;
  const points = part;
  part = [];
  for (let n = 0; n < points.length; n += POINTS_A_SEND) {
    await outbox.keep({ key: fresh(), kind: "track", patrol: data.patrol, points: points.slice(n, n + POINTS_A_SEND) });
  }
}

function follow() {
  if (!navigator.geolocation) {
    state.textContent = words.no_position;
    return;
  }
  navigator.geolocation.watchPosition(
    (found) => {
      position = [found.coords.longitude, found.coords.latitude];
      const finding = document.getElementById("finding");
      finding.elements.lon.value = String(position[0]);
      finding.elements.lat.value = String(position[1]);
      if (found.timestamp - lastAt < TRACK_EVERY_MS) return;
      lastAt = found.timestamp;
      part.push([position[0], position[1], Math.round(found.timestamp)]);
      if (!metres) state.textContent = words.tracking;
    },
    () => { if (!position) state.textContent = words.no_position; },
    { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 },
  );
}

if (data.patrol) {
  document.getElementById("finding").addEventListener("submit", noteFinding);
  document.getElementById("end").addEventListener("submit", noteEnd);
  follow();
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
}
outbox.run();
