// A patrol without a network: what is noted waits in this device's store and is sent when it can be.
// Entries go one at a time, the oldest first; each has its own key, so one sent twice counts once.
const data = JSON.parse(document.getElementById("patrol-data").textContent);
const words = data.words;
const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
const state = document.getElementById("patrol-state");
const box = document.getElementById("outbox");
const list = document.getElementById("outbox-list");
const told = document.getElementById("outbox-state");
const TRACK_EVERY_MS = 10_000, SEND_EVERY_MS = 30_000, POINTS_A_SEND = 200, LONGEST_PX = 1600;
let position = null, sending = false, metres = 0;

const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
const say = (text, ...values) => values.reduce((made, value) => made.replace("{}", value), text);

// The store: entries in the order in which they were made.
const opened = new Promise((resolve, reject) => {
  const asked = indexedDB.open("guanggu-patrol", 1);
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

function titleOf(entry) {
  if (entry.kind === "finding") return entry.title || entry.description;
  if (entry.kind === "photo") return entry.name;
  return entry.kind === "track" ? `${entry.points.length} × GPS` : words.tracking;
}

async function show() {
  const entries = await all();
  const seen = entries.filter((entry) => entry.kind !== "track" || entry.refused);
  box.hidden = !entries.length;
  told.textContent = entries.length ? say(words.waiting, entries.length) + (navigator.onLine ? "" : ` – ${words.offline}`) : words.all_sent;
  list.replaceChildren(...seen.map((entry) => {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = titleOf(entry);
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
  if (entry.kind === "photo") {
    const form = new FormData();
    form.set("key", entry.key);
    form.set("issue", entry.issue);
    form.set("photo", entry.blob, entry.name);
    return fetch(data.photo, { method: "POST", body: form, headers: { "X-CSRFToken": token }, redirect: "error" });
  }
  const { order, title, refused, ...sent } = entry;
  return fetch(data.send, {
    method: "POST", body: JSON.stringify(sent), redirect: "error",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
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
    if (entry.kind === "finding") await giveIssue(entry.key, made.issue);
    if (entry.kind === "track" && entry.patrol === data.patrol) {
      metres = made.length_m;
      if (state) state.textContent = say(words.metres, metres);
    }
    return "taken";
  }
  if (answer.status === 403 || answer.status === 401) {
    told.textContent = words.sign_in;
    return "later";
  }
  if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "later";
  const problem = await answer.json().catch(() => ({ code: "", message: String(answer.status) }));
  // The patrol was ended meanwhile: the rest of its track has nowhere to go, and nobody can mend it.
  if (entry.kind === "track" && problem.code === "patrol_ended") return "taken";
  if (entry.kind === "end" && problem.code === "patrol_ended") return "taken";
  entry.refused = problem.message;
  return "refused";
}

// Photos wait for the number of the problem that they belong to.
async function giveIssue(finding, issue) {
  for (const entry of await all()) {
    if (entry.kind === "photo" && entry.finding === finding) await change({ ...entry, issue });
  }
}

async function sendAll() {
  if (sending) return;
  sending = true;
  let ended = false;
  try {
    for (;;) {
      const entry = (await all()).find((each) => !each.refused && (each.kind !== "photo" || each.issue));
      if (!entry) break;
      const outcome = await send(entry);
      if (outcome === "later") break;
      if (outcome === "refused") await change(entry);
      else await drop(entry.order);
      ended = ended || (entry.kind === "end" && outcome === "taken");
    }
  } finally {
    sending = false;
    await show();
  }
  if (ended && !(await all()).some((entry) => !entry.refused)) location.assign("/lakes/patrol/");
}

// A telephone's photo is several megabytes; a side of 1600 pixels shows as much of a finding.
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

async function noteFinding(event) {
  const form = event.target;
  const values = new FormData(form);
  if (!String(values.get("description")).trim()) return; // the server's page says what is missing
  event.preventDefault();
  const key = fresh();
  const kind = form.elements.kind;
  await keep({
    key, kind: "finding", number: String(values.get("number")), lake: data.lake, patrol: data.patrol,
    issue_kind: String(values.get("kind")), severity: String(values.get("severity")),
    description: String(values.get("description")), place: String(values.get("place")),
    outfall: String(values.get("outfall") || ""), at: new Date().toISOString(),
    lon: position ? position[0] : null, lat: position ? position[1] : null,
    title: kind.options ? kind.options[kind.selectedIndex].text : "",
  });
  for (const file of values.getAll("photos")) {
    if (file.size) await keep({ key: fresh(), kind: "photo", finding: key, issue: "", blob: await smaller(file), name: file.name || "photo.jpg" });
  }
  form.reset();
  form.elements.number.value = fresh();
  if (state) state.textContent = words.kept;
  await show();
  await sendAll();
}

async function noteEnd(event) {
  event.preventDefault();
  await flush();
  await keep({ key: fresh(), kind: "end", patrol: data.patrol, note: String(new FormData(event.target).get("note")), at: new Date().toISOString() });
  await sendAll();
}

// The track: kept every few seconds, sent in parts.
let part = [], lastAt = 0;

async function flush() {
  if (!part.length) return;
  const points = part;
  part = [];
  for (let n = 0; n < points.length; n += POINTS_A_SEND) {
    await keep({ key: fresh(), kind: "track", patrol: data.patrol, points: points.slice(n, n + POINTS_A_SEND) });
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
document.getElementById("outbox-send").addEventListener("click", sendAll);
window.addEventListener("online", sendAll);
window.addEventListener("offline", show);
setInterval(async () => { await flush(); await sendAll(); }, SEND_EVERY_MS);
show().then(sendAll);
