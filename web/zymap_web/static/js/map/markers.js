// Works and candidates on the map: symbols, leaders to the true place, circles of uncertainty.

import { daysText, dueClass } from "./dates.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { L, groups, isLine, isPolygon, latlng, map, pathOptions, turned } from "./leaflet.js";
import { spread } from "./spread.js";
import { markerOf, workSymbol } from "./symbols.js";
import { nameOf, qualityOf, statusOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */
/** @typedef {{work: Work, marker: any, element: HTMLElement, shape: any, circle: any, leader: any}} Drawn */

const APART_PX = 40;
const LEADER_FROM_PX = 6;
const CIRCLES_FROM_ZOOM = 14;

/**
 * @param {Data} data
 * @param {{select: (work: Work) => void, hover: (id: string | null) => void}} on
 * @returns {{update: (view: View) => void, arrange: () => void, hover: (id: string | null) => void,
 *   boxes: (roles: string[]) => DOMRect[], placeOf: (id: string) => any, shown: () => Work[]}}
 */
export function drawMarkers(data, on) {
  /** @type {Map<string, Drawn>} */
  const drawn = new Map();
  for (const work of [...data.candidates, ...data.works]) {
    if (work.located && !data.tiled.includes(work.layer)) drawn.set(work.id, draw(data, work, on));
  }
  /** @type {Set<string>} */
  let visible = new Set();
  /** @type {string | null} */
  let selected = null;
  /** @type {string | null} */
  let hovered = null;

  const arrange = () => {
    const works = [...drawn.values()].filter(({ work }) => visible.has(work.id) && work.layer.role === "works");
    const spots = works.map(({ work }) => ({ id: work.id, ...place(work) }));
    const places = spread(spots, APART_PX);
    for (const item of works) move(item, places.get(item.work.id));
    circles();
  };
  const circles = () => {
    for (const { work, circle } of drawn.values()) {
      if (!circle) continue;
      const strong = work.id === hovered || work.id === selected;
      const faint = map.getZoom() >= CIRCLES_FROM_ZOOM && work.layer.role === "works";
      toggle(circle, visible.has(work.id) && (strong || faint));
      circle.setStyle({ opacity: strong ? 1 : 0.4, fillOpacity: strong ? 0.12 : 0.03, weight: strong ? 2 : 1.2 });
    }
  };

  return {
    arrange,
    update(view) {
      const wanted = [...view.onMap, ...view.candidates].filter((work) => work.located && !view.state.hidden.includes(work.layer.id));
      visible = new Set(wanted.map((work) => work.id));
      selected = view.state.selected;
      for (const { work, marker, shape, leader, element } of drawn.values()) {
        for (const part of [marker, shape, leader]) if (part) toggle(part, visible.has(work.id));
        element.classList.toggle("is-selected", work.id === selected);
        element.classList.toggle("is-overdue", work.layer.role === "works" && dueClass(work.properties, view.asOf) === "overdue");
        marker.setZIndexOffset(work.id === selected ? 1000 : 0);
        label(marker, work, data, view.asOf);
      }
      arrange();
    },
    hover(id) {
      hovered = id;
      for (const { work, element, marker } of drawn.values()) {
        element.classList.toggle("is-hover", work.id === id);
        if (work.id !== selected) marker.setZIndexOffset(work.id === id ? 900 : 0);
      }
      circles();
    },
    boxes(roles) {
      const items = [...drawn.values()].filter(({ work }) => visible.has(work.id) && roles.includes(work.layer.role));
      return items.map(({ element }) => element.getBoundingClientRect());
    },
    placeOf: (id) => drawn.get(id)?.marker.getLatLng(),
    shown: () => data.works.filter((work) => visible.has(work.id)),
  };
}

/**
 * @param {Data} data
 * @param {Work} work
 * @param {{select: (work: Work) => void, hover: (id: string | null) => void}} on
 * @returns {Drawn}
 */
function draw(data, work, on) {
  const { symbology } = data.catalog;
  const candidate = work.layer.role === "candidates";
  const element = h("span", { class: candidate ? "candidate-point" : "work-point", "data-id": work.id }, workSymbol(work, symbology, { late: !candidate }));
  const size = candidate ? 24 : 40;
  const icon = L.divIcon({ html: element, className: "marker", iconSize: [size, size] });
  const pane = candidate ? "candidates" : "works";
  const at = latlng(/** @type {number[]} */ (work.lonlat));
  const marker = L.marker(at, { icon, pane, riseOnHover: true });
  marker.on("click keypress", (/** @type {any} */ event) => {
    if (event.type === "click" || event.originalEvent.key === "Enter") on.select(work);
  });
  marker.on("mouseover", () => on.hover(work.id));
  marker.on("mouseout", () => on.hover(null));
  const leader = candidate ? null : L.polyline([at, at], { pane: "leaders", interactive: false, color: "var(--ink-2)", weight: 1.3, opacity: 0 });
  return { work, marker, element, shape: shapeOf(work, data, on), circle: circleOf(work, data), leader };
}

/**
 * @param {Work} work
 * @param {Data} data
 * @param {{select: (work: Work) => void}} on
 */
function shapeOf(work, data, on) {
  const { type, coordinates } = /** @type {import("./types").Geometry} */ (work.geometry);
  if (!isLine(type) && !isPolygon(type)) return null;
  const { symbology } = data.catalog;
  const marker = markerOf(work.properties.status, symbology);
  const colour = marker.hollow ? marker.stroke : marker.fill;
  const dash = work.properties.location_status === "approximate" ? "2 7" : null;
  const style = isLine(type) ? symbology.work_line : symbology.work_polygon;
  const options = pathOptions(style, { pane: "shapes", color: colour, fillColor: colour, dashArray: dash, fill: isPolygon(type) });
  const shape = isLine(type) ? L.polyline(turned(coordinates), options) : L.polygon(turned(coordinates), options);
  return shape.on("click", () => on.select(work));
}

/**
 * @param {Work} work
 * @param {Data} data
 */
function circleOf(work, data) {
  const { coordinateUncertaintyInMeters: metres, location_status } = work.properties;
  if (!metres || work.geometry?.type !== "Point" || location_status === "candidate") return null;
  const options = pathOptions(data.catalog.symbology.approximate, { pane: "uncertainty", interactive: false, radius: metres });
  return L.circle(latlng(/** @type {number[]} */ (work.lonlat)), options);
}

/** @param {Work} work */
function place(work) {
  const point = map.latLngToLayerPoint(latlng(/** @type {number[]} */ (work.lonlat)));
  return { x: point.x, y: point.y };
}

/**
 * @param {Drawn} item
 * @param {{x: number, y: number} | undefined} to
 */
function move({ work, marker, leader }, to) {
  if (!to) return;
  const from = place(work);
  const moved = Math.hypot(to.x - from.x, to.y - from.y) > LEADER_FROM_PX;
  const at = latlng(/** @type {number[]} */ (work.lonlat));
  const shownAt = moved ? map.layerPointToLatLng(L.point(to.x, to.y)) : at;
  marker.setLatLng(shownAt);
  leader.setLatLngs([at, shownAt]).setStyle({ opacity: moved ? 0.8 : 0 });
}

/**
 * @param {any} layer
 * @param {boolean} on
 */
function toggle(layer, on) {
  if (on) groups.works.addLayer(layer);
  else groups.works.removeLayer(layer);
}

/**
 * @param {any} marker
 * @param {Work} work
 * @param {Data} data
 * @param {string} asOf
 */
function label(marker, work, data, asOf) {
  const late = work.layer.role === "works" && dueClass(work.properties, asOf) === "overdue";
  const status = [statusOf(work, data.catalog), late ? daysText(work.properties, asOf) : ""].filter(Boolean).join(", ");
  const words = { name: nameOf(work), status, quality: qualityOf(work) };
  marker.getElement()?.setAttribute("aria-label", t("marker.label", words));
  marker.getElement()?.setAttribute("title", words.name);
}
