// What the signs mean.

import { isSchematic } from "./areas.js";
import { byId, h } from "./dom.js";
import { t, titled } from "./i18n.js";
import { areaSwatch } from "./swatches.js";
import { markerOf, symbol } from "./symbols.js";
import { NONE } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @returns {{update: (view: View) => void}}
 */
export function createLegend(data) {
  const toggle = byId("legend-toggle");
  const body = byId("legend-body");
  const fold = (/** @type {boolean} */ away) => {
    body.hidden = away;
    toggle.setAttribute("aria-expanded", String(!away));
  };
  toggle.addEventListener("click", () => fold(!body.hidden));
  fold(false);
  byId("legend").hidden = false;
  return { update: (view) => body.replaceChildren(...legendOf(data, view)) };
}

/**
 * The lists of signs.
 * @param {Data} data
 * @param {View} view
 */
export function legendOf(data, view) {
  return [statuses(data, view), qualities(data)];
}

/**
 * @param {Data} data
 * @param {View} view
 */
function statuses(data, view) {
  const { symbology, code_lists } = data.catalog;
  const used = new Set([...data.works.map((work) => work.properties.status ?? NONE), ...Object.keys(view.facets.status)]);
  const codes = [...Object.keys(code_lists.status ?? {}), NONE].filter((code) => used.has(code));
  return h(
    "ul",
    { "aria-label": t("legend.status") },
    view.facets.due.overdue > 0 && h("li", {}, symbol({ ...symbology.no_status, size_px: 14 }, "", { late: true }), t("due.overdue")),
    ...codes.map((code) =>
      h("li", {}, symbol(markerOf(code, symbology), "", { scale: 0.66 }), code === NONE ? t("legend.no_status") : titled(code_lists.status, code)),
    ),
  );
}

/** @param {Data} data */
function qualities(data) {
  const { symbology } = data.catalog;
  const works = [...data.works, ...data.candidates];
  const has = (/** @type {string} */ status) => works.some((work) => work.located && work.properties.location_status === status);
  const plain = { ...symbology.no_status, fill: "var(--ink-3)", shape: "circle", stroke: "var(--surface)", size_px: 15 };
  const bounded = (/** @type {boolean} */ schematic) => data.areas.some((area) => area.located && isSchematic(area) === schematic);
  return h(
    "ul",
    { "aria-label": t("legend.quality") },
    has("located") && h("li", {}, symbol(plain, ""), t("legend.located")),
    has("approximate") && h("li", {}, symbol(plain, "", { ring: true, scale: 0.8 }), t("legend.approximate")),
    has("candidate") && h("li", {}, symbol(symbology.candidate, ""), t("legend.candidate")),
    bounded(true) && h("li", {}, areaSwatch(data, true), t("legend.schematic")),
    bounded(false) && h("li", {}, areaSwatch(data, false), t("legend.documented")),
  );
}
