// One column of small charts an area, each part labelled where it stands.

import { areaColour } from "./areas.js";
import { h } from "./dom.js";
import { daysText } from "./dates.js";
import { valueName } from "./filters.js";
import { t } from "./i18n.js";
import { glyphIcon, glyphOf, markerOf, symbol } from "./symbols.js";
import { bar, statusBar } from "./textures.js";
import { grouped, nameOf } from "./words.js";
import { valuesOf } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").FacetName} FacetName */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */
/** @typedef {import("./compare.js").Column} Column */

const SYMBOL_SCALE = 0.62;

/**
 * @param {Data} data
 * @param {Column[]} columns
 * @param {View} view
 * @param {(patch: Partial<State>) => void} change
 * @returns {HTMLElement}
 */
export function compareCharts(data, columns, view, change) {
  const most = Math.max(1, ...columns.flatMap(({ summary }) => Object.values(summary.facets.kind)));
  const grid = h("div", { class: "compare-grid" }, ...columns.map((column) => chart(data, column, view, most, change)));
  grid.style.setProperty("--areas", String(Math.max(1, data.catalog.areas.length)));
  grid.style.setProperty("--digits", String(grouped(most).length));
  return grid;
}

/**
 * The values of a facet that occur, in the order of their code list.
 * @param {Data} data
 * @param {Column} column
 * @param {"status" | "kind"} name
 * @returns {{code: string, count: number}[]}
 */
export function partsOf(data, { summary }, name) {
  return valuesOf(data, name).map((code) => ({ code, count: summary.facets[name][code] ?? 0 })).filter(({ count }) => count > 0);
}

/**
 * @param {Data} data
 * @param {Column} column
 * @param {View} view
 * @param {number} most The longest bar of kinds; all areas share its scale.
 * @param {(patch: Partial<State>) => void} change
 */
function chart(data, column, view, most, change) {
  const { id, title, summary, known, isKey } = column;
  const chosen = view.state.area === id;
  const made = h(
    "article",
    { class: chosen ? "compare-column is-chosen" : "compare-column", "data-id": id },
    h(
      "h3",
      {},
      !isKey && h("small", {}, t("areas.elsewhere")),
      h(
        "button",
        { type: "button", "aria-current": chosen ? "true" : null, "data-focus": `compare-${id}`, on: { click: () => change({ area: id, view: "map" }) } },
        title,
        h("span", { class: "visually-hidden" }, ` · ${t("targets.open")}`),
      ),
    ),
    h("p", { class: "compare-works" }, h("b", {}, grouped(summary.matched)), " ", h("span", {}, t("compare.unit"))),
    ...(known
      ? [
          part(t("compare.place"), located(data, column)),
          part(t("filters.status"), statuses(data, column)),
          part(t("filters.kind"), kinds(data, column, most)),
          part(t("compare.overdue"), overdue(column)),
          part(t("compare.next"), upcoming(summary.upcoming, view.asOf, change)),
        ]
      : [h("p", { class: "note" }, t("compare.unknown"))]),
  );
  made.style.setProperty("--area", areaColour(data, id));
  return made;
}

/**
 * @param {string} title
 * @param {HTMLElement} inner
 */
function part(title, inner) {
  return h("section", { class: "compare-part" }, h("h4", {}, title), inner);
}

/** @param {string | number} text */
function nothing(text) {
  return h("p", { class: "note" }, String(text));
}

/**
 * @param {Data} data
 * @param {Column} column
 */
function located(data, { id, summary }) {
  const { matched, located: count } = summary;
  if (!matched) return nothing(t("compare.none"));
  const rest = matched - count;
  return h(
    "div",
    {},
    stack([
      { count, paint: () => bar(areaColour(data, id)) },
      { count: rest, paint: () => bar("var(--ink-3)", "", { hollow: true, dash: "4 3" }) },
    ]),
    h("p", { class: "compare-split" }, h("span", {}, t("compare.located", { n: grouped(count), share: share(count, matched) })), h("span", {}, t("compare.unlocated", { n: grouped(rest) }))),
  );
}

/**
 * @param {number} count
 * @param {number} all
 */
export function share(count, all) {
  return all ? `${Math.round((100 * count) / all)}%` : "—";
}

/**
 * @param {Data} data
 * @param {Column} column
 */
function statuses(data, column) {
  const parts = partsOf(data, column, "status");
  if (!parts.length) return nothing(t("compare.none"));
  const { symbology } = data.catalog;
  return h(
    "div",
    {},
    stack(parts.map(({ code, count }) => ({ count, paint: () => statusBar(markerOf(code, symbology)) }))),
    h(
      "ul",
      { class: "compare-labels" },
      ...parts.map(({ code, count }) =>
        h("li", {}, h("span", { class: "compare-mark" }, symbol(markerOf(code, symbology), "", { scale: SYMBOL_SCALE })), h("span", { class: "compare-swatch" }, statusBar(markerOf(code, symbology))), h("span", {}, valueName(data, "status", code)), h("b", {}, grouped(count))),
      ),
    ),
  );
}

/**
 * Parts of a whole, in a row.
 * @param {{count: number, paint: () => SVGElement}[]} parts
 */
function stack(parts) {
  const drawn = parts.filter(({ count }) => count > 0).map(({ count, paint }) => {
    const one = h("span", {}, paint());
    one.style.flexGrow = String(count);
    return one;
  });
  return h("div", { class: "stack", "aria-hidden": "true" }, ...drawn);
}

/**
 * @param {Data} data
 * @param {Column} column
 * @param {number} most
 */
function kinds(data, column, most) {
  const parts = partsOf(data, column, "kind");
  if (!parts.length) return nothing(t("compare.none"));
  return h(
    "ul",
    { class: "compare-bars" },
    ...parts.map(({ code, count }) => {
      const length = h("span", { class: "compare-length" }, bar(areaColour(data, column.id)));
      length.style.width = `${(100 * count) / most}%`;
      return h("li", {}, glyphIcon(glyphOf(code, data.catalog.symbology)), h("span", {}, valueName(data, "kind", code)), h("span", { class: "compare-track", "aria-hidden": "true" }, length), h("b", {}, grouped(count)));
    }),
  );
}

/** @param {Column} column */
function overdue({ summary }) {
  const dated = summary.matched - (summary.facets.due.undated ?? 0);
  return h(
    "p",
    { class: "compare-overdue" },
    h("b", { class: summary.overdue ? "is-late" : null }, grouped(summary.overdue)),
    " ",
    h("span", { class: "note" }, t("compare.dated", { n: grouped(dated) })),
  );
}

/**
 * @param {Work[]} works
 * @param {string} asOf
 * @param {(patch: Partial<State>) => void} change
 */
function upcoming(works, asOf, change) {
  if (!works.length) return nothing(t("compare.no_next"));
  return h(
    "ol",
    { class: "compare-next" },
    ...works.map((work) =>
      h(
        "li",
        {},
        h("span", {}, h("time", { datetime: work.properties.deadline }, work.properties.deadline), " ", h("small", {}, daysText(work.properties, asOf))),
        h("button", { type: "button", class: "text-button", "data-focus": `compare-next-${work.id}`, on: { click: () => change({ selected: work.id, view: "map" }) } }, nameOf(work)),
      ),
    ),
  );
}
