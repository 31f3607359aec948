// Where on the map there is room for a name: beside a point, along a line. Pure: boxes and px.

/** @typedef {{x: number, y: number, w: number, h: number}} Box Middle and size, px. */
/** @typedef {{x: number, y: number}} Point */
/** @typedef {{x: number, y: number, angle: number}} Spot */

export const FONT_PX = 13;
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];
const STRAIGHT = 0.96;

/**
 * Room beside a point: right of it, below, left, above.
 * @param {Point} point
 * @param {number} width
 * @param {number} gap px from the middle of the symbol.
 * @param {Point} frame Size of the map.
 * @param {Box[]} taken
 * @returns {Box | undefined}
 */
export function besidePoint(point, width, gap, frame, taken) {
  const height = FONT_PX + 3;
  const across = gap + width / 2 + 2;
  const down = gap + 8;
  const moves = [[across, 0], [0, down], [-across, 0], [0, -down]];
  return moves
    .map(([x, y]) => ({ x: point.x + x, y: point.y + y, w: width, h: height }))
    .find((box) => isInside(box, frame) && isFree([box], taken));
}

/**
 * Room along a line, on its longest visible part first.
 * @param {Point[][]} runs The parts of the line that are on the map.
 * @param {number} length
 * @param {Point} frame
 * @param {Box[]} taken
 * @returns {{spot: Spot, boxes: Box[]} | undefined}
 */
export function alongLine(runs, length, frame, taken) {
  for (const run of [...runs].sort((one, other) => lengthOf(other) - lengthOf(one))) {
    for (const part of ALONG) {
      const spot = spotOn(run, part, length);
      const boxes = spot ? boxesAlong(spot, length) : [];
      if (spot && boxes.every((box) => isInside(box, frame)) && isFree(boxes, taken)) return { spot, boxes };
    }
  }
  return undefined;
}

/**
 * A place for a text on a line, and the line's slope there; none where the line bends too much.
 * @param {Point[]} run
 * @param {number} part
 * @param {number} length
 * @returns {Spot | null}
 */
function spotOn(run, part, length) {
  const total = lengthOf(run);
  const at = total * part;
  if (at - length / 2 < 0 || at + length / 2 > total) return null;
  const [from, middle, to] = [at - length / 2, at, at + length / 2].map((distance) => pointAt(run, distance));
  if (Math.hypot(to.x - from.x, to.y - from.y) < length * STRAIGHT) return null;
  let angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  if (angle > 90) angle -= 180;
  if (angle <= -90) angle += 180;
  return { x: (middle.x + (from.x + to.x) / 2) / 2, y: (middle.y + (from.y + to.y) / 2) / 2, angle };
}

/**
 * @param {Point[]} run
 * @param {number} distance
 * @returns {Point}
 */
function pointAt(run, distance) {
  let rest = distance;
  for (const [index, to] of run.slice(1).entries()) {
    const from = run[index];
    const step = Math.hypot(to.x - from.x, to.y - from.y);
    if (rest <= step && step > 0) return { x: from.x + ((to.x - from.x) * rest) / step, y: from.y + ((to.y - from.y) * rest) / step };
    rest -= step;
  }
  return run[run.length - 1];
}

/** @param {Point[]} run */
function lengthOf(run) {
  return run.slice(1).reduce((sum, to, index) => sum + Math.hypot(to.x - run[index].x, to.y - run[index].y), 0);
}

/**
 * Small boxes that cover a slanted text.
 * @param {Spot} spot
 * @param {number} length
 * @returns {Box[]}
 */
function boxesAlong(spot, length) {
  const count = Math.ceil(length / FONT_PX);
  const turn = (spot.angle * Math.PI) / 180;
  return Array.from({ length: count }, (_, index) => {
    const along = (index - (count - 1) / 2) * FONT_PX;
    return { x: spot.x + along * Math.cos(turn), y: spot.y + along * Math.sin(turn), w: FONT_PX + 2, h: FONT_PX + 2 };
  });
}

/**
 * @param {Box[]} boxes
 * @param {Box[]} taken
 */
function isFree(boxes, taken) {
  return boxes.every((box) =>
    taken.every((other) => Math.abs(box.x - other.x) * 2 >= box.w + other.w || Math.abs(box.y - other.y) * 2 >= box.h + other.h),
  );
}

/**
 * @param {Box} box
 * @param {Point} frame
 */
function isInside(box, frame) {
  return box.x - box.w / 2 > 2 && box.x + box.w / 2 < frame.x - 2 && box.y - box.h / 2 > 2 && box.y + box.h / 2 < frame.y - 2;
}
