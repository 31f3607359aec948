// Names on the map, placed one after the other where there is room; the order is fixed, so the
// same view always has the same names.

import { h } from "./dom.js";
import { contextOf } from "./ground.js";
import { spoken } from "./i18n.js";
import { L, isLine, latlng, map } from "./leaflet.js";
import { FONT_PX, alongLine, besidePoint } from "./room.js";
import { nameOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */
/** @typedef {import("./room.js").Box} Box */
/** @typedef {import("./room.js").Spot} Spot */
/** @typedef {{taken: Box[], quiet: Box[]}} Room `quiet` is what only a work's name may cover. */
/**
 * What the names have to know of the map.
 * @typedef {{taken: () => DOMRect[], quiet: () => DOMRect[], works: () => Work[], hidden: () => string[],
 *   placeOf: (id: string) => any}} Surroundings
 */

const WORKS_FROM_ZOOM = 13;
const WORK_GAP_PX = 20;
const WORK_WEIGHT = 650;
const STEEP_DEG = 50;

/**
 * @param {Data} data
 * @param {Surroundings} on
 * @returns {{update: () => void}}
 */
export function drawLabels(data, on) {
  const pane = map.getPane("labels");
  const holder = pane.appendChild(h("div", { class: "labels leaflet-zoom-hide", "aria-hidden": "true" }));
  const update = () => {
    const room = { taken: [...on.taken().map(boxOf), ...points(data, on.hidden())], quiet: on.quiet().map(boxOf) };
    const works = map.getZoom() >= WORKS_FROM_ZOOM ? on.works() : [];
    holder.replaceChildren(
      ...works.flatMap((work) => workName(work, on.placeOf(work.id), room) ?? []),
      ...context(data, on.hidden()).flatMap((feature) => contextName(feature, data, room) ?? []),
    );
    L.DomUtil.setPosition(holder, map.containerPointToLayerPoint([0, 0]));
  };
  return { update };
}

/**
 * What is named for orientation at this zoom: lines first, then points.
 * @param {Data} data
 * @param {string[]} hidden
 */
function context(data, hidden) {
  const zoom = map.getZoom();
  const { symbology } = data.catalog;
  const shown = data.context.filter(
    (feature) => feature.geometry && !hidden.includes(feature.layer.id) && zoom >= contextOf(feature, symbology).label_from_zoom,
  );
  const importance = (/** @type {Work} */ feature) => (isLine(feature.geometry?.type ?? "") ? 1 : 0);
  return shown.sort((a, b) => importance(b) - importance(a) || (a.id < b.id ? -1 : 1));
}

/**
 * @param {Work} work
 * @param {any} at
 * @param {Room} room
 */
function workName(work, at, room) {
  const text = shortName(work);
  const width = textWidth(text, WORK_WEIGHT);
  const point = map.latLngToContainerPoint(at);
  const place = (/** @type {Box[]} */ taken) => besidePoint(point, width, WORK_GAP_PX, map.getSize(), taken);
  const box = place([...room.taken, ...room.quiet]) ?? place(room.taken);
  if (!box) return null;
  room.taken.push(box);
  return element(text, "label label-work", { ...box, angle: 0 }, false);
}

/**
 * @param {Work} feature
 * @param {Data} data
 * @param {Room} room
 */
function contextName(feature, data, room) {
  const look = contextOf(feature, data.catalog.symbology);
  const text = shortName(feature);
  const taken = [...room.taken, ...room.quiet];
  const className = `label label-${feature.properties.kind.replace(/[^a-z-]/g, "")}`;
  let label = null;
  if (isLine(feature.geometry?.type ?? "")) {
    const found = alongLine(runs(feature), textWidth(text) + 8, map.getSize(), taken);
    room.taken.push(...(found?.boxes ?? []));
    label = found && element(text, `${className} label-line`, found.spot, true);
  } else {
    const point = map.latLngToContainerPoint(latlng(/** @type {number[]} */ (feature.lonlat)));
    const box = besidePoint(point, textWidth(text), look.marker.size_px / 2 + 3, map.getSize(), taken);
    if (box) room.taken.push(box);
    label = box && element(text, className, { ...box, angle: 0 }, false);
  }
  label?.style.setProperty("--ink", look.label);
  return label;
}

/**
 * The parts of a line that are on the map.
 * @param {Work} feature
 */
function runs({ geometry }) {
  const { type, coordinates } = /** @type {import("./types").Geometry} */ (geometry);
  const bounds = L.bounds([0, 0], map.getSize());
  /** @type {{x: number, y: number}[][]} */
  const found = [];
  for (const line of type === "LineString" ? [coordinates] : coordinates) {
    const points = line.map((/** @type {number[]} */ position) => map.latLngToContainerPoint(latlng(position)));
    for (const [index, to] of points.slice(1).entries()) {
      const clipped = L.LineUtil.clipSegment(L.point(points[index]), L.point(to), bounds, false, true);
      if (!clipped) continue;
      const last = found.at(-1);
      const end = last?.at(-1);
      if (last && end && Math.hypot(end.x - clipped[0].x, end.y - clipped[0].y) < 1) last.push(clipped[1]);
      else found.push([clipped[0], clipped[1]]);
    }
  }
  return found;
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
 * @param {DOMRect} rectangle
 * @returns {Box}
 */
function boxOf(rectangle) {
  const corner = map.getContainer().getBoundingClientRect();
  const { x, y, width, height } = rectangle;
  return { x: x + width / 2 - corner.x, y: y + height / 2 - corner.y, w: width + 4, h: height + 2 };
}

/**
 * A name without what stands in brackets behind it.
 * @param {Work} feature
 */
function shortName(feature) {
  return nameOf(feature).replace(/(?<=\S{2})\s*[（(].*$/, "");
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
