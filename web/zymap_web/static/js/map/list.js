// The list of works, in step with the map.

import { detail } from "./detail.js";
import { byId, h, icon } from "./dom.js";
import { t, titled } from "./i18n.js";
import { glyphIcon, glyphOf } from "./symbols.js";
import { badgeOf, deadlineOf, nameOf, qualityOf, statusOf } from "./words.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

// More rows than anybody reads at once; the rest is a button away.
const ROWS_AT_ONCE = 200;
const EMPTY_ICON = "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5M8 10.5h5";

/**
 * @param {Data} data
 * @param {{select: (work: Work | null) => void, hover: (id: string | null) => void, reset: () => void, isSheet: () => boolean}} on
 * @returns {{update: (view: View) => void, hover: (id: string | null) => void, reveal: (id: string, smoothly: boolean) => void}}
 */
export function createList(data, on) {
  const list = byId("list");
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  let drawn = "";
  let limit = ROWS_AT_ONCE;

  const draw = (/** @type {View} */ view) => {
    rows.clear();
    for (const work of view.shown.slice(0, limit)) rows.set(work.id, row(data, work, on));
    const more = view.shown.length > limit && moreButton(view);
    list.replaceChildren(...rows.values(), ...(more ? [more] : []), ...(view.shown.length ? [] : [empty(on.reset)]));
  };
  const moreButton = (/** @type {View} */ view) =>
    h("li", {}, h("button", { type: "button", class: "more", on: { click: () => { limit += ROWS_AT_ONCE; draw(view); } } }, `+ ${view.shown.length - limit}`));

  return {
    update(view) {
      const key = [view.state.lang, ...view.shown.map((work) => work.id)].join("\n");
      if (key !== drawn) draw(view);
      drawn = key;
      for (const [id, item] of rows) open(data, item, id, id === view.state.selected, on.isSheet());
    },
    hover(id) {
      for (const [key, item] of rows) item.classList.toggle("is-hover", key === id);
    },
    reveal(id, smoothly) {
      rows.get(id)?.scrollIntoView({ block: "nearest", behavior: smoothly && !calm() ? "smooth" : "auto" });
    },
  };
}

/** Whether the reader asked for no motion. */
export function calm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * @param {Data} data
 * @param {Work} work
 * @param {{select: (work: Work | null) => void, hover: (id: string | null) => void}} on
 */
function row(data, work, on) {
  const { catalog } = data;
  const { symbology, code_lists } = catalog;
  const status = work.properties.status ?? "none";
  const button = h(
    "button",
    {
      type: "button", class: "row", "aria-expanded": "false", title: qualityOf(work),
      on: {
        click: () => on.select(button.getAttribute("aria-expanded") === "true" ? null : work),
        mouseenter: () => on.hover(work.id),
        mouseleave: () => on.hover(null),
        focus: () => on.hover(work.id),
        blur: () => on.hover(null),
      },
    },
    h("span", { class: `row-icon status-${status}` }, glyphIcon(glyphOf(work.properties.kind, symbology))),
    h(
      "span",
      { class: "row-body" },
      h("span", { class: "row-name" }, nameOf(work)),
      h(
        "span",
        { class: "row-meta" },
        h("b", { class: `status-text status-${status}` }, statusOf(work, catalog)),
        h("span", {}, titled(code_lists.areas, work.properties.area_id, "short")),
        deadlineOf(work) && h("span", { class: work.properties.deadline ? "due" : null }, deadlineOf(work)),
      ),
    ),
    h("span", { class: work.located ? "badge" : "badge badge-tray" }, badgeOf(work)),
  );
  return h("li", { "data-id": work.id }, button);
}

/**
 * Mark a row as selected; what has no place on the map is told here.
 * @param {Data} data
 * @param {HTMLElement} item
 * @param {string} id
 * @param {boolean} selected
 * @param {boolean} isSheet True if the sheet tells it already.
 */
function open(data, item, id, selected, isSheet) {
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  button.setAttribute("aria-expanded", String(selected));
  item.classList.toggle("is-selected", selected);
  const work = data.byId.get(id);
  const inner = item.querySelector(".detail");
  if (selected && work && !work.located && !inner && !isSheet) item.append(detail(data, work, { heading: false }));
  if (!selected && inner) inner.remove();
}

/** @param {() => void} reset */
function empty(reset) {
  return h(
    "li",
    { class: "empty" },
    icon(EMPTY_ICON),
    h("strong", {}, t("list.empty")),
    h("p", {}, t("list.empty_help")),
    h("button", { type: "button", class: "button", on: { click: reset } }, t("filters.reset")),
  );
}
