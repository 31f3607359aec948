// Questions to geometries in lon, lat, without a map: is it in there, how far is it.

/** @typedef {import("./types").Geometry} Geometry */
/** @typedef {number[]} Position lon, lat */

const EARTH_RADIUS_M = 6_371_008.8;

/**
 * The great-circle distance; on a sphere, so within 0.6 % of the geodesic.
 * @param {Position} one
 * @param {Position} other
 * @returns {number} Metres.
 */
export function distance_m([lonA, latA], [lonB, latB]) {
  const rad = Math.PI / 180;
  const a = Math.sin(((latB - latA) * rad) / 2) ** 2 + Math.cos(latA * rad) * Math.cos(latB * rad) * Math.sin(((lonB - lonA) * rad) / 2) ** 2;
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(a));
}

/**
 * Whether a geometry touches the inside or the edge of a ring.
 * @param {Geometry | null} geometry
 * @param {Position[]} ring Not closed.
 */
export function touches(geometry, ring) {
  if (!geometry) return false;
  const paths = geometry.type === "MultiPoint" ? geometry.coordinates.map((/** @type {Position} */ one) => [one]) : pathsOf(geometry.coordinates);
  const closed = [...ring, ring[0]];
  return (
    paths.some((/** @type {Position[]} */ path) => path.some((position) => isInside(position, ring)) || crosses(path, closed)) ||
    (geometry.type.endsWith("Polygon") && polygons(geometry).some((rings) => isInRings(ring[0], rings)))
  );
}

/**
 * Positions in rows, whatever the depth.
 * @param {any} coordinates
 * @returns {Position[][]}
 */
function pathsOf(coordinates) {
  if (typeof coordinates[0] === "number") return [[coordinates]];
  if (typeof coordinates[0][0] === "number") return [coordinates];
  return coordinates.flatMap(pathsOf);
}

/**
 * @param {Geometry} geometry
 * @returns {Position[][][]}
 */
function polygons({ type, coordinates }) {
  return type === "Polygon" ? [coordinates] : coordinates;
}

/**
 * @param {Position} position
 * @param {Position[][]} rings The outline, then the holes.
 */
function isInRings(position, [outline, ...holes]) {
  return isInside(position, outline) && !holes.some((hole) => isInside(position, hole));
}

/**
 * @param {Position} position
 * @param {Position[]} ring
 */
function isInside([lon, lat], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > lat !== by > lat && lon < ((bx - ax) * (lat - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/**
 * @param {Position[]} path
 * @param {Position[]} other
 */
function crosses(path, other) {
  for (let i = 1; i < path.length; i++) {
    for (let j = 1; j < other.length; j++) {
      if (meet(path[i - 1], path[i], other[j - 1], other[j])) return true;
    }
  }
  return false;
}

/**
 * @param {Position} a
 * @param {Position} b
 * @param {Position} c
 * @param {Position} d
 */
function meet(a, b, c, d) {
  const apart = [0, 1].some((axis) => Math.max(a[axis], b[axis]) < Math.min(c[axis], d[axis]) || Math.max(c[axis], d[axis]) < Math.min(a[axis], b[axis]));
  return !apart && side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/**
 * @param {Position} a
 * @param {Position} b
 * @param {Position} c
 */
function side(a, b, c) {
  return Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
}
