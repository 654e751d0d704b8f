// What is written without a network waits in this device's store and is sent when it can be.
// Entries go one at a time, the oldest first; each has its own key, so one sent twice counts once.
const SEND_EVERY_MS = 30_000, LONGEST_PX = 1600;

export const fresh = () => [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
export const say = (text, ...values) => values.reduce((made, value) => made.replace("{}", value), text);

// A telephone's photo is several megabytes; a side of 1600 pixels shows as much.
export async function smaller(file) {
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

// Send an entry's content: a form as it is, anything else as JSON.
export function post(address, content) {
  const headers = { "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value };
  const isForm = content instanceof FormData;
  if (!isForm) headers["Content-Type"] = "application/json";
  return fetch(address, { method: "POST", body: isForm ? content : JSON.stringify(content), headers, redirect: "error" });
}

function opened(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

// What a page does with its entries:
//   request(entry) sends one; title(entry) names one in the list, shown(entry) whether it stands there;
//   isReady(entry) whether it may go yet; taken(entry, made) after the server took it;
//   fault(problem) its words; isOver(entry, problem) it has nowhere to go and nobody can mend it;
//   before() is called ahead of each turn by the clock; after(taken) when a turn has ended.
const NOTHING = {
  shown: () => true, isReady: () => true, taken: () => {}, fault: (problem) => problem.message,
  isOver: () => false, before: () => {}, after: () => {},
};

export class Outbox {
  #base; #words; #ways; #sending = false; #isSignedOut = false;

  constructor(name, words, ways) {
    this.#base = opened(name);
    this.#words = words;
    this.#ways = { ...NOTHING, ...ways };
    this.box = document.getElementById("outbox");
    this.list = document.getElementById("outbox-list");
    this.state = document.getElementById("outbox-state");
  }

  // The store: entries in the order in which they were made.
  async #within(mode, act) {
    const base = await this.#base;
    return new Promise((resolve, reject) => {
      const work = base.transaction("entries", mode);
      const asked = act(work.objectStore("entries"));
      work.oncomplete = () => resolve(asked.result);
      work.onerror = () => reject(work.error);
      work.onabort = () => reject(work.error);
    });
  }

  all() { return this.#within("readonly", (store) => store.getAll()); }
  keep(entry) { return this.#within("readwrite", (store) => store.add(entry)); }
  change(entry) { return this.#within("readwrite", (store) => store.put(entry)); }
  drop(order) { return this.#within("readwrite", (store) => store.delete(order)); }

  #item(entry) {
    const item = document.createElement("li"), text = document.createElement("span");
    text.textContent = this.#ways.title(entry);
    item.append(text);
    if (entry.refused) {
      const wrong = document.createElement("span"), button = document.createElement("button");
      wrong.className = "error";
      wrong.textContent = this.#words.refused + entry.refused;
      button.type = "button";
      button.className = "button secondary small";
      button.textContent = this.#words.discard;
      button.addEventListener("click", async () => { await this.drop(entry.order); await this.show(); });
      item.append(wrong, button);
    }
    return item;
  }

  async show() {
    const entries = await this.all(), words = this.#words;
    this.box.hidden = !entries.length;
    const waits = say(words.waiting, entries.length) + (navigator.onLine ? "" : ` – ${words.offline}`);
    this.state.textContent = !entries.length ? words.all_sent : this.#isSignedOut ? words.sign_in : waits;
    const seen = entries.filter((entry) => entry.refused || this.#ways.shown(entry));
    this.list.replaceChildren(...seen.map((entry) => this.#item(entry)));
  }

  // "taken", "refused" (it will never fit) or "later" (no network, a busy or signed-out server).
  async #send(entry) {
    let answer;
    try {
      answer = await this.#ways.request(entry);
    } catch {
      return "later";
    }
    this.#isSignedOut = answer.status === 403 || answer.status === 401;
    if (this.#isSignedOut) return "later";
    if (answer.ok) {
      await this.#ways.taken(entry, await answer.json());
      return "taken";
    }
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "later";
    const problem = await answer.json().catch(() => ({ code: "", message: String(answer.status), fields: {} }));
    if (this.#ways.isOver(entry, problem)) return "taken";
    entry.refused = this.#ways.fault(problem);
    return "refused";
  }

  async sendAll() {
    if (this.#sending) return;
    this.#sending = true;
    const taken = [];
    try {
      for (;;) {
        const entry = (await this.all()).find((each) => !each.refused && this.#ways.isReady(each));
        if (!entry) break;
        const outcome = await this.#send(entry);
        if (outcome === "later") break;
        if (outcome === "refused") {
          await this.change(entry);
        } else {
          await this.drop(entry.order);
          taken.push(entry);
        }
      }
    } finally {
      this.#sending = false;
      await this.show();
    }
    await this.#ways.after(taken, await this.all());
  }

  // Show what waits, and send it now, when the network comes, and every half minute.
  run() {
    document.getElementById("outbox-send").addEventListener("click", () => this.sendAll());
    window.addEventListener("online", () => this.sendAll());
    window.addEventListener("offline", () => this.show());
    setInterval(async () => { await this.#ways.before(); await this.sendAll(); }, SEND_EVERY_MS);
    this.show().then(() => this.sendAll());
  }
}
