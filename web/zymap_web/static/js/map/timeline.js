// The as-of date: a slider over the year of the report, with its deadlines marked.

import { addDays, daysBetween, today } from "./dates.js";
import { marksOf } from "./deadlines.js";
import { byId, h } from "./dom.js";
import { refocus } from "./focus.js";
import { spoken, t } from "./i18n.js";
import { narrow } from "./sheet.js";
import { worded } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

const CROWDED_DAYS = 30;
// In hundredths of the line: what stands beyond is at its end.
const END = 92;
const STEP_KEYS = /** @type {Record<string, number>} */ ({ PageUp: 30, PageDown: -30 });

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View) => void}}
 */
export function createTimeline(data, change) {
  const year = Number(data.catalog.dataset.year);
  const [first, last] = [`${year}-01-01`, `${year}-12-31`];
  const days = daysBetween(first, last);
  const slider = byId("as-of");
  slider.max = String(days);
  slider.addEventListener("input", () => change({ asOf: addDays(first, Number(slider.value)) }));
  slider.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const step = STEP_KEYS[event.key];
    if (!step) return;
    event.preventDefault();
    change({ asOf: addDays(first, Math.max(0, Math.min(days, Number(slider.value) + step))) });
  });
  const now = today();
  // On a phone there is no room under the map; there it stands in the sheet.
  const settle = () => (narrow.matches ? byId("figures").after(byId("timeline")) : byId("panel").after(byId("timeline")));
  narrow.addEventListener("change", settle);
  settle();
  const part = (/** @type {string} */ date) => (100 * Math.max(0, Math.min(days, daysBetween(first, date)))) / days;

  return {
    update(view) {
      const { asOf } = view;
      slider.value = String(Math.max(0, Math.min(days, daysBetween(first, asOf))));
      slider.setAttribute("aria-valuetext", t("time.value", { date: asOf, n: view.overdue }));
      byId("timeline").classList.toggle("is-beyond", asOf < first || asOf > last);
      byId("as-of-date").textContent = asOf;
      byId("as-of-note").textContent = t(view.overdue ? "time.overdue" : "time.none", { n: view.overdue });
      refocus(() => {
        byId("time-marks").replaceChildren(...months(year, part), ...marks(data, view, part, change));
        byId("time-choices").replaceChildren(
          choice(view, null, t("time.today", { date: now }), change),
          choice(view, last, t("time.year", { year }), change),
        );
      });
      byId("time-words").replaceChildren(...wordsOnly(data));
    },
  };
}

/**
 * @param {number} year
 * @param {(date: string) => number} part
 */
function months(year, part) {
  return Array.from({ length: 12 }, (_, index) => {
    const first = `${year}-${String(index + 1).padStart(2, "0")}-01`;
    const mark = h("span", { class: "time-month", "aria-hidden": "true" }, inWords(first, { month: "short" }));
    mark.style.left = `${part(first)}%`;
    return mark;
  });
}

/**
 * The stated deadlines, each with the number of works that share it; a click goes to the day after,
 * when what is not done is overdue.
 * @param {Data} data
 * @param {View} view
 * @param {(date: string) => number} part
 * @param {(change: Partial<State>) => void} change
 */
function marks(data, view, part, change) {
  const { deadlines, catalog } = data;
  return marksOf(deadlines.dated, Number(catalog.dataset.year)).map(({ date, words, count, month }, index, all) => {
    // Two dates in the same month would be written over each other, one at an end beyond the line:
    // each leans away.
    const near = (/** @type {number} */ other) => all[other] && Math.abs(daysBetween(all[other].date, date)) < CROWDED_DAYS;
    const [left, right] = [near(index + 1) || part(date) > END, near(index - 1) || part(date) < 100 - END];
    const side = left ? "is-left" : right ? "is-right" : "";
    const passed = date < view.asOf;
    const own = spoken() === "zh" ? words : "";
    const short = month ? inWords(date, { month: "short" }) : own || inWords(date, { month: "short", day: "numeric" });
    const rest = t("time.mark", { date });
    const mark = h(
      "button",
      {
        type: "button", class: `time-mark ${side} ${passed ? "is-passed" : ""}`, title: `${short} ${count} ${rest}`, "data-focus": `time-${date}`,
        on: { click: () => change({ asOf: addDays(date, 1) }) },
      },
      h("i", {}),
      h("span", {}, short, " ", h("b", {}, String(count)), h("span", { class: "visually-hidden" }, ` ${rest}`)),
    );
    mark.style.left = `${part(date)}%`;
    return mark;
  });
}

/**
 * @param {string} date ISO date.
 * @param {Intl.DateTimeFormatOptions} parts
 */
function inWords(date, parts) {
  const locale = spoken() === "zh" ? "zh-CN" : "en";
  return new Intl.DateTimeFormat(locale, { ...parts, timeZone: "UTC" }).format(new Date(date));
}

/**
 * Deadlines that are words and no date: they cannot stand on a line of time.
 * @param {Data} data
 */
function wordsOnly({ deadlines: { worded: each }, catalog }) {
  if (!each.length) return [];
  const words = each.map(({ deadline_text, count }) => t("time.word", { text: worded(deadline_text, catalog), n: count }));
  return [t("time.words"), words.join(" · ")];
}

/**
 * @param {View} view
 * @param {string | null} asOf
 * @param {string} text
 * @param {(change: Partial<State>) => void} change
 */
function choice(view, asOf, text, change) {
  const pressed = view.state.asOf === asOf;
  return h("button", { type: "button", "aria-pressed": String(pressed), "data-focus": `as-of-${asOf}`, on: { click: () => change({ asOf }) } }, text);
}
