// Whether a ring is one, and on which side of a boundary a place is. Small areas: the plane will do.

/** @typedef {[number, number]} LonLat */

const METRES_PER_DEGREE = 111_320;

/**
 * Whether two sides of a ring cross; such a ring has no area that anyone means.
 * @param {LonLat[]} ring Not closed.
 */
export function crossesItself(ring) {
  const sides = ring.map((from, index) => [from, ring[(index + 1) % ring.length]]);
  return sides.some(([a, b], one) =>
    sides.some(([c, d], other) => {
      const apart = other - one;
      return apart > 1 && apart < ring.length - 1 && cross(a, b, c, d);
    }),
  );
}

/**
 * On which side of a boundary a place is.
 * @param {number[][][]} rings All rings of all parts, closed.
 * @param {LonLat} place
 * @param {number} doubt_m How far off the boundary and the place may be, together.
 * @returns {"inside" | "outside" | "near"} `near`: within the doubt, so that nobody can tell.
 */
export function sideOf(rings, place, doubt_m) {
  if (rings.some((ring) => distance_m(ring, place) <= doubt_m)) return "near";
  return rings.filter((ring) => encloses(ring, place)).length % 2 ? "inside" : "outside";
}

/**
 * @param {number[]} a
 * @param {number[]} b
 * @param {number[]} c
 */
function turn([ax, ay], [bx, by], [cx, cy]) {
  return Math.sign((bx - ax) * (cy - ay) - (by - ay) * (cx - ax));
}

/**
 * @param {number[]} a
 * @param {number[]} b
 * @param {number[]} c
 * @param {number[]} d
 */
function cross(a, b, c, d) {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/**
 * @param {number[][]} ring
 * @param {LonLat} place
 */
function encloses(ring, [lon, lat]) {
  let inside = false;
  ring.slice(1).forEach(([x2, y2], index) => {
    const [x1, y1] = ring[index];
    if (y1 > lat !== y2 > lat && lon < x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  });
  return inside;
}

/**
 * @param {number[][]} ring
 * @param {LonLat} place
 */
function distance_m(ring, [lon, lat]) {
  const stretch = Math.cos((lat * Math.PI) / 180);
  const flat = ring.map(([x, y]) => [(x - lon) * stretch * METRES_PER_DEGREE, (y - lat) * METRES_PER_DEGREE]);
  return Math.min(...flat.slice(1).map(([bx, by], index) => {
    const [ax, ay] = flat[index];
    const [dx, dy] = [bx - ax, by - ay];
    const part = Math.max(0, Math.min(1, -(ax * dx + ay * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(ax + part * dx, ay + part * dy);
  }));
}
