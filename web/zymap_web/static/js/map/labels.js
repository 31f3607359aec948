// Names on the map, placed one after the other where there is room; the order is fixed, so the
// same view always has the same names.

import { h } from "./dom.js";
import { contextOf } from "./ground.js";
import { spoken } from "./i18n.js";
import { L, isLine, latlng, map } from "./leaflet.js";
import { nameOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */
/** @typedef {{x: number, y: number, w: number, h: number}} Box Middle and size, px. */
/** @typedef {{x: number, y: number, angle: number}} Spot */

const WORKS_FROM_ZOOM = 13;
const FONT_PX = 13;
const ALONG = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.12, 0.88];
const STEEP_DEG = 50;

/**
 * @param {Data} data
 * @param {{boxes: () => DOMRect[], works: () => Work[], hidden: () => string[], placeOf: (id: string) => any}} on
 * @returns {{update: () => void}}
 */
export function drawLabels(data, on) {
  const pane = map.getPane("labels");
  const holder = pane.appendChild(h("div", { class: "labels leaflet-zoom-hide", "aria-hidden": "true" }));
  const update = () => {
    const corner = map.getContainer().getBoundingClientRect();
    const origin = map.containerPointToLayerPoint([0, 0]);
    /** @type {Box[]} */
    const taken = on.boxes().map((box) => ({
      x: box.x + box.width / 2 - corner.x, y: box.y + box.height / 2 - corner.y, w: box.width + 4, h: box.height + 2,
    }));
    taken.push(...points(data, on.hidden()));
    const texts = candidates(data, on).flatMap((item) => item(taken) ?? []);
    holder.replaceChildren(...texts);
    L.DomUtil.setPosition(holder, origin);
  };
  return { update };
}

/**
 * The room that symbols of the context take.
 * @param {Data} data
 * @param {string[]} hidden
 * @returns {Box[]}
 */
function points(data, hidden) {
  const shown = data.context.filter((feature) => feature.geometry?.type === "Point" && !hidden.includes(feature.layer.id));
  return shown.map((feature) => {
    const { x, y } = map.latLngToContainerPoint(latlng(/** @type {number[]} */ (feature.lonlat)));
    const size = contextOf(feature, data.catalog.symbology).marker.size_px;
    return { x, y, w: size, h: size };
  });
}

/**
 * What could be named in this view, most important first. Each takes room and gives its element.
 * @param {Data} data
 * @param {{works: () => Work[], hidden: () => string[], placeOf: (id: string) => any}} on
 * @returns {((taken: Box[]) => HTMLElement | null)[]}
 */
function candidates(data, on) {
  const zoom = map.getZoom();
  const hidden = on.hidden();
  const works = zoom >= WORKS_FROM_ZOOM ? on.works().filter((work) => work.layer.role === "works") : [];
  const { symbology } = data.catalog;
  const context = data.context.filter(
    (feature) => feature.geometry && !hidden.includes(feature.layer.id) && zoom >= contextOf(feature, symbology).label_from_zoom,
  );
  const importance = (/** @type {Work} */ feature) => (isLine(feature.geometry?.type ?? "") ? 1 : 0);
  const inOrder = [...context].sort((a, b) => importance(b) - importance(a) || (a.id < b.id ? -1 : 1));
  return [
    ...works.map((work) => (/** @type {Box[]} */ taken) => atPoint(work, on.placeOf(work.id), "work", 20, taken)),
    ...inOrder.map((feature) => (/** @type {Box[]} */ taken) => {
      const look = contextOf(feature, symbology);
      const kind = feature.properties.kind;
      const text = isLine(feature.geometry?.type ?? "")
        ? alongLine(feature, taken)
        : atPoint(feature, L.latLng(latlng(/** @type {number[]} */ (feature.lonlat))), kind, look.marker.size_px / 2 + 3, taken);
      text?.style.setProperty("--ink", look.label);
      return text;
    }),
  ];
}

/**
 * @param {Work} feature
 * @param {any} at
 * @param {string} kind
 * @param {number} gap px from the middle of the symbol.
 * @param {Box[]} taken
 */
function atPoint(feature, at, kind, gap, taken) {
  const text = shortName(feature);
  const width = textWidth(text, kind === "work" ? 650 : 500);
  const point = map.latLngToContainerPoint(at);
  const below = { x: point.x, y: point.y + gap + 8, w: width, h: FONT_PX + 3 };
  const right = { x: point.x + gap + width / 2 + 2, y: point.y, w: width, h: FONT_PX + 3 };
  const left = { ...right, x: point.x - gap - width / 2 - 2 };
  const above = { ...below, y: point.y - gap - 8 };
  const box = [right, below, left, above].find((place) => isOnMap(place) && isFree([place], taken));
  if (!box) return null;
  taken.push(box);
  return element(text, kind === "work" ? "label label-work" : `label label-${safeClass(kind)}`, { x: box.x, y: box.y, angle: 0 }, false);
}

/**
 * @param {Work} feature
 * @param {Box[]} taken
 */
function alongLine(feature, taken) {
  const text = shortName(feature);
  const length = textWidth(text) + 8;
  const { type, coordinates } = /** @type {import("./types").Geometry} */ (feature.geometry);
  for (const line of type === "LineString" ? [coordinates] : coordinates) {
    const points = line.map((/** @type {number[]} */ position) => map.latLngToContainerPoint(latlng(position)));
    for (const run of runs(points)) {
      for (const part of ALONG) {
        const spot = spotOn(run, part, length);
        if (!spot) continue;
        const boxes = boxesAlong(spot, length);
        if (!boxes.every(isOnMap) || !isFree(boxes, taken)) continue;
        taken.push(...boxes);
        return element(text, `label label-line label-${safeClass(feature.properties.kind)}`, spot, true);
      }
    }
  }
  return null;
}

/**
 * The parts of a line that are on the map, longest first.
 * @param {{x: number, y: number}[]} points
 */
function runs(points) {
  const size = map.getSize();
  const bounds = L.bounds([0, 0], size);
  /** @type {{x: number, y: number}[][]} */
  const found = [];
  for (const [index, to] of points.slice(1).entries()) {
    const clipped = L.LineUtil.clipSegment(L.point(points[index]), L.point(to), bounds, false, true);
    if (!clipped) continue;
    const last = found.at(-1);
    const end = last?.at(-1);
    if (last && end && Math.hypot(end.x - clipped[0].x, end.y - clipped[0].y) < 1) last.push(clipped[1]);
    else found.push([clipped[0], clipped[1]]);
  }
  return found.sort((one, other) => lengthOf(other) - lengthOf(one));
}

/**
 * A place for a text on a line, and the line's slope there.
 * @param {{x: number, y: number}[]} run
 * @param {number} part
 * @param {number} length
 * @returns {Spot | null}
 */
function spotOn(run, part, length) {
  const total = lengthOf(run);
  const at = total * part;
  if (at - length / 2 < 0 || at + length / 2 > total) return null;
  const [from, middle, to] = [at - length / 2, at, at + length / 2].map((distance) => pointAt(run, distance));
  const straight = Math.hypot(to.x - from.x, to.y - from.y);
  if (straight < length * 0.96) return null;
  let angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  if (angle > 90) angle -= 180;
  if (angle <= -90) angle += 180;
  return { x: (middle.x + (from.x + to.x) / 2) / 2, y: (middle.y + (from.y + to.y) / 2) / 2, angle };
}

/**
 * @param {{x: number, y: number}[]} run
 * @param {number} distance
 */
function pointAt(run, distance) {
  let rest = distance;
  for (const [index, to] of run.slice(1).entries()) {
    const from = run[index];
    const step = Math.hypot(to.x - from.x, to.y - from.y);
    if (rest <= step && step > 0) return { x: from.x + ((to.x - from.x) * rest) / step, y: from.y + ((to.y - from.y) * rest) / step };
    rest -= step;
  }
  return /** @type {{x: number, y: number}} */ (run.at(-1));
}

/** @param {{x: number, y: number}[]} run */
function lengthOf(run) {
  return run.slice(1).reduce((sum, to, index) => sum + Math.hypot(to.x - run[index].x, to.y - run[index].y), 0);
}

/**
 * @param {Spot} spot
 * @param {number} length
 * @returns {Box[]}
 */
function boxesAlong(spot, length) {
  const count = Math.ceil(length / FONT_PX);
  const [cos, sin] = [Math.cos((spot.angle * Math.PI) / 180), Math.sin((spot.angle * Math.PI) / 180)];
  return Array.from({ length: count }, (_, index) => {
    const along = (index - (count - 1) / 2) * FONT_PX;
    return { x: spot.x + along * cos, y: spot.y + along * sin, w: FONT_PX + 2, h: FONT_PX + 2 };
  });
}

/**
 * @param {Box[]} boxes
 * @param {Box[]} taken
 */
function isFree(boxes, taken) {
  return boxes.every((box) => taken.every((other) =>
    Math.abs(box.x - other.x) * 2 >= box.w + other.w || Math.abs(box.y - other.y) * 2 >= box.h + other.h));
}

/** @param {Box} box */
function isOnMap(box) {
  const { x, y } = map.getSize();
  return box.x - box.w / 2 > 2 && box.x + box.w / 2 < x - 2 && box.y - box.h / 2 > 2 && box.y + box.h / 2 < y - 2;
}

/**
 * A name without what stands in brackets.
 * @param {Work} feature
 */
function shortName(feature) {
  return nameOf(feature).replace(/\s*[（(].*$/, "");
}

const pen = document.createElement("canvas").getContext("2d");

/**
 * @param {string} text
 * @param {number} [weight]
 */
function textWidth(text, weight = 500) {
  if (!pen) return text.length * FONT_PX;
  pen.font = `${weight} ${FONT_PX}px ${getComputedStyle(document.body).fontFamily}`;
  return pen.measureText(text).width + 4;
}

/**
 * @param {string} text
 * @param {string} className
 * @param {Spot} spot
 * @param {boolean} line
 */
function element(text, className, spot, line) {
  const label = h("span", { class: className }, text);
  // Chinese on a steep line stands upright, sign under sign, as on street plans.
  const upright = line && Math.abs(spot.angle) > STEEP_DEG && spoken() === "zh" && /[\u3400-\u9fff]/.test(text);
  const angle = upright ? spot.angle - Math.sign(spot.angle) * 90 : spot.angle;
  label.classList.toggle("is-upright", upright);
  label.style.transform = `translate(${spot.x.toFixed(1)}px, ${spot.y.toFixed(1)}px) translate(-50%, -50%) rotate(${angle.toFixed(1)}deg)`;
  return label;
}

/** @param {string} text */
function safeClass(text) {
  return text.replace(/[^a-z-]/g, "");
}
