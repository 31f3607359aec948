// The board of targets: what the report promises, by chapter. Nothing on it is ever added up.

import { fetchTargets } from "./api.js";
import { byId, h, icon } from "./dom.js";
import { refocus } from "./focus.js";
import { said, t, titled } from "./i18n.js";
import { promise } from "./promise.js";
import { searchForm, targetText } from "./search.js";
import { worded } from "./words.js";

/** @typedef {import("./types").Catalog} Catalog */
/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {import("./promise.js").Promised} Promised */
/** @typedef {{targets: Promised[], counted_works: Promised[]}} Answer */

const RETRY_ICON = "M19 12a7 7 0 1 1-2-5M17 3.5V7h-3.5";
const SKELETON_ROWS = 6;

/**
 * @param {Data} data
 * @param {{change: (patch: Partial<State>) => void}} on
 * @returns {{update: (view: View) => void}} Asks for the targets when the board is first shown.
 */
export function createTargets(data, { change }) {
  const board = byId("board-targets");
  /** @type {View} */
  let view;
  /** @type {Answer | null} */
  let answer = null;
  /** @type {Error | null} */
  let failure = null;
  let asked = false;

  const draw = () => {
    if (view.state.view !== "targets") return;
    board.setAttribute("aria-busy", String(!answer && !failure));
    refocus(() => {
      if (failure) board.replaceChildren(failed(failure, () => void ask()));
      else board.replaceChildren(...(answer ? contents(data, answer, view, change) : skeleton()));
    });
  };
  const ask = async () => {
    asked = true;
    failure = null;
    draw();
    try {
      answer = hasTargets(data) ? await fetchTargets() : { targets: [], counted_works: [] };
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
    }
    draw();
  };
  return {
    update(next) {
      view = next;
      board.hidden = view.state.view !== "targets";
      if (board.hidden) return;
      if (asked) draw();
      else void ask();
    },
  };
}

/** @param {Data} data */
function hasTargets({ catalog }) {
  return catalog.layers.some((layer) => layer.role === "targets");
}

/**
 * @param {Data} data
 * @param {Answer} answer
 * @param {View} view
 * @param {(patch: Partial<State>) => void} change
 * @returns {HTMLElement[]}
 */
function contents(data, { targets, counted_works: works }, view, change) {
  const wanted = narrowed(view.state);
  const shown = { targets: targets.filter(wanted), works: works.filter(wanted) };
  const around = { change, rows: new Map([...shown.targets, ...shown.works].map((row) => [row.id, row])) };
  const list = (/** @type {Promised[]} */ rows) => h("ul", { class: "promises" }, ...rows.map((row) => promise(data, row, view, around)));
  const groups = chapters(shown.targets, data.catalog).map(({ title, rows }) => group(title, t("targets.items", { n: rows.length }), list(rows)));
  if (shown.works.length) {
    const inner = h("div", {}, h("p", { class: "chapter-note" }, t("targets.works_note")), list(inOrder(shown.works)));
    groups.push(group(t("targets.works"), count("targets.items", shown.works, works), inner));
  }
  return [
    h(
      "header",
      { class: "board-head" },
      h("p", { class: "print-only" }, `${said(data.catalog.dataset, "title")} · ${t("due.as_of", { date: view.asOf })}`),
      h("h2", { id: "targets-heading", tabindex: -1 }, count("targets.heading", shown.targets, targets)),
      h("p", {}, t(targets.length ? "targets.intro" : "targets.empty")),
      wayBack(data, view.state, shown.targets.length, change),
      groups.length > 1 && jumps(groups),
    ),
    ...groups,
  ];
}

/**
 * The way to each group: forty rows are many screens on a phone.
 * @param {HTMLElement[]} groups
 */
function jumps(groups) {
  const jump = (/** @type {HTMLElement} */ heading) =>
    h("button", { type: "button", lang: heading.lang || null, on: { click: () => arrive(heading) } }, heading.textContent);
  return h("nav", { class: "chapter-jumps", "aria-label": t("targets.chapters") }, ...groups.map((one) => jump(/** @type {HTMLElement} */ (one.querySelector("h3")))));
}

/** @param {HTMLElement} heading */
function arrive(heading) {
  heading.scrollIntoView({ block: "start" });
  heading.focus({ preventScroll: true });
}

/**
 * How many there are, and how many of them are shown where it is not all.
 * @param {string} key
 * @param {Promised[]} shown
 * @param {Promised[]} all
 */
function count(key, shown, all) {
  return t(key, { n: shown.length === all.length ? all.length : `${shown.length} / ${all.length}` });
}

/**
 * A test of rows for the area and the words that are asked for.
 * @param {State} state
 * @returns {(row: Promised) => boolean}
 */
function narrowed({ area, q }) {
  const wanted = searchForm(q.trim());
  return (row) => (!area || row.area_id === area) && (!wanted || targetText(row).includes(wanted));
}

/**
 * What narrows the board, and the way back to all of it.
 * @param {Data} data
 * @param {State} state
 * @param {number} left Targets that are still shown.
 * @param {(patch: Partial<State>) => void} change
 */
function wayBack({ catalog }, { area, q }, left, change) {
  const reasons = [
    area && t("targets.by_area", { area: titled(catalog.code_lists.areas, area) }),
    q.trim() && t("targets.by_words", { q: q.trim() }),
  ].filter(Boolean);
  if (!reasons.length) return null;
  return h(
    "p",
    { class: "board-narrowed", role: "status" },
    h("span", {}, t(left ? "targets.narrowed" : "targets.none_left", { reasons: reasons.join(t("targets.comma")) })),
    h("button", { type: "button", class: "button", "data-focus": "targets-all", on: { click: () => change({ area: null, q: "" }) } }, t("targets.show_all")),
  );
}

/**
 * In the order of the report: its statements are numbered as they stand there.
 * @param {Promised[]} rows
 */
function inOrder(rows) {
  const place = (/** @type {Promised} */ row) => [...(row.fact_ids ?? [])].sort(byNumber)[0];
  return [...rows].sort((one, other) => byNumber(place(one), place(other)));
}

/**
 * The targets by chapter.
 * @param {Promised[]} targets
 * @param {Catalog} catalog Whose report's chapters carry the year before their titles.
 * @returns {{title: string, rows: Promised[]}[]}
 */
function chapters(targets, catalog) {
  /** @type {Map<string, Promised[]>} */
  const found = new Map();
  for (const row of inOrder(targets)) found.set(row.section ?? "", [...(found.get(row.section ?? "") ?? []), row]);
  return [...found].map(([section, rows]) => ({ title: withoutYear(worded(section, catalog), catalog.dataset.year) || t("targets.no_section"), rows }));
}

/**
 * @param {string | undefined} one Number of a statement; what has none comes last.
 * @param {string | undefined} other
 */
function byNumber(one, other) {
  if (!one || !other) return Number(!one) - Number(!other);
  return one.localeCompare(other, "en", { numeric: true });
}

/**
 * @param {string} section
 * @param {string | number} year
 */
function withoutYear(section, year) {
  const found = section.match(/^(\d{4})(?:年\s+|\s*·\s*)(.+)$/);
  return found && found[1] === String(year) ? found[2] : section;
}

/**
 * @param {string} title
 * @param {string} number
 * @param {HTMLElement} inner
 */
function group(title, number, inner) {
  return h("section", { class: "chapter" }, h("div", { class: "chapter-head" }, h("h3", { tabindex: -1 }, title), h("span", { class: "note" }, number)), inner);
}

/** @returns {HTMLElement[]} */
function skeleton() {
  const row = () => h("div", { class: "board-skeleton", "aria-hidden": "true" }, h("span"), h("span"), h("span"));
  return [h("p", { class: "visually-hidden", role: "status" }, t("targets.loading")), ...Array.from({ length: SKELETON_ROWS }, row)];
}

/**
 * @param {Error} failure
 * @param {() => void} again
 */
function failed(failure, again) {
  return h(
    "div",
    { class: "board-failed", role: "alert" },
    h("strong", {}, t("error.heading")),
    h("p", {}, t("error.help")),
    h("p", { class: "note" }, t("error.detail", { detail: failure.message })),
    h("button", { type: "button", class: "button", "data-focus": "targets-retry", on: { click: again } }, icon(RETRY_ICON), t("error.retry")),
  );
}
