// The basin of a lake in three dimensions: ground, water at a chosen level, stations, outfalls.
// The page already holds section, curve and table; where WebGL is missing they are all there is.
const panel = document.getElementById("scene");
const data = JSON.parse(document.getElementById("scene-data").textContent);
const canvas = document.getElementById("scene-canvas");
const labels = document.getElementById("scene-labels");
const figures = document.getElementById("scene-figures");
const range = document.getElementById("scene-level");
const said = document.getElementById("scene-level-text");
const size = Math.max(data.columns, data.rows) * data.cell;
const UNIT = 100 / size; // the longer side of the ground is 100 units
const relief = Math.max(...data.heights) - data.low;
const RISE = Math.min(14 / Math.max(relief, 1), 3) ; // units a metre of height
const middleX = (data.columns * data.cell) / 2, middleY = (data.rows * data.cell) / 2;
const upOf = (metres) => (metres - data.low) * RISE;
const place = (at) => [(at[0] - middleX) * UNIT, (middleY - at[1]) * UNIT];

function held(level) {
  const curve = data.curve;
  if (level <= curve[0][0]) return [0, 0];
  for (let n = 1; n < curve.length; n += 1) {
    if (level <= curve[n][0]) {
      const share = (level - curve[n - 1][0]) / (curve[n][0] - curve[n - 1][0] || 1);
      return [1, 2].map((k) => curve[n - 1][k] + share * (curve[n][k] - curve[n - 1][k]));
    }
  }
  return curve[curve.length - 1].slice(1);
}

const MIXED = [[0, [24, 52, 74]], [0.5, [86, 104, 96]], [0.9, [190, 172, 126]], [1, [214, 200, 158]]];
const LAND = [[0, [182, 184, 128]], [0.12, [126, 158, 92]], [0.5, [96, 134, 78]], [1, [148, 140, 108]]];

function mixed(stops, share) {
  const at = Math.min(Math.max(share, 0), 1);
  for (let n = 1; n < stops.length; n += 1) {
    if (at <= stops[n][0]) {
      const part = (at - stops[n - 1][0]) / (stops[n][0] - stops[n - 1][0]);
      return stops[n][1].map((c, k) => (stops[n - 1][1][k] + part * (c - stops[n - 1][1][k])) / 255);
    }
  }
  return stops[stops.length - 1][1].map((c) => c / 255);
}

function colourOf(height, shore, top) {
  if (height < shore) return mixed(MIXED, (height - data.low) / Math.max(shore - data.low, 0.1));
  return mixed(LAND, (height - shore) / Math.max(top - shore, 0.1));
}

// Smoothed heights between the cells, so that the ground is no staircase.
const FINE = 2;
function heightAt(x, y) {
  const cx = Math.min(Math.max(x, 0), data.columns - 1), cy = Math.min(Math.max(y, 0), data.rows - 1);
  const x0 = Math.min(Math.floor(cx), data.columns - 2), y0 = Math.min(Math.floor(cy), data.rows - 2);
  const u = cx - x0, v = cy - y0, h = (i, j) => data.heights[j * data.columns + i];
  return (h(x0, y0) * (1 - u) + h(x0 + 1, y0) * u) * (1 - v) + (h(x0, y0 + 1) * (1 - u) + h(x0 + 1, y0 + 1) * u) * v;
}

function ground(three) {
  const wide = (data.columns - 1) * FINE + 1, deep = (data.rows - 1) * FINE + 1;
  const points = new Float32Array(wide * deep * 3), colours = new Float32Array(wide * deep * 3);
  const top = Math.max(...data.heights);
  const shore = data.limits.length ? data.limits[0].level : data.level;
  for (let row = 0; row < deep; row += 1) {
    for (let column = 0; column < wide; column += 1) {
      const height = heightAt(column / FINE, row / FINE), n = (row * wide + column) * 3;
      const [x, z] = place([(column / FINE + 0.5) * data.cell, (row / FINE + 0.5) * data.cell]);
      points.set([x, upOf(height), z], n);
      colours.set(colourOf(height, shore, top), n);
    }
  }
  const faces = [];
  for (let row = 0; row < deep - 1; row += 1) {
    for (let column = 0; column < wide - 1; column += 1) {
      const a = row * wide + column, b = a + 1, c = a + wide, d = c + 1;
      faces.push(a, b, c, b, d, c);
    }
  }
  const made = new three.BufferGeometry();
  made.setAttribute("position", new three.BufferAttribute(points, 3));
  made.setAttribute("color", new three.BufferAttribute(colours, 3));
  made.setIndex(faces);
  made.computeVertexNormals();
  return new three.Mesh(made, new three.MeshLambertMaterial({ vertexColors: true, side: three.DoubleSide }));
}

// The cut sides of the block of ground, from the surface down to its foot.
function skirt(three) {
  const foot = -4, points = [], faces = [];
  const edge = [];
  for (let c = 0; c < data.columns; c += 1) edge.push([c, 0]);
  for (let r = 1; r < data.rows; r += 1) edge.push([data.columns - 1, r]);
  for (let c = data.columns - 2; c >= 0; c -= 1) edge.push([c, data.rows - 1]);
  for (let r = data.rows - 2; r >= 0; r -= 1) edge.push([0, r]);
  for (const [c, r] of edge) {
    const [x, z] = place([(c + 0.5) * data.cell, (r + 0.5) * data.cell]);
    points.push(x, upOf(heightAt(c, r)), z, x, foot, z);
  }
  for (let n = 0; n < edge.length - 1; n += 1) {
    const a = n * 2;
    faces.push(a, a + 1, a + 2, a + 1, a + 3, a + 2);
  }
  const made = new three.BufferGeometry();
  made.setAttribute("position", new three.BufferAttribute(new Float32Array(points), 3));
  made.setIndex(faces);
  made.computeVertexNormals();
  return new three.Mesh(made, new three.MeshLambertMaterial({ color: 0x8a7654, side: three.DoubleSide }));
}

// Water where the ground lies below the level and is joined to the deepest place: hollows stay dry.
function wetCells(level) {
  const wet = new Uint8Array(data.heights.length);
  let deepest = 0;
  data.heights.forEach((height, n) => { if (height < data.heights[deepest]) deepest = n; });
  if (data.heights[deepest] >= level) return wet;
  const open = [deepest];
  wet[deepest] = 1;
  while (open.length) {
    const n = open.pop(), column = n % data.columns;
    for (const m of [n - data.columns, n + data.columns, column ? n - 1 : -1, column < data.columns - 1 ? n + 1 : -1]) {
      if (m >= 0 && m < wet.length && !wet[m] && data.heights[m] < level) {
        wet[m] = 1;
        open.push(m);
      }
    }
  }
  return wet;
}

// A square over each wet cell and its neighbours; the ground itself cuts it at the shore.
function waterShape(three, level) {
  const wet = wetCells(level), points = [], faces = [], corner = new Map();
  const up = upOf(level);
  const at = (c, r) => {
    const key = r * (data.columns + 1) + c;
    if (!corner.has(key)) {
      const [x, z] = place([c * data.cell, r * data.cell]);
      corner.set(key, points.length / 3);
      points.push(x, up, z);
    }
    return corner.get(key);
  };
  const drawn = (c, r) => {
    for (let j = -1; j <= 1; j += 1) for (let i = -1; i <= 1; i += 1) {
      const x = c + i, y = r + j;
      if (x >= 0 && y >= 0 && x < data.columns && y < data.rows && wet[y * data.columns + x]) return true;
    }
    return false;
  };
  for (let r = 0; r < data.rows; r += 1) for (let c = 0; c < data.columns; c += 1) {
    if (!drawn(c, r)) continue;
    const a = at(c, r), b = at(c + 1, r), d = at(c, r + 1), e = at(c + 1, r + 1);
    faces.push(a, b, d, b, e, d);
  }
  const made = new three.BufferGeometry();
  made.setAttribute("position", new three.BufferAttribute(new Float32Array(points), 3));
  made.setAttribute("normal", new three.BufferAttribute(new Float32Array(points.map((_, n) => (n % 3 === 1 ? 1 : 0))), 3));
  made.setIndex(faces);
  return made;
}

class Basin {
  constructor(three) {
    this.three = three;
    this.renderer = new three.WebGLRenderer({ canvas, antialias: true, preserveDrawingBuffer: true });
    this.renderer.setPixelRatio(Math.min(window.devicePixelRatio, 2));
    this.scene = new three.Scene();
    this.scene.background = new three.Color(0xcfe3f2);
    this.scene.fog = new three.Fog(0xcfe3f2, 190, 420);
    this.camera = new three.PerspectiveCamera(42, 1, 0.5, 900);
    this.controls = new three.OrbitControls(this.camera, canvas);
    Object.assign(this.controls, { enableDamping: false, minDistance: 30, maxDistance: 240, maxPolarAngle: 1.5 });
    this.controls.addEventListener("change", () => this.draw());
    this.scene.add(new three.HemisphereLight(0xf4fbff, 0x7a6f58, 2.1));
    const sun = new three.DirectionalLight(0xfff2d8, 2.0);
    sun.position.set(-60, 80, 50);
    this.scene.add(sun, ground(three), skirt(three));
    this.water = new three.Mesh(new three.BufferGeometry(), new three.MeshPhongMaterial({
      color: 0x2f86c4, transparent: true, opacity: 0.66, shininess: 90, specular: 0xbfdcf2, side: three.DoubleSide, depthWrite: false,
    }));
    this.water.renderOrder = 1;
    this.scene.add(this.water);
    this.tags = [];
    this.markers();
    this.home();
    new ResizeObserver(() => this.fit()).observe(canvas.parentElement);
    this.fit();
  }

  markers() {
    const three = this.three;
    const stand = (at, base, tall, colour, round) => {
      const [x, z] = place(at);
      const pole = new three.Mesh(new three.CylinderGeometry(0.18, 0.18, tall, 8), new three.MeshLambertMaterial({ color: 0x37424f }));
      pole.position.set(x, base + tall / 2, z);
      const head = new three.Mesh(new three.SphereGeometry(round, 18, 12), new three.MeshLambertMaterial({ color: colour }));
      head.position.set(x, base + tall, z);
      this.scene.add(pole, head);
      return { pole, head, at: [x, z], tall };
    };
    this.floats = data.stations.map((station) => {
      const made = stand(station.at, upOf(data.level), station.gauge ? 4 : 6.5, station.gauge ? 0xb4151c : 0x5b3a96, 0.95);
      const tag = document.createElement("div");
      tag.className = `scene-label${station.gauge ? " gauge" : ""}`;
      const name = document.createElement("strong");
      name.textContent = station.name;
      tag.append(name, ...(window.innerWidth < 600 ? [] : station.values).flatMap((text, n) => (n ? [document.createElement("br"), text] : [text])));
      labels.append(tag);
      this.tags.push({ tag, head: made.head });
      return made;
    });
    for (const outfall of data.outfalls) stand(outfall.at, upOf(outfall.ground), 1.6, 0xd98a00, 0.7);
  }

  setLevel(level) {
    this.water.geometry.dispose();
    this.water.geometry = waterShape(this.three, level);
    for (const made of this.floats) {
      const [x, z] = made.at, base = upOf(level);
      made.pole.position.set(x, base + made.tall / 2, z);
      made.head.position.set(x, base + made.tall, z);
    }
    this.draw();
  }

  home() {
    const narrow = canvas.clientWidth < canvas.clientHeight * 1.1;
    const reach = 100 * Math.max(1, 0.62 * (data.rows / data.columns)) * (narrow ? 1.25 : 1);
    this.camera.position.set(0, reach * 0.66, reach * 0.84);
    this.controls.target.set(0, 0, narrow ? 0 : 5);
    this.controls.update();
  }

  fit() {
    const box = canvas.parentElement;
    this.renderer.setSize(box.clientWidth, box.clientHeight, false);
    this.camera.aspect = box.clientWidth / Math.max(box.clientHeight, 1);
    this.camera.fov = this.camera.aspect < 1.1 ? 56 : 42;
    this.camera.updateProjectionMatrix();
    this.draw();
  }

  draw() {
    this.renderer.render(this.scene, this.camera);
    const wide = canvas.clientWidth, high = canvas.clientHeight;
    const spot = new this.three.Vector3();
    const taken = [[0, 0, figures.offsetLeft + figures.offsetWidth, figures.offsetTop + figures.offsetHeight]];
    for (const { tag, head } of this.tags) {
      spot.copy(head.position);
      spot.y += 1.4;
      spot.project(this.camera);
      const x = ((spot.x + 1) / 2) * wide, y = ((1 - spot.y) / 2) * high;
      tag.hidden = spot.z > 1 || x < 0 || x > wide || y < 0 || y > high;
      const w = tag.offsetWidth, h = tag.offsetHeight;
      const left = Math.min(Math.max(x - w / 2, 4), wide - w - 4);
      let top = Math.max(y - h, 4);
      while (taken.some(([l, t, r, b]) => left < r && left + w > l && top < b && top + h > t) && top > 8) top -= 12;
      taken.push([left, top, left + w, top + h]);
      tag.style.transform = `translate(${left.toFixed(0)}px, ${top.toFixed(0)}px)`;
    }
  }

  turn(sideways, upward) {
    const arm = this.camera.position.clone().sub(this.controls.target);
    const far = Math.hypot(arm.x, arm.y, arm.z);
    const round = Math.atan2(arm.x, arm.z) + sideways;
    const tilt = Math.min(Math.max(Math.acos(arm.y / far) - upward, 0.15), 1.45);
    arm.set(far * Math.sin(tilt) * Math.sin(round), far * Math.cos(tilt), far * Math.sin(tilt) * Math.cos(round));
    this.camera.position.copy(this.controls.target).add(arm);
    this.controls.update();
  }

  zoom(times) {
    const arm = this.camera.position.clone().sub(this.controls.target);
    const far = Math.hypot(arm.x, arm.y, arm.z);
    arm.multiplyScalar(Math.min(Math.max(far * times, 30), 240) / far);
    this.camera.position.copy(this.controls.target).add(arm);
    this.controls.update();
  }
}

function tell(level) {
  const [area, volume] = held(level);
  const words = data.words;
  said.textContent = `${level.toFixed(2)} m`;
  range.setAttribute("aria-valuetext", `${level.toFixed(2)} m`);
  figures.textContent = `${words.level} ${level.toFixed(2)} m\n${words.area} ${area.toFixed(2)} km²\n${words.volume} ${volume.toFixed(0)} ${words.volume_unit}`;
}

function button(title, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button secondary small";
  made.textContent = title;
  made.addEventListener("click", act);
  return made;
}

function connect(basin) {
  Object.assign(range, { min: data.low.toFixed(2), max: data.top.toFixed(2) });
  const choose = (level) => {
    range.value = String(level);
    tell(level);
    basin.setLevel(level);
  };
  range.addEventListener("input", () => choose(Number(range.value)));
  document.getElementById("scene-now").addEventListener("click", () => choose(data.now));
  const limits = document.getElementById("scene-limits");
  for (const limit of data.limits) limits.append(button(`${limit.title} ${limit.level.toFixed(2)}`, () => choose(limit.level)));
  document.getElementById("scene-home").addEventListener("click", () => basin.home());
  const turning = document.getElementById("scene-turn");
  let running = false;
  const spin = () => {
    if (!running) return;
    basin.turn(0.004, 0);
    requestAnimationFrame(spin);
  };
  turning.addEventListener("click", () => {
    running = !running;
    turning.setAttribute("aria-pressed", String(running));
    spin();
  });
  const keys = {
    ArrowLeft: () => basin.turn(-0.12, 0), ArrowRight: () => basin.turn(0.12, 0), ArrowUp: () => basin.turn(0, -0.08),
    ArrowDown: () => basin.turn(0, 0.08), "+": () => basin.zoom(0.88), "=": () => basin.zoom(0.88), "-": () => basin.zoom(1.14),
  };
  canvas.addEventListener("keydown", (event) => {
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  choose(data.level);
}

async function begin() {
  const three = await import(panel.dataset.module);
  canvas.setAttribute("aria-label", data.words.scene);
  canvas.setAttribute("role", "img");
  panel.hidden = false;
  try {
    connect(new Basin(three));
    panel.dataset.drawn = "yes";
  } catch (problem) {
    panel.replaceChildren(Object.assign(document.createElement("p"), { textContent: data.words.no_webgl }));
    panel.dataset.drawn = "no";
  }
}

begin();
