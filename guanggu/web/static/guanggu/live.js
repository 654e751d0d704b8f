// Live pages: panels and feed lines come by server-sent events and take their places. Where no
// stream can be had the page asks for the panels by the clock; without scripts it reloads itself.
const page = document.body;
const words = JSON.parse(document.getElementById("live-words").textContent);
const state = document.getElementById("live-state");
const LINES_MAX = 60;
const WAITS_MS = [500, 1000, 2000, 5000, 10000, 30000];
let stream = null;
let lastId = "";
let failures = 0;
let timer = 0;

function say(tone, text) {
  page.dataset.liveState = tone;
  state.textContent = text;
}

// The server escaped what it wrote; the policy of the page lets no script in it run.
function fill(name, html) {
  const place = page.querySelector(`[data-panel="${CSS.escape(name)}"]`);
  if (place && place.innerHTML !== html) place.innerHTML = html;
}

function addLine(name, html) {
  const list = page.querySelector(`[data-feed="${CSS.escape(name)}"]`);
  if (!list) return;
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const line = holder.content.firstElementChild;
  if (!line) return;
  const known = line.dataset.event && list.querySelector(`[data-event="${CSS.escape(line.dataset.event)}"]`);
  if (known) return;
  line.classList.add("new");
  list.prepend(line);
  while (list.children.length > LINES_MAX) list.lastElementChild.remove();
}

function listen(href) {
  if (stream) stream.close();
  stream = new EventSource(href);
  stream.addEventListener("open", () => { failures = 0; say("live", words.live); });
  stream.addEventListener("panel", (event) => {
    lastId = event.lastEventId;
    const told = JSON.parse(event.data);
    fill(told.panel, told.html);
  });
  stream.addEventListener("line", (event) => {
    lastId = event.lastEventId;
    const told = JSON.parse(event.data);
    addLine(told.feed, told.html);
  });
  stream.addEventListener("reload", () => location.reload());
  stream.addEventListener("renew", renew);
  stream.addEventListener("error", () => {
    say("lost", words.lost);
    if (stream.readyState === EventSource.CLOSED) later();
  });
}

// A ticket is good for one start: the page, which is signed in, asks for the next.
async function renew() {
  if (stream) stream.close();
  try {
    const after = lastId ? `?after=${encodeURIComponent(lastId)}` : "";
    const answer = await fetch(page.dataset.liveTicket + after, { headers: { Accept: "application/json" } });
    if (answer.status === 401 || answer.status === 403 || answer.redirected) {
      say("lost", words.out);
      return;
    }
    const told = await answer.json();
    if (told.href) listen(told.href);
    else later();
  } catch {
    later();
  }
}

function later() {
  if (stream) stream.close();
  clearTimeout(timer);
  const wait = WAITS_MS[Math.min(failures, WAITS_MS.length - 1)];
  failures += 1;
  // Twice in vain: there may be no live server at all, so the clock keeps the page fresh meanwhile.
  if (failures > 2) ask();
  timer = setTimeout(renew, wait);
}

async function ask() {
  try {
    const answer = await fetch(page.dataset.livePanels, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const told = await answer.json();
    for (const [name, html] of Object.entries(told.panels)) fill(name, html);
    const holder = document.createElement("template");
    holder.innerHTML = told.lines;
    for (const line of [...holder.content.children].reverse()) addLine("happenings", line.outerHTML);
    say("clock", words.clock);
  } catch {
    say("lost", words.lost);
  }
}

const clock = document.getElementById("wall-clock");
if (clock) {
  const shown = new Intl.DateTimeFormat(document.documentElement.lang, {
    timeZone: "Asia/Shanghai", dateStyle: "full", timeStyle: "medium",
  });
  const tick = () => { clock.textContent = shown.format(new Date()); };
  tick();
  setInterval(tick, 1000);
}
if (page.dataset.liveStream) listen(page.dataset.liveStream);
else setInterval(ask, Number(page.dataset.liveRefresh) * 1000);
