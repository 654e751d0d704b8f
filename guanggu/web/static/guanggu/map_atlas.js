// The map of all layers: tiles of this server, switched by the tree; queries, measures and links
// are answered by the same addresses that work without scripts.
import { NavigationControl, Popup, ScaleControl } from "../vendor/maplibre-gl.mjs";
import { drawings, GROUND, makeChart } from "./map.js";

const root = document.querySelector(".atlas[data-atlas]");
const data = JSON.parse(document.getElementById(root.dataset.atlas).textContent);
const { words } = data;
const place = root.querySelector(".atlas-map");
const hint = root.querySelector(".atlas-hint");
const results = root.querySelector(".atlas-found");
const tree = root.querySelector(".atlas-tree");
const done = root.querySelector("[data-done]");


const optionsOf = (layer) => ({
  part: layer.key, source: layer.key, colour: layer.colour, base: false, labelled: !layer.base,
  label: ["to-string", ["coalesce", ["get", layer.label], ""]],
});

function partsOf(layer) {
  const parts = [];
  for (const one of drawings(layer.key, optionsOf(layer))) {
    parts.push({ ...one, minzoom: layer.minzoom });
    if (one.type !== "symbol") continue;
    // Areas are named at one place of their own, which the tile holds beside them.
    parts[parts.length - 1].filter = ["!=", ["geometry-type"], "Polygon"];
    parts.push({ ...one, id: `${layer.key}:names`, "source-layer": `${layer.key}:names`, minzoom: layer.minzoom });
  }
  return parts;
}

function styleOf() {
  const sources = {
    sketch: { type: "geojson", data: { type: "FeatureCollection", features: [] } },
  };
  const rank = { fill: 0, line: 1, circle: 2, symbol: 3 };
  const parts = [];
  for (const layer of [...data.layers].reverse()) {
    sources[layer.key] = { type: "vector", tiles: [new URL(layer.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")], maxzoom: data.zoomMax };
    parts.push(...partsOf(layer));
  }
  parts.sort((a, b) => rank[a.type] - rank[b.type]);
  for (const part of parts) {
    const layer = data.layers.find((one) => one.key === part.source);
    part.layout = { ...part.layout, visibility: layer.on ? "visible" : "none" };
    if (data.where && data.where[0] === layer.key) {
      const chosen = ["==", ["to-string", ["get", data.where[1]]], data.where[2]];
      part.filter = part.filter ? ["all", part.filter, chosen] : chosen;
    }
  }
  const sketch = [
    { id: "sketch:area", type: "fill", source: "sketch", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": "#b4151c", "fill-opacity": 0.12 } },
    { id: "sketch:line", type: "line", source: "sketch", paint: { "line-color": "#b4151c", "line-width": 2.5, "line-dasharray": [2, 1.5] } },
    { id: "sketch:place", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": 4, "circle-color": "#fff", "circle-stroke-color": "#b4151c", "circle-stroke-width": 2 } },
  ];
  return { version: 8, sources, layers: [{ id: "ground", type: "background", paint: { "background-color": GROUND } }, ...parts, ...sketch] };
}

// Where the address names a middle and a zoom, the map opens there.
function opening() {
  const params = new URLSearchParams(location.search);
  const middle = (params.get("c") || "").split(",").map(Number);
  const zoom = Number(params.get("z"));
  if (middle.length === 2 && middle.every(Number.isFinite) && zoom > 0) return { center: middle, zoom };
  return { bounds: data.bounds, fitBoundsOptions: { padding: 20 } };
}

const chosen = () => [...tree.querySelectorAll("input[name=layer]:checked")].map((box) => box.value);
const round = (n) => Math.round(n * 1e6) / 1e6;

function addressOf(path, more) {
  const params = new URLSearchParams({ layers: chosen().join(","), ...more });
  if (data.where) {
    params.set("where", `${data.where[0]}.${data.where[1]}`);
    params.set("is", data.where[2]);
  }
  return `${path}?${params}`;
}

async function ask(more) {
  hint.textContent = words.asking;
  const answer = await fetch(addressOf("/atlas/query/", { ...more, part: "1" }));
  if (answer.status >= 500) { hint.textContent = words.failed; return ""; }
  results.innerHTML = await answer.text(); // the server's own escaped page
  const heading = results.querySelector("h2");
  hint.textContent = heading ? heading.textContent : results.textContent.trim();
  return hint.textContent;
}

function begin() {
  const picture = [...place.childNodes];
  place.replaceChildren();
  place.classList.add("live");
  let chart;
  try {
    chart = makeChart(place, { style: styleOf(), ...opening() }, words);
  } catch (error) {
    console.info("map drawn by the server:", error.message);
    place.classList.remove("live");
    place.replaceChildren(...picture);
    return;
  }
  chart.touchZoomRotate.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }));
  chart.addControl(new ScaleControl());
  root.chart = chart;
  root.querySelector(".atlas-tools").hidden = false;
  hint.textContent = words.click;
  switches(chart);
  const sketch = sketching(chart);
  tools(chart, sketch);
  links(chart);
  chart.once("idle", () => { root.dataset.drawn = String(chart.queryRenderedFeatures().length); });
}

function switches(chart) {
  tree.addEventListener("change", (event) => {
    if (event.target.name !== "layer") return;
    const layer = data.layers.find((one) => one.key === event.target.value);
    for (const part of partsOf(layer)) {
      chart.setLayoutProperty(part.id, "visibility", event.target.checked ? "visible" : "none");
    }
    keep(chart);
  });
  tree.querySelector("button").textContent = tree.querySelector("details summary").textContent;
  tree.querySelector("details").append(tree.querySelector("button"));
}

function shapeOf(kind, places) {
  const features = places.map((at) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } }));
  const closed = kind !== "length" && places.length > 2;
  if (places.length > 1) {
    const geometry = closed ? { type: "Polygon", coordinates: [[...places, places[0]]] } : { type: "LineString", coordinates: places };
    features.unshift({ type: "Feature", properties: {}, geometry });
  }
  return { type: "FeatureCollection", features };
}

function sketching(chart) {
  let places = [];
  return {
    get places() { return places; },
    add(at, kind) { places.push(at); this.show(kind); },
    clear() { places = []; this.show("length"); },
    show(kind) { chart.getSource("sketch").setData(shapeOf(kind, places)); },
  };
}

async function measured(kind, places) {
  const text = places.map((at) => at.map(round).join(",")).join(";");
  const answer = await fetch(`/atlas/measure/?${new URLSearchParams({ places: text, f: "json" })}`);
  const body = await answer.json();
  const rows = kind === "length" ? body.rows.slice(0, 1) : body.rows.slice(1);
  hint.textContent = body.problem || rows.map((row) => row.join(" ")).join("，");
}

function tools(chart, sketch) {
  let tool = "click";
  let open = null;
  const least = () => (tool === "length" ? 2 : 3);
  const finish = async () => {
    if (sketch.places.length < least()) return;
    const kind = tool;
    const { places } = sketch;
    if (kind === "area") await ask({ area: places.map((at) => at.map(round).join(",")).join(";") });
    else await measured(kind, places);
    sketch.show(kind);
    ended = true;
  };
  let ended = false;
  root.querySelectorAll("[data-tool]").forEach((button) => button.addEventListener("click", () => {
    tool = button.dataset.tool;
    root.querySelectorAll("[data-tool]").forEach((one) => one.setAttribute("aria-pressed", String(one === button)));
    sketch.clear();
    ended = false;
    done.hidden = tool === "click";
    hint.textContent = tool === "click" ? words.click : words.draw;
    chart.doubleClickZoom[tool === "click" ? "enable" : "disable"]();
    chart.getCanvas().style.cursor = tool === "click" ? "" : "crosshair";
  }));
  done.addEventListener("click", finish);
  chart.on("dblclick", () => { if (tool !== "click") finish(); });
  chart.on("click", async (event) => {
    const at = [event.lngLat.lng, event.lngLat.lat];
    if (tool !== "click") {
      if (ended) { sketch.clear(); ended = false; }
      const last = sketch.places.at(-1);
      if (!last || Math.hypot(last[0] - at[0], last[1] - at[1]) > 1e-7) sketch.add(at, tool);
      if (tool !== "area" && sketch.places.length >= least()) measured(tool, sketch.places);
      return;
    }
    const side = chart.unproject([event.point.x + 7, event.point.y]).lng - at[0];
    const reach = Math.abs(side) * 111195 * Math.cos((at[1] * Math.PI) / 180);
    open?.remove();
    const text = await ask({ at: at.map(round).join(","), reach: String(Math.max(1, Math.round(reach))) });
    const links = [...results.querySelectorAll("tbody th a")].slice(0, 5).map((link) => link.cloneNode(true));
    if (!links.length) return;
    const card = document.createElement("div");
    const title = document.createElement("strong");
    title.textContent = text;
    const list = document.createElement("ul");
    list.className = "plain";
    links.forEach((link) => { const item = document.createElement("li"); item.append(link); list.append(item); });
    card.append(title, list);
    open = new Popup({ maxWidth: "20rem" }).setLngLat(event.lngLat).setDOMContent(card).addTo(chart);
  });
}

// The address always shows the map that is seen, so that it can be handed on.
function keep(chart) {
  const middle = chart.getCenter();
  const edges = chart.getBounds();
  const more = { c: [round(middle.lng), round(middle.lat)].join(","), z: chart.getZoom().toFixed(2) };
  history.replaceState(null, "", addressOf(location.pathname, more));
  const box = [edges.getWest(), edges.getSouth(), edges.getEast(), edges.getNorth()].map(round).join(",");
  document.querySelector("[data-print]").href = addressOf("/atlas/print/", { bbox: box });
}

function links(chart) {
  chart.on("moveend", () => keep(chart));
  root.querySelector("[data-share]").addEventListener("click", async () => {
    keep(chart);
    try {
      await navigator.clipboard.writeText(location.href);
      hint.textContent = words.copied;
    } catch {
      hint.textContent = words.copy;
    }
  });
}

begin();

