// Everything that the page shows, fetched once and sorted by the part it plays.

import { fetchCatalog, fetchFeatures, fetchSearchTexts, fetchTargets } from "./api.js";
import { deadlinesOf } from "./deadlines.js";
import { searchForm } from "./search.js";
import { themed } from "./theme.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Feature} Feature */
/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").Work} Work */

// Above this many works the server is asked for pages and counts instead.
const LOCAL_MAXIMUM = 5000;
// As many features' search texts the server hands out at once; beyond, names alone are searched.
const SEARCHED_MAXIMUM = 20_000;
// As many symbols are elements of the page; layers with more are drawn from vector tiles.
const DRAWN_MAXIMUM = 1000;

/** @returns {Promise<Data>} */
export async function loadData() {
  const catalog = await fetchCatalog();
  catalog.symbology = themed(catalog.symbology);
  const spatial = catalog.layers.filter((layer) => layer.geometry.length);
  const size = (/** @type {Layer[]} */ layers) => layers.reduce((sum, layer) => sum + layer.counts.matched, 0);
  const remote = size(spatial.filter((layer) => layer.role === "works")) > LOCAL_MAXIMUM;
  const whole = spatial.filter((layer) => layer.counts.matched <= LOCAL_MAXIMUM && !(remote && layer.role === "works"));
  const [answers, texts, targets, deadlines] = await Promise.all([
    Promise.all(whole.map((layer) => fetchFeatures(layer.id))),
    remote || size(catalog.layers) > SEARCHED_MAXIMUM ? {} : fetchSearchTexts(),
    catalog.layers.some((layer) => layer.role === "targets") ? fetchTargets() : null,
    remote ? import("./remote.js").then(({ askDeadlines }) => askDeadlines()) : null,
  ]);
  const features = whole.flatMap((layer, index) => answers[index].map((feature) => asWork(feature, layer, texts)));
  const ofRole = (/** @type {string} */ role) => features.filter((feature) => feature.layer.role === role);
  const works = ofRole("works").filter(isWork);
  return {
    catalog,
    remote,
    tiled: spatial.filter((layer) => !whole.includes(layer) || layer.counts.located > DRAWN_MAXIMUM),
    targets: targets?.targets ?? [],
    deadlines: deadlines ?? deadlinesOf(works),
    works,
    candidates: ofRole("candidates"),
    areas: ofRole("areas"),
    boundary: ofRole("boundary"),
    context: [...ofRole("context"), ...ofRole("works").filter((feature) => !isWork(feature))],
    byId: new Map(features.map((feature) => [feature.id, feature])),
  };
}

/**
 * @param {Feature} feature
 * @param {Layer} layer
 * @param {Record<string, string>} [texts] What the server finds each feature by.
 * @returns {Work}
 */
export function asWork(feature, layer, texts = {}) {
  const { name_zh, name_en } = feature.properties;
  return {
    ...feature,
    layer,
    located: feature.geometry !== null,
    search: texts[feature.id] ?? searchForm(`${name_zh ?? ""}\n${name_en ?? ""}`),
    lonlat: feature.geometry && middle(feature.geometry),
  };
}

/** @param {Work} feature */
function isWork(feature) {
  return Object.entries(feature.layer.works).every(([name, values]) =>
    values.includes(String(/** @type {any} */ (feature.properties)[name])),
  );
}

/**
 * A point to put a symbol at: the point, the middle of a line's length, the middle of a shape.
 * @param {import("./types").Geometry} geometry
 * @returns {[number, number]}
 */
function middle({ type, coordinates }) {
  if (type === "Point") return [coordinates[0], coordinates[1]];
  if (type === "MultiPoint") return [coordinates[0][0], coordinates[0][1]];
  if (type === "LineString") return halfway(coordinates);
  if (type === "MultiLineString") return halfway(longest(coordinates));
  const ring = type === "Polygon" ? coordinates[0] : longest(coordinates.map((/** @type {any} */ part) => part[0]));
  const lons = ring.map((/** @type {number[]} */ position) => position[0]);
  const lats = ring.map((/** @type {number[]} */ position) => position[1]);
  return [(Math.min(...lons) + Math.max(...lons)) / 2, (Math.min(...lats) + Math.max(...lats)) / 2];
}

/** @param {number[][][]} lines */
function longest(lines) {
  return lines.reduce((one, other) => (other.length > one.length ? other : one));
}

/**
 * @param {number[][]} line
 * @returns {[number, number]}
 */
function halfway(line) {
  const steps = line.slice(1).map((to, index) => Math.hypot(to[0] - line[index][0], to[1] - line[index][1]));
  let rest = steps.reduce((sum, step) => sum + step, 0) / 2;
  for (const [index, step] of steps.entries()) {
    if (rest <= step && step > 0) {
      const [from, to] = [line[index], line[index + 1]];
      const part = rest / step;
      return [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part];
    }
    rest -= step;
  }
  return [line[0][0], line[0][1]];
}
