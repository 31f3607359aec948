// A line or a ring made point by point, until it is finished or dropped.

import { aim } from "./aim.js";
import { latlng, map } from "./leaflet.js";
import { createOverlay } from "./overlay.js";

/** @typedef {[number, number]} LonLat */
/**
 * @typedef {object} Sketch
 * @property {LonLat[]} points
 * @property {boolean} closed
 * @property {boolean} byKeys
 * @property {(place: LonLat, byKeys: boolean) => void} point
 * @property {() => void} undo
 * @property {(closed: boolean) => void} finish
 * @property {() => void} stop Take no more points, but stay drawn.
 * @property {() => void} clear Stop, and take the drawing off.
 */

const SAME_PX = 4;
const CLOSE_PX = 14;

/**
 * @param {object} on
 * @param {(sketch: Sketch) => void} on.changed There is a point more or less.
 * @param {(sketch: Sketch, pointer: LonLat | null) => void} [on.moved]
 * @param {(sketch: Sketch) => void} on.finished Asked for; the tool decides whether it stops then.
 * @param {boolean} byKeys
 * @returns {Sketch}
 */
export function startSketch(on, byKeys) {
  const overlay = createOverlay();
  /** @type {Sketch} */
  const sketch = {
    points: [],
    closed: false,
    byKeys,
    point(place, keys) {
      const { points } = sketch;
      sketch.byKeys = keys;
      // The second click of a double click; with keys, Enter again at the same place is the end.
      if (points.length && isWithin(points[points.length - 1], place, SAME_PX)) {
        if (keys) sketch.finish(false);
        return;
      }
      if (points.length > 2 && isWithin(points[0], place, CLOSE_PX)) {
        sketch.finish(true);
        return;
      }
      points.push(place);
      changed();
    },
    undo() {
      sketch.points.pop();
      changed();
    },
    finish(closed) {
      sketch.closed = closed;
      on.finished(sketch);
    },
    stop() {
      stop();
      overlay.line(sketch.points, sketch.closed);
    },
    clear() {
      stop();
      overlay.clear();
    },
  };
  const changed = () => {
    overlay.line(sketch.points, false);
    on.changed(sketch);
  };
  const stop = aim(
    {
      point: sketch.point,
      move(place) {
        overlay.stretch(place && sketch.points.length ? [...sketch.points.slice(-1), place] : []);
        on.moved?.(sketch, place);
      },
      finish: () => sketch.finish(false),
      undo: sketch.undo,
    },
    byKeys,
  );
  return sketch;
}

/**
 * @param {LonLat} one
 * @param {LonLat} other
 * @param {number} px
 */
function isWithin(one, other, px) {
  return map.latLngToContainerPoint(latlng(one)).distanceTo(map.latLngToContainerPoint(latlng(other))) <= px;
}
