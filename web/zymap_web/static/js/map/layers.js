// Which layers are shown: one switch a layer of the catalogue.

import { basemapChooser } from "./basemaps.js";
import { byId, h } from "./dom.js";
import { said, t } from "./i18n.js";
import { refocus } from "./focus.js";
import { legendOf } from "./legend.js";
import { layerSwatch } from "./swatches.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View, withLegend: boolean) => void}} On a phone the legend stands here.
 */
export function createLayers(data, change) {
  const toggle = byId("layers-toggle");
  const body = byId("layers-body");
  const fold = (/** @type {boolean} */ away) => {
    body.hidden = away;
    toggle.setAttribute("aria-expanded", String(!away));
  };
  toggle.addEventListener("click", () => fold(!body.hidden));
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || body.hidden) return;
    fold(true);
    toggle.focus();
  });
  byId("layers").hidden = false;
  return {
    update(view, withLegend) {
      const { state } = view;
      const legend = withLegend && h("div", { class: "legend-body" }, ...legendOf(data, view));
      refocus(() => body.replaceChildren(layers(data, state, change), basemapChooser(data, state, change), ...(legend ? [legend] : [])));
    },
  };
}

/**
 * @param {Data} data
 * @param {State} state
 * @param {(change: Partial<State>) => void} change
 */
function layers(data, state, change) {
  const spatial = data.catalog.layers.filter((layer) => layer.geometry.length);
  return h("ul", { class: "layer-list" }, ...spatial.map((layer) => h("li", {}, layerToggle(data, layer, state, change))));
}

/**
 * @param {Data} data
 * @param {Layer} layer
 * @param {State} state
 * @param {(change: Partial<State>) => void} change
 */
function layerToggle(data, layer, state, change) {
  const off = state.hidden.includes(layer.id);
  const hidden = off ? state.hidden.filter((id) => id !== layer.id) : [...state.hidden, layer.id];
  const { matched, located } = layer.counts;
  const box = h("input", { type: "checkbox", checked: !off, "data-focus": `layer-${layer.id}`, on: { change: () => change({ hidden }) } });
  const count = matched === located ? String(located) : t("legend.count_tray", { located, unlocated: matched - located });
  return h("label", {}, box, layerSwatch(data, layer), h("span", {}, titleOf(data, layer)), h("small", {}, count));
}

/**
 * @param {Data} data
 * @param {Layer} layer
 */
function titleOf(data, layer) {
  const title = said(layer, "title");
  if (layer.role !== "boundary") return title;
  const metres = data.boundary.find((feature) => feature.layer.id === layer.id)?.properties.coordinateUncertaintyInMeters;
  return metres ? t("legend.boundary", { title, m: grouped(metres) }) : title;
}
