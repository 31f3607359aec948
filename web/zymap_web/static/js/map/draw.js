// Draw a box or a polygon to ask what is in it; what was asked stays drawn with its answer.

import { aim, isOnControl, lonlat } from "./aim.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { ICONS } from "./icons.js";
import { latlng, map } from "./leaflet.js";
import { openFrame } from "./openframe.js";
import { createOverlay } from "./overlay.js";
import { crossesItself } from "./ring.js";
import { startSketch } from "./sketch.js";
import { cardButton } from "./toolcard.js";

/** @typedef {import("./aim.js").LonLat} LonLat */
/** @typedef {import("./sketch.js").Sketch} Sketch */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").ToolContext} ToolContext */

const MOST_VERTICES = 60;
const DRAG_FROM_PX = 6;

/** @type {ReturnType<typeof createOverlay> | null} */
let asked = null;
/** @type {() => void} Keeps the label of what was asked where it can be seen. */
let arrange = () => {};

/**
 * Draw the polygon that the page's state holds, with what is in it and what can be done with it.
 * @param {LonLat[] | null} polygon Not closed; null takes it off.
 * @param {{count: number, onExport: () => void, onClear: () => void}} [answer]
 */
export function showAsked(polygon, answer) {
  if (!asked) {
    asked = createOverlay();
    map.on("moveend zoomend resize", () => arrange());
  }
  asked.clear();
  arrange = () => {};
  if (!polygon) return;
  asked.line(polygon, true);
  if (!answer) return;
  const content = labelOf(answer);
  const label = asked.label(topOf(polygon), content);
  arrange = () => label.setLatLng(map.containerPointToLatLng(inSight(topOf(polygon), content)));
  arrange();
}

/**
 * @param {ToolContext} context
 * @returns {Tool}
 */
export function createPolygon({ ask, card, notify, ended }) {
  /** @type {Sketch | null} */
  let sketch = null;
  const clear = () => {
    sketch?.clear();
    if (sketch) card.hide();
    sketch = null;
  };
  const finish = (/** @type {Sketch} */ { points, byKeys }) => {
    if (points.length < 3) return notify(t("draw.too_few"));
    if (crossesItself(points)) return notify(t("draw.crossed"));
    clear();
    ended(byKeys);
    ask(points.map(rounded));
  };
  const content = {
    hint() {
      const n = sketch?.points.length ?? 0;
      return [t("draw.hint_polygon"), ...(sketch?.byKeys ? [t("tools.keys")] : []), ...(n ? [t("draw.points", { n, most: MOST_VERTICES })] : [])].join(" ");
    },
    actions() {
      const n = sketch?.points.length ?? 0;
      return [
        n > 0 && cardButton("undo", ICONS.undo, t("tools.undo"), () => sketch?.undo()),
        n > 2 && cardButton("done", ICONS.done, t("tools.done"), () => sketch?.finish(true)),
      ].filter((button) => button !== false);
    },
  };
  return {
    start(byKeys) {
      const changed = (/** @type {Sketch} */ drawn) => {
        if (drawn.points.length > MOST_VERTICES) {
          notify(t("draw.too_many", { most: MOST_VERTICES }));
          drawn.undo();
        }
        card.update();
      };
      sketch = startSketch({ changed, finished: finish }, byKeys);
      card.show(content);
    },
    stop: clear,
    clear,
  };
}

/**
 * @param {ToolContext} context
 * @returns {Tool}
 */
export function createBox({ ask, card, ended }) {
  const overlay = createOverlay();
  /** @type {LonLat | null} */
  let corner = null;
  let keys = false;
  let stop = () => {};
  const clear = () => {
    stop();
    stop = () => {};
    overlay.clear();
  };
  const finish = (/** @type {LonLat} */ one, /** @type {LonLat} */ other) => {
    clear();
    card.hide();
    ended(keys);
    ask(boxOf(one, other).map(rounded));
  };
  const stretch = (/** @type {LonLat | null} */ from, /** @type {LonLat | null} */ to) => {
    if (from && to) overlay.line(boxOf(from, to), true);
  };
  const content = {
    hint: () => [t(corner ? "draw.hint_corner" : "draw.hint_box"), ...(keys ? [t("tools.keys")] : [])].join(" "),
  };
  return {
    start(byKeys) {
      corner = null;
      keys = byKeys;
      const stopAiming = aim(
        {
          point(place, withKeys) {
            keys = withKeys;
            if (corner && isBox(corner, place)) return finish(corner, place);
            corner = place;
            overlay.pin(place);
            card.update();
          },
          move: (place) => stretch(corner, place),
          undo() {
            corner = null;
            overlay.clear();
            card.update();
          },
        },
        byKeys,
      );
      const stopDragging = dragBox(stretch, finish);
      stop = () => {
        stopAiming();
        stopDragging();
      };
      card.show(content);
    },
    stop() {
      clear();
      card.hide();
    },
    clear,
  };
}

/**
 * Let a drag draw a box instead of moving the map.
 * @param {(from: LonLat, to: LonLat) => void} stretch
 * @param {(from: LonLat, to: LonLat) => void} finish
 * @returns {() => void} Stop.
 */
function dragBox(stretch, finish) {
  const container = map.getContainer();
  /** @type {any} */
  let from = null;
  const place = (/** @type {any} */ point) => lonlat(map.containerPointToLatLng(point));
  const listeners = {
    pointerdown(/** @type {PointerEvent} */ event) {
      // A second finger is a pinch.
      from = event.isPrimary && event.button === 0 && !isOnControl({ originalEvent: event }) ? map.mouseEventToContainerPoint(event) : null;
    },
    pointermove(/** @type {PointerEvent} */ event) {
      const to = map.mouseEventToContainerPoint(event);
      if (from && from.distanceTo(to) > DRAG_FROM_PX) stretch(place(from), place(to));
    },
    pointerup(/** @type {PointerEvent} */ event) {
      const [start, to] = [from, map.mouseEventToContainerPoint(event)];
      from = null;
      // The click that follows still finds the tool in use, and is not one on the map.
      if (start && start.distanceTo(to) > DRAG_FROM_PX && isBox(place(start), place(to))) setTimeout(() => finish(place(start), place(to)));
    },
  };
  for (const [name, listener] of Object.entries(listeners)) container.addEventListener(name, /** @type {any} */ (listener));
  map.dragging.disable();
  container.classList.add("is-boxing");
  return () => {
    for (const [name, listener] of Object.entries(listeners)) container.removeEventListener(name, /** @type {any} */ (listener));
    map.dragging.enable();
    container.classList.remove("is-boxing");
  };
}

/** @param {{count: number, onExport: () => void, onClear: () => void}} answer */
function labelOf({ count, onExport, onClear }) {
  return h(
    "div",
    { class: "asked", role: "group", "aria-label": t("draw.asked") },
    h("span", {}, t("draw.count", { n: count })),
    cardButton("asked-export", ICONS.export, t("draw.export"), onExport),
    cardButton("asked-clear", ICONS.close, t("draw.clear"), onClear),
  );
}

/**
 * Counter-clockwise from the south-west.
 * @param {LonLat} one
 * @param {LonLat} other
 * @returns {LonLat[]}
 */
function boxOf([lon1, lat1], [lon2, lat2]) {
  const [west, east] = [Math.min(lon1, lon2), Math.max(lon1, lon2)];
  const [south, north] = [Math.min(lat1, lat2), Math.max(lat1, lat2)];
  return [[west, south], [east, south], [east, north], [west, north]];
}

/**
 * @param {LonLat} one
 * @param {LonLat} other
 */
function isBox([lon1, lat1], [lon2, lat2]) {
  return lon1 !== lon2 && lat1 !== lat2;
}

/**
 * The middle of the upper edge of what a polygon covers.
 * @param {LonLat[]} polygon
 * @returns {LonLat}
 */
function topOf(polygon) {
  const lons = polygon.map(([lon]) => lon);
  return [(Math.min(...lons) + Math.max(...lons)) / 2, Math.max(...polygon.map(([, lat]) => lat))];
}

/**
 * Where a label that stands on a place is in the open part of the map, in its pixels.
 * @param {LonLat} place
 * @param {HTMLElement} label
 */
function inSight(place, label) {
  const { left, top, right, bottom } = openFrame();
  const { x, y } = map.latLngToContainerPoint(latlng(place));
  const half = label.offsetWidth / 2;
  const between = (/** @type {number} */ least, /** @type {number} */ value, /** @type {number} */ most) => Math.max(least, Math.min(most, value));
  return [between(left + half, x, right - half), between(top + label.offsetHeight, y, bottom)];
}

/**
 * To a decimetre: the address stays short.
 * @param {LonLat} place
 * @returns {LonLat}
 */
function rounded([lon, lat]) {
  return [Math.round(lon * 1e6) / 1e6, Math.round(lat * 1e6) / 1e6];
}
