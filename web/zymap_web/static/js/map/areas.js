// Key areas on the map: hatched while their boundary is schematic, one click asks by area.

import { h } from "./dom.js";
import { hatchFill } from "./hatch.js";
import { said, t, titled } from "./i18n.js";
import { L, groups, map, pathOptions, turned } from "./leaflet.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Work} Work */

const GAP_PX = 6;
const STEP_PX = 22;
// How much of a label reaches over the middle of its area, left and right of it.
const OVER_PX = 24;
/** @typedef {{short: boolean, mark: boolean}} Form */
const FORMS = [{ short: false, mark: true }, { short: true, mark: true }, { short: true, mark: false }];

/**
 * The colour of an area: by its place in the catalogue.
 * @param {Data} data
 * @param {string} areaId
 * @returns {string}
 */
export function areaColour(data, areaId) {
  const { areas, symbology } = data.catalog;
  const index = areas.findIndex((area) => area.id === areaId);
  return index < 0 ? symbology.no_status.stroke : symbology.area_colours[index % symbology.area_colours.length];
}

/** @param {Work} area */
export function isSchematic(area) {
  return area.properties.boundary_status !== "documented";
}

/**
 * @param {Data} data
 * @param {(areaId: string) => void} choose
 * @returns {{update: (state: State) => void, arrange: (taken: DOMRect[]) => void, boxes: () => DOMRect[]}}
 */
export function drawAreas(data, choose) {
  const drawn = data.areas.filter((area) => area.located).map((area) => draw(data, area, choose));
  return {
    boxes: () => drawn.filter(({ button }) => button.isConnected).map(({ button }) => button.getBoundingClientRect()),
    arrange(taken) {
      const labels = drawn.filter(({ button }) => button.isConnected);
      // All in the longest form that leaves room for all; so no area looks more important.
      for (const form of FORMS) if (labels.reduce(placing(form, taken), /** @type {DOMRect[] | null} */ ([]))) return;
    },
    update(state) {
      for (const { area, path, label, button, opacity } of drawn) {
        const id = area.properties.area_id;
        const chosen = state.area === id;
        const dimmed = state.area !== null && !chosen;
        const shown = !state.hidden.includes(area.layer.id);
        for (const part of [path, label]) {
          if (shown) groups.areas.addLayer(part);
          else groups.areas.removeLayer(part);
        }
        path.setStyle({ weight: chosen ? 3 : 1.8, opacity: dimmed ? 0.45 : 1, fillOpacity: opacity * (dimmed ? 0.35 : 1) });
        button.setAttribute("aria-pressed", String(chosen));
        button.classList.toggle("is-dimmed", dimmed);
      }
    },
  };
}

/**
 * @param {Data} data
 * @param {Work} area
 * @param {(areaId: string) => void} choose
 */
function draw(data, area, choose) {
  const { symbology, code_lists } = data.catalog;
  const id = area.properties.area_id;
  const colour = areaColour(data, id);
  const schematic = isSchematic(area);
  const style = schematic ? symbology.area_schematic : symbology.area;
  const opacity = schematic ? 1 : style.fill_opacity;
  const fill = { fillColor: schematic ? hatchFill(colour) : colour, fillOpacity: opacity };
  const path = L.polygon(turned(area.geometry?.coordinates), pathOptions(style, { pane: "areas", color: colour, ...fill }));
  path.on("click", () => choose(id));
  path.on("mouseover", () => path.getElement()?.classList.add("is-hover"));
  path.on("mouseout", () => path.getElement()?.classList.remove("is-hover"));

  const button = h("button", { type: "button", class: "area-label", on: { click: () => choose(id) } });
  button.style.setProperty("--area", colour);
  const icon = L.divIcon({ html: button, className: "area-label-anchor", iconSize: [0, 0] });
  const bounds = path.getBounds();
  const top = [bounds.getNorth(), bounds.getCenter().lng];
  const label = L.marker(top, { icon, pane: "area-labels", keyboard: false });
  const words = (/** @type {Form} */ form) => {
    const title = form.short ? titled(code_lists.areas, id, "short") : said(area.properties, "name");
    return [title, ...(schematic && form.mark ? [h("small", {}, t("map.schematic"))] : [])];
  };
  const height = () => map.latLngToLayerPoint(bounds.getSouthWest()).y - map.latLngToLayerPoint(bounds.getNorthWest()).y;
  return { area, path, label, button, opacity, words, height };
}

/**
 * A step that puts a label where it covers nothing, and hands on what is covered so far; null
 * once one had no room (it stands above its area all the same).
 * @param {Form} form
 * @param {DOMRect[]} taken
 */
function placing(form, taken) {
  const frame = map.getContainer().getBoundingClientRect();
  return (/** @type {DOMRect[] | null} */ placed, /** @type {{button: HTMLElement, words: (form: Form) => (string | Node)[], height: () => number}} */ label) => {
    const { button } = label;
    button.replaceChildren(...label.words(form));
    const { offsetWidth: width, offsetHeight: height } = button;
    const above = -height - GAP_PX;
    // An area whose middle is off the map may have its name cut off with it.
    const anchor = /** @type {HTMLElement} */ (button.parentElement).getBoundingClientRect();
    const isSeen = anchor.x > frame.left && anchor.x < frame.right && anchor.y > frame.top && anchor.y < frame.bottom;
    for (const top of [above, above - STEP_PX, above - 2 * STEP_PX, label.height() + GAP_PX]) {
      for (const left of [-width / 2, -OVER_PX, OVER_PX - width]) {
        const box = put(button, left, top);
        const isCut = isSeen && (box.left < frame.left || box.right > frame.right);
        if (!isCut && ![...taken, ...(placed ?? [])].some((other) => overlap(box, other))) return placed && [...placed, box];
      }
    }
    put(button, -width / 2, -height - GAP_PX);
    return null;
  };
}

/**
 * @param {HTMLElement} button
 * @param {number} left px from the middle of the area's upper edge.
 * @param {number} top
 */
function put(button, left, top) {
  button.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  return button.getBoundingClientRect();
}

/**
 * @param {DOMRect} one
 * @param {DOMRect} other
 */
function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}
