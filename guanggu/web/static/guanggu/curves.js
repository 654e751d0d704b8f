// Curves: each figure.curve holds its data as JSON; here its picture becomes one that can be
// zoomed and read point by point, and is asked for again while somebody looks at it. The drawing
// library is loaded only when a figure comes near the screen.
let drawing = null;

const COLOURS = ["#0b4ca1", "#d98200", "#0f8a63", "#b4151c", "#5b3a96", "#4a95b8"];
const TONES = { ok: "#0a6640", warn: "#c47f00", bad: "#b4151c" };
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const inDistrict = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short",
});

function spacing(points) {
  const steps = points.slice(1).map((p, i) => p[0] - points[i][0]).sort((a, b) => a - b);
  return steps.length ? steps[Math.floor(steps.length / 2)] : 0;
}

// A missing stretch is a gap in the line, as in the picture of the server.
function withGaps(points) {
  const longest = spacing(points) * 2.5;
  const drawn = [];
  points.forEach((point, index) => {
    if (index && longest && point[0] - points[index - 1][0] > longest) {
      drawn.push([points[index - 1][0] + 1, null]);
    }
    drawn.push([point[0], point[1]]);
  });
  return drawn;
}

function limitLines(limits, highest) {
  return {
    symbol: "none", silent: true,
    data: limits.filter((limit) => !highest || limit.value <= 3 * highest).map((limit) => ({
      yAxis: limit.value, name: limit.title,
      lineStyle: { color: TONES[limit.tone] || "#16202c", type: "dashed", width: 1.4 },
      label: { formatter: limit.title, position: "insideEndTop", color: "#16202c" },
    })),
  };
}

function seriesOf(data) {
  const known = data.curves.flatMap((curve) => curve.points.map((p) => p[1])).filter((v) => v !== null);
  const highest = known.length ? Math.max(...known) : 0;
  const drawn = [];
  data.curves.forEach((curve, index) => {
    const colour = COLOURS[index % COLOURS.length];
    if (curve.band) drawn.push(...bandOf(curve, colour));
    drawn.push({
      name: curve.name, type: "line", data: withGaps(curve.points), showSymbol: curve.points.length < 2,
      sampling: "lttb", itemStyle: { color: colour }, connectNulls: false,
      lineStyle: { color: colour, width: 2, type: curve.dashed ? "dashed" : "solid" },
      markLine: index ? undefined : limitLines(data.limits, highest),
    });
    const marked = curve.points.filter((p) => p[2] && p[1] !== null);
    if (marked.length) {
      drawn.push({
        name: curve.name, type: "scatter", symbolSize: 8, z: 5,
        data: marked.map((p) => ({
          value: [p[0], p[1], p[3]], itemStyle: { color: TONES[p[2]], borderColor: "#fff" },
        })),
      });
    }
  });
  return drawn;
}

function bandOf(curve, colour) {
  const pairs = curve.points.map((p, i) => [p[0], curve.band[i]]).filter((p) => p[1]);
  const base = { type: "line", stack: `band-${curve.name}`, symbol: "none", silent: true, lineStyle: { opacity: 0 } };
  return [
    { ...base, data: pairs.map((p) => [p[0], p[1][0]]) },
    { ...base, data: pairs.map((p) => [p[0], p[1][1] - p[1][0]]), areaStyle: { color: colour, opacity: 0.15 } },
  ];
}

function tip(unit) {
  return (items) => {
    const seen = items.filter((item) => item.seriesName && !item.seriesName.startsWith("series"));
    if (!seen.length) return "";
    const lines = new Map();
    for (const item of seen) {
      const [, value, mark] = item.value;
      if (value === null || value === undefined) continue;
      const figure = `${item.seriesName}  ${Number(value.toPrecision(5))} ${unit}`;
      lines.set(item.seriesName, mark ? `${figure} · ${mark}` : lines.get(item.seriesName) || figure);
    }
    return [inDistrict.format(seen[0].value[0]), ...lines.values()].join("\n");
  };
}

function optionOf(data, narrow) {
  const hours = data.end - data.start <= 36e5 * 25;
  return {
    animation: !still, color: COLOURS, aria: { enabled: false },
    grid: { left: 8, right: 16, top: 24, bottom: narrow ? 56 : 64, containLabel: true },
    tooltip: {
      trigger: "axis", renderMode: "richText", confine: true, formatter: tip(data.unit),
      backgroundColor: "#ffffff", borderColor: "#76839a", textStyle: { color: "#16202c" },
    },
    xAxis: {
      type: "time", min: data.start, max: data.end, splitNumber: narrow ? 4 : 8,
      axisLabel: {
        hideOverlap: true, color: "#49566a",
        formatter: (at) => {
          const text = inDistrict.format(at);
          const clock = text.slice(11, 16);
          if (hours) return clock;
          return clock === "00:00" || data.end - data.start > 8 * 864e5 ? text.slice(5, 10) : text.slice(5);
        },
      },
    },
    yAxis: {
      type: "value", scale: true, axisLabel: { color: "#49566a" },
      splitLine: { lineStyle: { color: "#e4e9f0" } },
    },
    dataZoom: [
      { type: "inside", zoomOnMouseWheel: "ctrl" },
      { type: "slider", height: 22, bottom: 8, labelFormatter: (at) => inDistrict.format(at).slice(5) },
    ],
    series: seriesOf(data),
  };
}

function show(figure, data) {
  const place = figure.querySelector(".curve-picture");
  if (!place) return null;
  let chart = drawing.getInstanceByDom(place);
  if (!chart) {
    place.replaceChildren();
    place.classList.add("live");
    place.setAttribute("role", "img");
    place.setAttribute("aria-labelledby", figure.querySelector("figcaption").id);
    chart = drawing.init(place);
    new ResizeObserver(() => chart.resize()).observe(place);
  }
  chart.setOption(optionOf(data, place.clientWidth < 560), { replaceMerge: ["series"] });
  figure.dataset.drawn = String(data.curves.reduce((n, curve) => n + curve.points.length, 0));
  return chart;
}

// Names of the legend switch their curve on and off.
function switches(figure, data) {
  const items = figure.querySelectorAll(".legend li");
  if (data.curves.length < 2) return;
  data.curves.forEach((curve, index) => {
    const item = items[index];
    if (!item) return;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-pressed", "true");
    button.append(...item.childNodes);
    item.append(button);
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      curve.hidden = !on;
      show(figure, visible(data));
    });
  });
}

const visible = (data) => ({
  ...data, curves: data.curves.map((c) => (c.hidden ? { ...c, points: [], band: undefined } : c)),
});

function refresh(figure, data) {
  const seconds = Number(figure.dataset.refresh);
  if (!figure.dataset.href || !seconds) return;
  setInterval(async () => {
    if (document.hidden || !figure.isConnected) return;
    const answer = await fetch(figure.dataset.href, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const fresh = await answer.json();
    fresh.curves.forEach((curve, i) => { curve.hidden = data.curves[i] && data.curves[i].hidden; });
    Object.assign(data, fresh);
    show(figure, visible(data));
  }, Math.max(seconds, 5) * 1000);
}

async function begin(figure) {
  if (figure.dataset.begun) return;
  figure.dataset.begun = "yes";
  drawing = drawing || await import("../vendor/echarts.js");
  const held = document.getElementById(figure.dataset.curve);
  const data = JSON.parse(held.textContent);
  if (!show(figure, data)) return;
  switches(figure, data);
  refresh(figure, data);
}

const near = new IntersectionObserver((seen) => {
  for (const each of seen) {
    if (each.isIntersecting) {
      near.unobserve(each.target);
      begin(each.target);
    }
  }
}, { rootMargin: "300px" });
const beginAll = (root) => root.querySelectorAll("figure.curve").forEach((figure) => near.observe(figure));
beginAll(document);
document.addEventListener("htmx:load", (event) => beginAll(event.target));
