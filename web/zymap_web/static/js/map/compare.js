// The areas side by side: a column of small charts each, and the same numbers as a table.

import { compareCharts } from "./comparecharts.js";
import { compareTable } from "./comparetable.js";
import { byId, h, icon } from "./dom.js";
import { refocus } from "./focus.js";
import { said, t, titled } from "./i18n.js";
import { NO_FILTERS, isUnfiltered } from "./state.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./types").View} View */
/**
 * What is compared: an area with its works. `known` is false where only their number came.
 * @typedef {{id: string, title: string, isKey: boolean, known: boolean, summary: Summary}} Column
 */

const PRINT_ICON = "M7 8.5V4h10v4.5M7 17H4.5V8.5h15V17H17M7 14h10v6H7z";
/** @type {Summary} */
const NOTHING = { matched: 0, located: 0, overdue: 0, upcoming: [], next: null, facets: { area: {}, kind: {}, status: {}, due: {}, quality: {} } };

/**
 * @param {Data} data
 * @param {{change: (patch: Partial<State>) => void}} on
 * @returns {{update: (view: View) => void}}
 */
export function createCompare(data, { change }) {
  const board = byId("board-compare");
  return {
    update(view) {
      board.hidden = view.state.view !== "compare";
      if (board.hidden) return;
      const columns = columnsOf(data, view);
      refocus(() =>
        board.replaceChildren(
          head(data, view, columns, change),
          compareCharts(data, columns, view, change),
          compareTable(data, columns, view),
        ),
      );
    },
  };
}

/**
 * The key areas, and those others of the code list that have works.
 * @param {Data} data
 * @param {View} view
 * @returns {Column[]}
 */
function columnsOf({ catalog }, { areas }) {
  const key = catalog.areas.map((area) => area.id);
  const listed = Object.keys(catalog.code_lists.areas).filter((id) => areas[id]?.matched && !key.includes(id));
  return [...key, ...listed].map((id) => {
    const summary = areas[id] ?? NOTHING;
    const known = summary.matched === 0 || Object.keys(summary.facets.due).length > 0;
    return { id, title: titled(catalog.code_lists.areas, id), isKey: key.includes(id), known, summary };
  });
}

/**
 * @param {Data} data
 * @param {View} view
 * @param {Column[]} columns
 * @param {(patch: Partial<State>) => void} change
 */
function head({ catalog }, { asOf, state, total }, columns, change) {
  const counted = columns.reduce((sum, column) => sum + column.summary.matched, 0);
  return h(
    "header",
    { class: "board-head" },
    h("p", { class: "print-only" }, said(catalog.dataset, "title")),
    h(
      "div",
      { class: "board-title" },
      h("h2", { id: "compare-heading", tabindex: -1 }, t("compare.heading")),
      h("strong", { class: "board-date" }, t("due.as_of", { date: asOf })),
      h("button", { type: "button", class: "button no-print", "data-focus": "compare-print", on: { click: () => window.print() } }, icon(PRINT_ICON), t("compare.print")),
    ),
    h("p", {}, t("compare.intro"), " ", h("span", { class: "no-print" }, t("compare.hint"))),
    h("p", { class: "print-only" }, said(catalog.dataset, "attribution")),
    !isUnfiltered(state) &&
      h(
        "p",
        { class: "board-narrowed", role: "status" },
        h("span", {}, t("compare.filtered", { n: counted, total })),
        h("button", { type: "button", class: "button no-print", "data-focus": "compare-reset", on: { click: () => change(NO_FILTERS) } }, t("filters.reset")),
      ),
  );
}
