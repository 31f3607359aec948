// A vector tile → what drawing and pointing need of each feature, in pixels of the tile.

// Paths made of parts, so that the type checker does not follow them into other people's modules.
const VENDOR = "../../vendor";
/** @type {any[]} */
const [{ VectorTile }, { PbfReader }] = await Promise.all(
  ["mapbox-vector-tile", "pbf"].map((name) => import(`${VENDOR}/${name}/index.js`)),
);

export const SIZE_PX = 256;
// What the server draws round a tile, in pixels: a shape that reaches so far may have been cut.
const BUFFER_PX = 16;
const STEP = 40;
// A shape smaller than this is only a symbol.
const SHAPE_FROM_PX = 8;

/**
 * @typedef {{
 *   id: string, properties: Record<string, string>, kind: "point" | "line" | "polygon",
 *   paths: number[][], box: [number, number, number, number], spots: [number, number][],
 * }} TileFeature
 *   `paths` hold x, y, x, y, … ; `box` is left, top, right, bottom; at `spots` its symbol stands.
 */

/**
 * Read a tile, some features a step.
 * @param {ArrayBuffer} content
 * @param {string} layer
 * @param {TileFeature[]} into
 */
export function* decode(content, layer, into) {
  const found = new VectorTile(new PbfReader(content)).layers[layer];
  for (let index = 0; index < (found?.length ?? 0); index += 1) {
    into.push(read(found.feature(index)));
    if (index % STEP === STEP - 1) yield;
  }
}

/**
 * @param {any} feature
 * @returns {TileFeature}
 */
function read(feature) {
  const scale = SIZE_PX / feature.extent;
  const paths = feature.loadGeometry().map((/** @type {{x: number, y: number}[]} */ line) => flat(line, scale));
  const box = boxOf(paths);
  const kind = feature.type === 1 ? "point" : feature.type === 2 ? "line" : "polygon";
  const { properties } = feature;
  return { id: properties.id, properties, kind, paths, box, spots: spotsOf(kind, paths, box) };
}

/**
 * @param {{x: number, y: number}[]} line
 * @param {number} scale
 * @returns {number[]} Plain numbers: thousands of small typed arrays would keep the collector busy.
 */
function flat(line, scale) {
  const path = [];
  for (const { x, y } of line) path.push(x * scale, y * scale);
  return path;
}

/**
 * @param {number[][]} paths
 * @returns {[number, number, number, number]}
 */
function boxOf(paths) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const path of paths) {
    for (let at = 0; at < path.length; at += 2) {
      left = Math.min(left, path[at]);
      right = Math.max(right, path[at]);
      top = Math.min(top, path[at + 1]);
      bottom = Math.max(bottom, path[at + 1]);
    }
  }
  return [left, top, right, bottom];
}

/**
 * A point's symbol stands on it, a shape's in its middle; of a shape that the tile's edge may have
 * cut nobody here knows the middle.
 * @param {string} kind
 * @param {number[][]} paths
 * @param {[number, number, number, number]} box
 * @returns {[number, number][]}
 */
function spotsOf(kind, paths, [left, top, right, bottom]) {
  if (kind === "point") return paths.map((path) => [path[0], path[1]]);
  const [low, high] = [-BUFFER_PX, SIZE_PX + BUFFER_PX];
  const cut = left <= low || top <= low || right >= high || bottom >= high;
  if (cut) return [];
  if (kind === "polygon") return [[(left + right) / 2, (top + bottom) / 2]];
  const path = paths.reduce((one, other) => (other.length > one.length ? other : one));
  const middle = 2 * Math.floor(path.length / 4);
  return [[path[middle], path[middle + 1]]];
}

/**
 * Whether a feature is large enough here to be drawn as a shape.
 * @param {TileFeature} feature
 */
export function hasShape({ kind, box: [left, top, right, bottom], spots }) {
  if (kind === "point") return false;
  return !spots.length || Math.max(right - left, bottom - top) >= SHAPE_FROM_PX;
}
