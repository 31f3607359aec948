// Search, the choices of status and kind with their counts, the choice of map or tray, the order.

import { byId, h } from "./dom.js";
import { refocus } from "./focus.js";
import { t, titled } from "./i18n.js";
import { SHOWS, SORTS } from "./state.js";
import { glyphIcon, glyphOf, markerOf, symbol } from "./symbols.js";
import { NONE, facet } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @param {(change: Partial<State>) => void} change
 * @returns {{update: (view: View) => void}}
 */
export function createFilters(data, change) {
  const search = byId("search");
  const reset = byId("reset");
  const sort = byId("sort");
  search.addEventListener("input", () => change({ q: search.value }));
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Escape") change({ q: "" });
  });
  sort.addEventListener("change", () => change({ sort: sort.value }));
  reset.addEventListener("click", () => change(NO_FILTERS));
  const fold = byId("fold");
  let unfolded = false;
  const unfold = (/** @type {boolean} */ open) => {
    byId("filters").classList.toggle("is-folded", !open);
    fold.setAttribute("aria-expanded", String(open));
    fold.firstElementChild.textContent = t(open ? "filters.fewer" : "filters.more");
  };
  fold.addEventListener("click", () => {
    unfolded = fold.getAttribute("aria-expanded") !== "true";
    unfold(unfolded);
  });
  addEventListener("keydown", (event) => {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    search.focus();
  });
  return {
    update(view) {
      const { state } = view;
      if (search.value !== state.q) search.value = state.q;
      reset.hidden = !state.q && !state.status.length && !state.kind.length;
      byId("list-count").textContent = t("list.count", { n: view.shown.length, total: data.works.length });
      byId("tray-note").hidden = state.show !== "tray" || !view.unlocated;
      refocus(() => {
        byId("status-chips").replaceChildren(...chips(data, state, "status", change));
        byId("kind-chips").replaceChildren(...chips(data, state, "kind", change));
        byId("show").replaceChildren(...shows(view, change));
      });
      unfold(unfolded || state.kind.length > 0);
      sort.replaceChildren(...SORTS.map((key) => h("option", { value: key, selected: key === state.sort }, t(`sort.${key}`))));
    },
  };
}

/** What "clear filters" leaves. */
export const NO_FILTERS = { q: "", status: [], kind: [] };

/**
 * @param {Data} data
 * @param {State} state
 * @param {"status" | "kind"} field
 * @param {(change: Partial<State>) => void} change
 */
function chips(data, state, field, change) {
  const { code_lists, symbology } = data.catalog;
  const counts = facet(data, state, field);
  const everywhere = facet(data, { ...state, ...NO_FILTERS, area: null }, field);
  const list = field === "status" ? code_lists.status : code_lists.kinds;
  const codes = [...Object.keys(list), NONE].filter((code) => everywhere.has(code));
  const drawn = (/** @type {string} */ code) =>
    field === "status" ? symbol(markerOf(code, symbology), "", { scale: 0.52 }) : glyphIcon(glyphOf(code, symbology));
  const toggled = (/** @type {string} */ code) =>
    state[field].includes(code) ? state[field].filter((other) => other !== code) : [...state[field], code];
  return codes.map((code) =>
    h(
      "button",
      {
        type: "button", class: counts.get(code) ? "chip" : "chip is-empty", "data-focus": `${field}-${code}`,
        "aria-pressed": String(state[field].includes(code)), on: { click: () => change({ [field]: toggled(code) }) },
      },
      drawn(code),
      code === NONE ? t("filters.no_status") : titled(list, code),
      h("b", {}, String(counts.get(code) ?? 0)),
    ),
  );
}

/**
 * @param {View} view
 * @param {(change: Partial<State>) => void} change
 */
function shows(view, change) {
  const numbers = /** @type {Record<string, number>} */ ({ all: view.matched.length, map: view.located, tray: view.unlocated });
  return SHOWS.map((show) =>
    h(
      "button",
      { type: "button", "aria-pressed": String(view.state.show === show), "data-focus": `show-${show}`, on: { click: () => change({ show }) } },
      `${t(`show.${show}`)} `,
      h("b", {}, String(numbers[show])),
    ),
  );
}
