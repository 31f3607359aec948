// The numbers of the comparison as a table: for those who read tables, aloud or on paper.

import { partsOf, share } from "./comparecharts.js";
import { h } from "./dom.js";
import { valueName } from "./filters.js";
import { t } from "./i18n.js";
import { grouped } from "./words.js";
import { valuesOf } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Summary} Summary */
/** @typedef {import("./types").View} View */
/** @typedef {import("./compare.js").Column} Column */

const UNKNOWN = "—";

/**
 * @param {Data} data
 * @param {Column[]} columns
 * @param {View} view
 * @returns {HTMLElement}
 */
export function compareTable(data, columns, { asOf }) {
  return h(
    "div",
    { class: "compare-scroll", role: "region", tabindex: 0, "aria-labelledby": "compare-caption" },
    h(
      "table",
      { class: "compare-table" },
      h("caption", { id: "compare-caption" }, t("compare.caption", { date: asOf })),
      h(
        "thead",
        {},
        h("tr", {}, h("th", { scope: "col" }, t("compare.measure")), ...columns.map(({ title }) => h("th", { scope: "col" }, title)), h("th", { scope: "col" }, t("compare.total"))),
      ),
      h(
        "tbody",
        {},
        row(t("compare.works"), columns, ({ matched }) => matched, true),
        row(t("figures.located"), columns, ({ located }) => located),
        row(t("figures.unlocated"), columns, ({ matched, located }) => matched - located),
        shares(columns),
      ),
      facet(data, columns, "status"),
      facet(data, columns, "kind"),
      h(
        "tbody",
        {},
        row(t("compare.overdue"), columns, ({ overdue }) => overdue),
        words(t("compare.next_date"), columns, ({ next }) => next ?? UNKNOWN, next(columns)),
      ),
    ),
  );
}

/**
 * @param {Data} data
 * @param {Column[]} columns
 * @param {"status" | "kind"} name
 */
function facet(data, columns, name) {
  const used = new Set(columns.flatMap((column) => partsOf(data, column, name).map(({ code }) => code)));
  const codes = valuesOf(data, name).filter((code) => used.has(code));
  return h(
    "tbody",
    {},
    h("tr", {}, h("th", { scope: "rowgroup", colspan: columns.length + 2 }, t(`filters.${name}`))),
    ...codes.map((code) => row(valueName(data, name, code), columns, ({ facets }) => facets[name][code] ?? 0)),
  );
}

/**
 * A row of numbers of works; each work is in one area, so these may be added up.
 * @param {string} title
 * @param {Column[]} columns
 * @param {(summary: Summary) => number} count
 * @param {boolean} [isAlwaysKnown]
 */
function row(title, columns, count, isAlwaysKnown = false) {
  const isWhole = isAlwaysKnown || columns.every(({ known }) => known);
  const total = columns.reduce((sum, { summary }) => sum + count(summary), 0);
  const cells = columns.map(({ known, summary }) => (known || isAlwaysKnown ? grouped(count(summary)) : UNKNOWN));
  return line(title, [...cells, isWhole ? grouped(total) : UNKNOWN]);
}

/** @param {Column[]} columns */
function shares(columns) {
  const [located, matched] = [sum(columns, "located"), sum(columns, "matched")];
  const whole = columns.every(({ known }) => known) ? share(located, matched) : UNKNOWN;
  return words(t("compare.share"), columns, (summary) => share(summary.located, summary.matched), whole);
}

/**
 * @param {Column[]} columns
 * @param {"located" | "matched"} name
 */
function sum(columns, name) {
  return columns.reduce((total, { summary }) => total + summary[name], 0);
}

/** @param {Column[]} columns */
function next(columns) {
  if (!columns.every(({ known }) => known)) return UNKNOWN;
  return columns.map(({ summary }) => summary.next ?? "").filter(Boolean).sort()[0] ?? UNKNOWN;
}

/**
 * @param {string} title
 * @param {Column[]} columns
 * @param {(summary: Summary) => string} say
 * @param {string} whole
 */
function words(title, columns, say, whole) {
  return line(title, [...columns.map(({ known, summary }) => (known ? say(summary) : UNKNOWN)), whole]);
}

/**
 * @param {string} title
 * @param {string[]} cells
 */
function line(title, cells) {
  return h("tr", {}, h("th", { scope: "row" }, title), ...cells.map((cell) => h("td", {}, cell)));
}
