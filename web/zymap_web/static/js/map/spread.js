// Symbols that would cover each other, spread round their common middle. Pure: no map, no page.

/** @typedef {{id: string, x: number, y: number}} Spot */

// So that a ring just as wide as asked for is not taken for a crowd of its own.
const SLACK_PX = 4;

/**
 * Where to draw each symbol, in px.
 * @param {Spot[]} spots True places.
 * @param {number} apart Symbols nearer than this are spread, and end at least so far apart.
 * @returns {Map<string, {x: number, y: number}>} By id; a symbol with room stays where it is.
 */
export function spread(spots, apart) {
  const inOrder = [...spots].sort((a, b) => (a.id < b.id ? -1 : 1));
  let groups = crowds(inOrder.map((spot) => [spot]), (group) => group, apart);
  for (;;) {
    // A ring may reach into its neighbours; then they become one crowd.
    const merged = crowds(groups, (group) => placed(group, apart), apart - SLACK_PX);
    if (merged.length === groups.length) break;
    groups = merged;
  }
  return new Map(groups.flatMap((group) => placed(group, apart)).map(({ id, x, y }) => [id, { x, y }]));
}

/**
 * Join groups of which any two spots are near to each other.
 * @param {Spot[][]} groups
 * @param {(group: Spot[]) => Spot[]} seen Where a group's spots are to be seen.
 * @param {number} apart
 */
function crowds(groups, seen, apart) {
  /** @type {{group: Spot[], seen: Spot[]}[]} */
  let joined = [];
  for (const group of groups) {
    const here = seen(group);
    const near = joined.filter((other) => other.seen.some((one) => here.some((two) => Math.hypot(one.x - two.x, one.y - two.y) < apart)));
    joined = joined.filter((other) => !near.includes(other));
    joined.push({ group: [...near.flatMap((other) => other.group), ...group], seen: [...near.flatMap((other) => other.seen), ...here] });
  }
  return joined.map((other) => other.group);
}

/**
 * Where the spots of a group are drawn: one where it is, several in a ring.
 * @param {Spot[]} group
 * @param {number} apart
 * @returns {Spot[]}
 */
function placed(group, apart) {
  if (group.length === 1) return group;
  const middle = { x: mean(group.map((spot) => spot.x)), y: mean(group.map((spot) => spot.y)) };
  const radius = Math.max(apart * 0.58, (apart * group.length) / (2 * Math.PI));
  const angle = (/** @type {Spot} */ spot) => Math.atan2(spot.y - middle.y, spot.x - middle.x);
  // In the order in which they lie round the middle, so that no two leaders cross.
  const inOrder = [...group].sort((a, b) => angle(a) - angle(b) || (a.id < b.id ? -1 : 1));
  const coincide = group.every((spot) => Math.hypot(spot.x - middle.x, spot.y - middle.y) < 1);
  const first = coincide ? Math.PI : angle(inOrder[0]);
  return inOrder.map(({ id }, index) => {
    const turn = first + (index / group.length) * 2 * Math.PI;
    return { id, x: middle.x + radius * Math.cos(turn), y: middle.y + radius * Math.sin(turn) };
  });
}

/** @param {number[]} numbers */
function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
