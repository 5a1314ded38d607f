/*
 * The map over the list.  Each layer is asked for when the map stands still,
 * for what is in sight alone; the list beside follows.  Everything that came
 * from a feed is put in as text.
 */
const L = window.L;
const canvas = document.getElementById("map");
const form = document.getElementById("mapfilter");
const list = document.getElementById("maplist");
const counted = document.getElementById("mapcount");
const problem = document.getElementById("mapproblem");
const csv = document.querySelector(".maplist .csv a");

const LETTERS = {
  "encampment": "E", "equine": "Q", "fly-tipping": "F", "fuel": "U",
  "hare-coursing": "H", "heritage": "R", "livestock": "L", "machinery": "M",
  "poaching": "P", "rural-asb": "A", "wildlife": "W",
};
const TITLES = { "rural-asb": "Rural anti-social behaviour" };
const CELL = 46; // pixels in which several incidents become one sign

/* --- words --- */

function element(name, className, text) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

function title(theme) {
  const words = theme.replaceAll("-", " ");
  return TITLES[theme] || words.charAt(0).toUpperCase() + words.slice(1);
}

const when = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Europe/London", day: "numeric", month: "short", year: "numeric",
  hour: "2-digit", minute: "2-digit", hour12: false,
});

function time(text) {
  const e = element("time");
  e.dateTime = text;
  e.textContent = when.format(new Date(text)).replace(",", "");
  return e;
}

function age(seconds) {
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86400)} days ago`;
}

function sign(p) {
  const level = p.level === "alert" ? "alert" : "review";
  const e = element("span", `sign ${level}${p.in_progress ? " progress" : ""}`,
    LETTERS[p.themes[0]] || "?");
  e.setAttribute("aria-hidden", "true");
  return e;
}

function describe(p) {
  const e = element("div");
  const link = element("a", "", p.themes.map(title).join(", "));
  link.href = `/incident/${p.id}`;
  e.append(link, `, ${p.level === "alert" ? "alert" : "for review"}` +
    (p.in_progress ? ", in progress" : ""));
  const opened = element("span", "when");
  opened.append(time(p.opened_at));
  const where = element("span", "where", [
    p.near && (p.near_m >= 100
      ? `${(p.near_m / 1000).toFixed(1)} km ${p.near_bearing} of ${p.near}`
      : p.near), p.grid_ref].filter(Boolean).join(", "));
  e.append(element("br"), opened, element("br"), where);
  return e;
}

/* --- the map itself --- */

const map = L.map(canvas, { zoomControl: true, attributionControl: false,
  keyboard: true, maxZoom: 18, minZoom: 6,
  zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  fadeAnimation: false });
const layers = {};
const shown = new Set();
let asked = new AbortController();

function start() {
  const [w, s, e, n] = document.getElementById("bbox").value
    .split(",").map(Number);
  document.querySelector(".mapframe").hidden = false;
  L.control.scale({ imperial: false }).addTo(map);
  if (canvas.dataset.tiles) {
    L.control.attribution({ prefix: false }).addTo(map);
    const credit = element("span", "", canvas.dataset.credit);
    L.tileLayer(canvas.dataset.tiles, { attribution: credit.innerHTML })
      .addTo(map);
  }
  for (const name of Object.keys(draw))
    layers[name] = L.layerGroup().addTo(map);
  for (const box of document.querySelectorAll("[data-layer]")) {
    if (box.checked) shown.add(box.dataset.layer);
    box.addEventListener("change", () => choose(box));
  }
  map.on("moveend", refresh);
  map.fitBounds([[s, w], [n, e]]);
}

function choose(box) {
  if (box.checked) shown.add(box.dataset.layer);
  else shown.delete(box.dataset.layer);
  layers[box.dataset.layer].clearLayers();
  refresh();
}

function query() {
  const b = map.getBounds();
  const at = (x) => x.toFixed(5);
  const q = new URLSearchParams(new FormData(form));
  q.set("bbox", [at(Math.max(b.getWest(), -180)),
    at(Math.max(b.getSouth(), -90)), at(Math.min(b.getEast(), 180)),
    at(Math.min(b.getNorth(), 90))].join(","));
  document.getElementById("bbox").value = q.get("bbox");
  return q;
}

async function refresh() {
  const q = query();
  asked.abort();
  asked = new AbortController();
  history.replaceState(null, "", `/map?${q}`);
  q.set("zoom", Math.min(map.getZoom(), 18));
  await Promise.all([...shown].map((name) => ask(name, q, asked.signal)));
}

async function ask(name, q, signal) {
  try {
    const answer = await fetch(`/v1/map/${name}?${q}`, { signal });
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    layers[name].clearLayers();
    draw[name](layers[name], found);
    problem.hidden = true;
  } catch (e) {
    if (e.name === "AbortError") return;
    problem.textContent = "The map could not be fetched: what is shown may " +
      "be old. It is tried again when the map is moved.";
    problem.hidden = false;
  }
}

/* --- layers --- */

function icon(e) {
  return L.divIcon({ html: e, className: "leaflet-div-icon",
    iconSize: [28, 28], iconAnchor: [14, 14], popupAnchor: [0, -14] });
}

function place(f) {
  return L.latLng(f.geometry.coordinates[1], f.geometry.coordinates[0]);
}

function mark(group, f) {
  const p = f.properties;
  const marker = L.marker(place(f), { icon: icon(sign(p)), keyboard: false,
    zIndexOffset: p.level === "alert" ? 1000 : 0 });
  marker.bindPopup(() => describe(p));
  marker.on("click", () => chosen(p.id));
  group.addLayer(marker);
  if (p.uncertainty_m > 0)
    group.addLayer(L.circle(place(f), { radius: p.uncertainty_m,
      className: "range", interactive: false, fill: false }));
}

function bundle(group, several) {
  const middle = L.latLngBounds(several.map(place));
  const grave = several.some((f) => f.properties.level === "alert");
  const e = element("span", `sign many ${grave ? "alert" : ""}`,
    several.length);
  const marker = L.marker(middle.getCenter(), { icon: icon(e),
    keyboard: false });
  marker.on("click", () => {
    if (map.getZoom() < 16) map.fitBounds(middle.pad(0.3), { maxZoom: 16 });
    else chosen(...several.map((f) => f.properties.id));
  });
  group.addLayer(marker);
}

function cells(features) {
  const found = new Map();
  for (const f of features) {
    const at = map.latLngToLayerPoint(place(f)).divideBy(CELL).floor();
    const key = `${at.x} ${at.y}`;
    if (!found.has(key)) found.set(key, []);
    found.get(key).push(f);
  }
  return found.values();
}

function incidents(group, found) {
  for (const cell of cells(found.features))
    if (cell.length === 1) mark(group, cell[0]);
    else bundle(group, cell);
  list.replaceChildren(...found.features.map((f) => {
    const item = element("li");
    item.dataset.id = f.properties.id;
    item.append(sign(f.properties), describe(f.properties));
    return item;
  }));
  const n = found.features.length;
  counted.textContent = n === 0
    ? "No tagged incident lies here in this time."
    : found.more
      ? `The latest ${n} of ${found.count}${found.count >= 2000
        ? " or more" : ""} incidents: come nearer to see the others.`
      : `${n} ${n === 1 ? "incident" : "incidents"}.`;
  document.getElementById("mapnext")?.remove();
  csv.href = `/v1/map/list?${query()}&format=csv`;
}

function chosen(...ids) {
  let first = true;
  for (const item of list.children) {
    const is = ids.includes(Number(item.dataset.id));
    item.classList.toggle("chosen", is);
    if (is && first) {
      item.scrollIntoView({ block: "nearest" });
      first = false;
    }
  }
}

function ground(p) {
  if (p.kind === "area") return `ground ${p.class}`;
  return p.kind === "town" ? "ground urban" : `line ${p.kind}`;
}

function lines(group, found) {
  L.geoJSON(found, {
    pointToLayer: (f, at) => L.circle(at, { radius: f.properties.radius_m,
      className: "ground urban", interactive: false }),
    style: (f) => ({ className: ground(f.properties) }),
    interactive: false,
  }).addTo(group);
}

/* Is there room for a name at a point of the canvas?  Then it is taken. */
function takes(taken, at, text) {
  const box = { left: at.x - 4, right: at.x + 8 * text.length + 4,
    top: at.y - 3, bottom: at.y + 19 };
  if (taken.some((b) => box.left < b.right && box.right > b.left &&
    box.top < b.bottom && box.bottom > b.top)) return false;
  taken.push(box);
  return true;
}

function names(group, found) {
  const taken = [];
  for (const f of found.features)
    if (takes(taken, map.latLngToContainerPoint(place(f)), f.properties.name))
      group.addLayer(L.marker(place(f), { interactive: false, keyboard: false,
      icon: L.divIcon({ className: `placename ${f.properties.kind}`,
        html: element("span", "", f.properties.name), iconSize: null }) }));
}

function units(group, found) {
  for (const f of found.features) {
    const p = f.properties;
    group.addLayer(L.marker(place(f), { interactive: false, keyboard: false,
      icon: L.divIcon({ iconSize: null,
        className: `unit${p.is_stale ? " stale" : ""}`,
        html: element("span", "", `${p.unit}, ${age(p.age_s)}` +
          (p.is_stale ? ", stale" : "")) }) }));
  }
}

function shapes(className) {
  return (group, found) => L.geoJSON(found, { style: { className },
    interactive: false }).addTo(group);
}

const draw = { boundaries: lines, areas: shapes("drawn"),
  tracks: shapes("track"), names, units, incidents };

list.addEventListener("focusin", (e) => {
  const item = e.target.closest("li");
  if (item) chosen(Number(item.dataset.id));
});

start();
