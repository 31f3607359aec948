// Search, the choices of each filter with their counts, what is chosen as chips, the order.

import { byId, h, icon } from "./dom.js";
import { refocus } from "./focus.js";
import { said, t, titled } from "./i18n.js";
import { NO_FILTERS, SHOWS, SORTS, isUnfiltered } from "./state.js";
import { glyphIcon, glyphOf, markerOf, symbol } from "./symbols.js";
import { grouped } from "./words.js";
import { NONE, valueOf, valuesOf } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {"status" | "kind" | "due" | "quality"} Field */

/** @type {Field[]} */
const FIELDS = ["status", "due", "kind", "quality"];
const CROSS = "M7 7l10 10M17 7 7 17";
const TYPING_MS = 150;

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @param {() => void} reached The reader is about to type a name.
 * @returns {{update: (view: View) => void}}
 */
export function createFilters(data, change, reached) {
  const search = byId("search");
  const sort = byId("sort");
  searching(search, change, reached);
  sort.addEventListener("change", () => change({ sort: sort.value }));
  const fold = folding();
  return {
    update(view) {
      const { state } = view;
      if (search.value !== state.q && document.activeElement !== search) search.value = state.q;
      byId("list-count").textContent = t("list.count", { n: grouped(view.shown), total: grouped(view.total) });
      byId("tray-note").hidden = state.show !== "tray" || view.matched === view.located;
      refocus(() => {
        for (const field of FIELDS) byId(`${field}-chips`).replaceChildren(...choices(data, view, field, change));
        byId("chosen").replaceChildren(...chosen(data, state, change));
        byId("show").replaceChildren(...shows(view, change));
      });
      fold.name();
      sort.replaceChildren(...SORTS.map((key) => h("option", { value: key, selected: key === state.sort }, t(`sort.${key}`))));
    },
  };
}

/**
 * The value of a filter in words.
 * @param {Data} data
 * @param {string} field
 * @param {string} code
 */
export function valueName(data, field, code) {
  const lists = data.catalog.code_lists;
  if (field === "due") return t(`due.${code}`);
  if (code === NONE) return t("filters.no_status");
  return titled({ status: lists.status, kind: lists.kinds, quality: lists.location_status, area: lists.areas }[field], code);
}

/**
 * @param {HTMLInputElement} search
 * @param {(change: Partial<State>) => void} change
 * @param {() => void} reached
 */
function searching(search, change, reached) {
  let timer = 0;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => change({ q: search.value }), TYPING_MS);
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    search.value = "";
    change({ q: "" });
  });
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input:not([type=range]), select, textarea");
    const slash = event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey;
    const command = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
    if (!slash && !command) return;
    event.preventDefault();
    open();
  });
  const open = () => {
    change({ view: "map" });
    search.focus();
    search.select();
  };
  byId("find").addEventListener("click", open);
  search.addEventListener("focus", reached);
}

/** The less asked filters stand behind a button. */
function folding() {
  const fold = byId("fold");
  const filters = byId("filters");
  const name = () => {
    const open = fold.getAttribute("aria-expanded") === "true";
    filters.classList.toggle("is-folded", !open);
    fold.firstElementChild.textContent = t(open ? "filters.fewer" : "filters.more");
  };
  fold.addEventListener("click", () => {
    fold.setAttribute("aria-expanded", String(fold.getAttribute("aria-expanded") !== "true"));
    name();
  });
  return { name };
}

/**
 * @param {Data} data
 * @param {View} view
 * @param {Field} field
 * @param {(change: Partial<State>) => void} change
 */
function choices(data, { state, facets }, field, change) {
  const codes = valuesOf(data, field).filter((code) => facets[field][code] || state[field].includes(code) || occurs(data, field, code));
  const toggled = (/** @type {string} */ code) =>
    state[field].includes(code) ? state[field].filter((other) => other !== code) : [...state[field], code];
  return codes.map((code) =>
    h(
      "button",
      {
        type: "button", class: facets[field][code] ? `chip chip-${field}` : `chip chip-${field} is-empty`, "data-value": code, "data-focus": `${field}-${code}`,
        "aria-pressed": String(state[field].includes(code)), on: { click: () => change({ [field]: toggled(code) }) },
      },
      drawn(data, field, code),
      valueName(data, field, code),
      h("b", {}, grouped(facets[field][code] ?? 0)),
    ),
  );
}

/**
 * Whether a choice exists at all, so that it keeps its place when the other filters leave none.
 * @param {Data} data
 * @param {Field} field
 * @param {string} code
 */
function occurs(data, field, code) {
  if (field === "due") return code !== "over";
  return data.works.some((work) => valueOf(work, field, "") === code);
}

/**
 * @param {Data} data
 * @param {Field} field
 * @param {string} code
 */
function drawn({ catalog: { symbology } }, field, code) {
  if (field === "status") return symbol(markerOf(code, symbology), "", { scale: 0.52 });
  if (field === "kind") return glyphIcon(glyphOf(code, symbology));
  return h("i", { class: `dot dot-${code.replace(/[^a-z]/g, "")}`, "aria-hidden": "true" });
}

/**
 * What narrows the list, each coming off by itself.
 * @param {Data} data
 * @param {State} state
 * @param {(change: Partial<State>) => void} change
 */
function chosen(data, state, change) {
  const off = (/** @type {string} */ key, /** @type {string} */ words, /** @type {Partial<State>} */ without) =>
    h(
      "button",
      { type: "button", class: "chip chip-chosen", "data-focus": `off-${key}`, "aria-label": t("filters.off", { name: words }), on: { click: () => change(without) } },
      words,
      icon(CROSS),
    );
  const target = data.targets.find(({ id }) => id === state.target);
  const chips = [
    state.area && off("area", valueName(data, "area", state.area), { area: null, at: null }),
    ...FIELDS.flatMap((field) =>
      state[field].map((code) => off(`${field}-${code}`, valueName(data, field, code), { [field]: state[field].filter((other) => other !== code) })),
    ),
    state.q.trim() && off("q", `“${state.q.trim()}”`, { q: "" }),
    state.target && off("target", t("filters.target", { name: target ? said(target, "name") : state.target }), { target: null }),
    state.polygon && off("polygon", t("filters.polygon"), { polygon: null }),
  ].filter(Boolean);
  if (chips.length > 1 || !isUnfiltered(state)) {
    chips.push(h("button", { type: "button", class: "reset", "data-focus": "reset", on: { click: () => change({ ...NO_FILTERS, area: null, at: null }) } }, t("filters.reset")));
  }
  return /** @type {Node[]} */ (chips);
}

/**
 * @param {View} view
 * @param {(change: Partial<State>) => void} change
 */
function shows(view, change) {
  const numbers = /** @type {Record<string, number>} */ ({ all: view.matched, map: view.located, tray: view.matched - view.located });
  return SHOWS.map((show) =>
    h(
      "button",
      { type: "button", "aria-pressed": String(view.state.show === show), "data-focus": `show-${show}`, on: { click: () => change({ show }) } },
      `${t(`show.${show}`)} `,
      h("b", {}, grouped(numbers[show])),
    ),
  );
}
