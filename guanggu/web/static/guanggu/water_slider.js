// Colours the map of lakes by month as the slider moves; without it the small maps do the same.
const data = JSON.parse(document.getElementById("slides").textContent);
const box = document.querySelector("#lakes-map .slider");
const range = document.getElementById("month");
const said = document.getElementById("month-text");
const play = document.getElementById("play");
const shapes = [...document.querySelectorAll("#lakes-map .lakes-map .lake")];
let timer = 0;

function show(month) {
  said.textContent = data.months[month];
  range.setAttribute("aria-valuetext", data.months[month]);
  for (const shape of shapes) {
    const code = (data.classes[shape.dataset.lake] || [])[month] || "";
    shape.setAttribute("class", `lake c${code || "0"}`);
    shape.querySelector("title").textContent = `${data.names[shape.dataset.lake]}: ${data.titles[code]}`;
  }
}

function stop() {
  clearInterval(timer);
  timer = 0;
  play.setAttribute("aria-pressed", "false");
}

if (shapes.length && data.months.length > 1) {
  box.hidden = false;
  said.textContent = data.months[Number(range.value)];
  range.addEventListener("input", () => {
    stop();
    show(Number(range.value));
  });
  play.setAttribute("aria-pressed", "false");
  play.addEventListener("click", () => {
    if (timer) {
      stop();
      return;
    }
    play.setAttribute("aria-pressed", "true");
    let month = -1;
    timer = setInterval(() => {
      month = month + 1;
      range.value = String(month);
      show(month);
      if (month >= data.months.length - 1) stop();
    }, 900);
  });
}
