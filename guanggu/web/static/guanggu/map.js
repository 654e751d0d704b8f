// Maps: each figure.map holds its features as JSON; here its picture becomes a map that can be
// moved. Everything comes from this server: no tiles, fonts or pictures from outside.
import { Map as Chart, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "../vendor/maplibre-gl.mjs";

setWorkerUrl(new URL("../vendor/maplibre-gl-worker.mjs", import.meta.url).href);
const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
export const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';
export const GROUND = "#f2f5ee";
const INK = "#16202c";

// A layer's drawing: areas, lines and places of one source, and their names.
export function drawings(key, { base = false, labelled = true, source = key, part, colour = ["get", "colour"], label = ["get", "name"] }) {
  const from = part ? { source, "source-layer": part } : { source };
  const of = (kind) => ["==", ["geometry-type"], kind];
  const list = [
    { id: `${key}:area`, type: "fill", ...from, filter: of("Polygon"), paint: { "fill-color": colour, "fill-opacity": base ? 0.28 : 0.45 } },
    { id: `${key}:edge`, type: "line", ...from, filter: of("Polygon"), paint: { "line-color": colour, "line-width": base ? 1 : 2 } },
    { id: `${key}:way`, type: "line", ...from, filter: of("LineString"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, 1, 14, base ? 3 : 4] } },
    { id: `${key}:place`, type: "circle", ...from, filter: of("Point"), paint: { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 4, 14, 8], "circle-stroke-color": "#fff", "circle-stroke-width": 2 } },
  ];
  if (labelled) {
    list.push({
      id: `${key}:name`, type: "symbol", ...from,
      layout: { "text-field": label, "text-size": 13, "text-variable-anchor": ["center", "left", "right", "top", "bottom"], "text-radial-offset": 0.9, "text-max-width": 9, "text-font": ["local"] },
      paint: { "text-color": INK, "text-halo-color": "#fff", "text-halo-width": 1.6 },
    });
  }
  return list;
}

// An area is cut into tiles and would be named in each: its name stands at one place of its own.
const namesOf = (data) => ({
  type: "FeatureCollection",
  features: data.features.map(({ properties }) => ({
    type: "Feature", properties: { name: properties.name }, geometry: { type: "Point", coordinates: properties.at },
  })),
});

function styleOf(data) {
  const sources = {};
  const layers = [{ id: "ground", type: "background", paint: { "background-color": GROUND } }];
  const names = [];
  for (const layer of data.layers) {
    sources[layer.key] = { type: "geojson", data: layer.data };
    sources[`${layer.key}:names`] = { type: "geojson", data: namesOf(layer.data) };
    for (const one of drawings(layer.key, layer)) {
      if (one.type !== "symbol") layers.push(one);
      else names.push({ ...one, source: `${layer.key}:names` });
    }
  }
  return { version: 8, sources, layers: [...layers, ...names] };
}

export function card({ name, facts = [], href, chart }, words) {
  const box = document.createElement("div");
  const title = document.createElement("strong");
  title.textContent = name;
  box.append(title);
  if (facts.length) {
    const list = document.createElement("dl");
    for (const [label, text] of facts) {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = label;
      dd.textContent = text;
      list.append(dt, dd);
    }
    box.append(list);
  }
  for (const [address, text] of [[chart, words.chart], [href, words.open]]) {
    if (!address) continue;
    const link = document.createElement("a");
    link.href = address;
    link.textContent = text;
    box.append(link, " ");
  }
  return box;
}

export function makeChart(place, options, words) {
  return new Chart({
    container: place, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    localIdeographFontFamily: FONT, fadeDuration: still ? 0 : 150, maxZoom: 19,
    locale: {
      "Map.Title": words.map, "NavigationControl.ZoomIn": words.in,
      "NavigationControl.ZoomOut": words.out, "NavigationControl.ResetBearing": words.north,
      "Popup.Close": words.close,
    },
    ...options,
  });
}

function switches(figure, chart, data) {
  figure.querySelector(".map-legend").removeAttribute("tabindex"); // its switches lead through it
  figure.querySelectorAll(".map-legend > ul > li").forEach((item) => {
    const layer = data.layers.find((one) => one.key === item.dataset.layer);
    const line = item.querySelector(".of-layer");
    const label = document.createElement("label");
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = true;
    label.append(box, ...line.childNodes);
    line.replaceWith(label);
    box.addEventListener("change", () => {
      for (const one of drawings(layer.key, layer)) {
        chart.setLayoutProperty(one.id, "visibility", box.checked ? "visible" : "none");
      }
    });
  });
}

function popups(figure, chart, data) {
  const above = data.layers.filter((layer) => !layer.base);
  const ids = above.flatMap((layer) => drawings(layer.key, layer).filter((d) => d.type !== "symbol").map((d) => d.id));
  let open = null;
  const show = (at, properties) => {
    open?.remove();
    open = new Popup({ maxWidth: "20rem" }).setLngLat(at).setDOMContent(card(properties, data.words)).addTo(chart);
    figure.dispatchEvent(new CustomEvent("map:chosen", { bubbles: true, detail: properties }));
  };
  const near = (point) => chart.queryRenderedFeatures([[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]], { layers: ids })[0];
  chart.on("click", (event) => {
    const found = near(event.point);
    if (!found) return;
    const layer = above.find((one) => one.key === found.source);
    const feature = layer.data.features[found.id];
    show(feature.geometry.type === "Point" ? feature.geometry.coordinates : event.lngLat, feature.properties);
  });
  chart.on("mousemove", (event) => { chart.getCanvas().style.cursor = near(event.point) ? "pointer" : ""; });
  return show;
}

// From the list below the map to the place on it.
function fromLists(figure, chart, data, show) {
  figure.querySelectorAll(".map-list").forEach((list) => {
    const layer = data.layers.find((one) => one.key === list.dataset.layer);
    list.querySelectorAll("tr[data-feature]").forEach((row) => {
      const feature = layer.data.features.find((one) => one.properties.key === row.dataset.feature);
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button link small";
      button.textContent = data.words.show;
      button.setAttribute("aria-label", `${data.words.show}: ${feature.properties.name}`);
      row.querySelector("th").append(" ", button);
      button.addEventListener("click", () => {
        const { at } = feature.properties;
        chart.easeTo({ center: at, zoom: Math.max(chart.getZoom(), 13), animate: !still });
        show(at, feature.properties);
        figure.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
      });
    });
  });
}

function begin(figure) {
  if (figure.dataset.begun) return;
  figure.dataset.begun = "yes";
  const data = JSON.parse(document.getElementById(figure.dataset.map).textContent);
  const place = figure.querySelector(".map-picture");
  const picture = [...place.childNodes];
  place.replaceChildren();
  place.classList.add("live");
  let chart;
  try {
    chart = makeChart(place, { style: styleOf(data), bounds: data.bounds, fitBoundsOptions: { padding: 24, maxZoom: 15 } }, data.words);
  } catch (error) {
    // Without WebGL the picture of the server stays.
    console.info("map drawn by the server:", error.message);
    place.classList.remove("live");
    place.replaceChildren(...picture);
    return;
  }
  chart.touchZoomRotate.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }));
  chart.addControl(new ScaleControl());
  switches(figure, chart, data);
  const show = popups(figure, chart, data);
  fromLists(figure, chart, data, show);
  figure.chart = chart;
  chart.once("idle", () => {
    figure.dataset.drawn = String(data.layers.reduce((n, layer) => n + layer.data.features.length, 0));
    figure.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: { chart, data } }));
  });
}

const beginAll = (root) => root.querySelectorAll("figure.map[data-map]").forEach(begin);
beginAll(document);
document.addEventListener("htmx:load", (event) => beginAll(event.target));
