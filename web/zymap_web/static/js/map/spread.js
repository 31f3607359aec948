// Symbols that would cover each other, spread round their common middle. Pure: no map, no page.

/** @typedef {{id: string, x: number, y: number}} Spot */

/**
 * Where to draw each symbol, in px.
 * @param {Spot[]} spots True places.
 * @param {number} apart Symbols nearer than this are spread, and end at least so far apart.
 * @returns {Map<string, {x: number, y: number}>} By id; a symbol with room stays where it is.
 */
export function spread(spots, apart) {
  const places = new Map();
  for (const group of crowds([...spots].sort((a, b) => (a.id < b.id ? -1 : 1)), apart)) {
    if (group.length === 1) places.set(group[0].id, { x: group[0].x, y: group[0].y });
    else ring(group, apart).forEach(([id, place]) => places.set(id, place));
  }
  return places;
}

/**
 * Groups in which each spot is near to another one of the group.
 * @param {Spot[]} spots
 * @param {number} apart
 */
function crowds(spots, apart) {
  /** @type {Spot[][]} */
  let groups = [];
  for (const spot of spots) {
    const near = groups.filter((group) => group.some((other) => Math.hypot(other.x - spot.x, other.y - spot.y) < apart));
    groups = groups.filter((group) => !near.includes(group));
    groups.push([...near.flat(), spot]);
  }
  return groups;
}

/**
 * @param {Spot[]} group
 * @param {number} apart
 * @returns {[string, {x: number, y: number}][]}
 */
function ring(group, apart) {
  const middle = { x: mean(group.map((spot) => spot.x)), y: mean(group.map((spot) => spot.y)) };
  const radius = Math.max(apart * 0.58, (apart * group.length) / (2 * Math.PI));
  const angle = (/** @type {Spot} */ spot) => Math.atan2(spot.y - middle.y, spot.x - middle.x);
  // In the order in which they lie round the middle, so that no two leaders cross.
  const inOrder = [...group].sort((a, b) => angle(a) - angle(b) || (a.id < b.id ? -1 : 1));
  const coincide = group.every((spot) => Math.hypot(spot.x - middle.x, spot.y - middle.y) < 1);
  const first = coincide ? Math.PI : angle(inOrder[0]);
  return inOrder.map((spot, index) => {
    const turn = first + (index / group.length) * 2 * Math.PI;
    return [spot.id, { x: middle.x + radius * Math.cos(turn), y: middle.y + radius * Math.sin(turn) }];
  });
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
