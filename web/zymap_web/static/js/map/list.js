// The list of works, in step with the map.

import { daysText, dueClass } from "./dates.js";
import { byId, h, icon } from "./dom.js";
import { t, titled } from "./i18n.js";
import { glyphIcon, glyphOf } from "./symbols.js";
import { badgeOf, deadlineOf, grouped, nameOf, qualityOf, statusOf } from "./words.js";

/** @typedef {import("./types").Catalog} Catalog */
/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */
/** @typedef {{select: (work: Work | null) => void, hover: (id: string | null) => void, reset: () => void}} On */

// As many rows are made at once; the next ones when the reader nears the end of these.
const ROWS_AT_ONCE = 100;
const EMPTY_ICON = "M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5M8 10.5h5";

/**
 * @param {Data} data
 * @param {On} on
 * @returns {{update: (view: View) => void, hover: (id: string | null) => void, focus: () => void, reveal: (id: string, smoothly: boolean) => void}}
 */
export function createList(data, on) {
  const list = byId("list");
  /** @type {Map<string, HTMLElement>} */
  const rows = new Map();
  let drawn = "";
  /** @type {View} */
  let view;
  /** @type {Work[]} */
  let works = [];
  let more = /** @type {View["more"]} */ (null);

  let last = /** @type {string | null} */ (null);

  const end = h("li", { class: "list-end" });
  const button = h("button", { type: "button", class: "more", on: { click: () => void grow() } });
  end.append(button);
  const near = new IntersectionObserver((entries) => entries.some((entry) => entry.isIntersecting) && void grow(), { root: byId("panel-scroll"), rootMargin: "600px" });
  near.observe(end);

  const add = (/** @type {number} */ upTo) => {
    for (const work of works.slice(rows.size, upTo)) {
      const item = row(data, work, view.asOf, on);
      rows.set(work.id, item);
      end.before(item);
    }
    mark();
    const left = view.shown - rows.size;
    end.hidden = left <= 0;
    button.textContent = t("list.more", { n: grouped(left) });
  };
  let growing = false;
  const grow = async () => {
    if (growing || !works.length || rows.size >= view.shown) return;
    growing = true;
    const from = view;
    if (rows.size + ROWS_AT_ONCE > works.length && more) works.push(...(await more()));
    growing = false;
    if (from === view) add(rows.size + ROWS_AT_ONCE);
  };
  const draw = () => {
    rows.clear();
    list.replaceChildren(...(view.rows.length ? [end] : [empty(on.reset), end]));
    add(ROWS_AT_ONCE);
  };
  const mark = () => {
    for (const [id, item] of rows) {
      item.classList.toggle("is-selected", id === view.state.selected);
      item.firstElementChild?.setAttribute("aria-pressed", String(id === view.state.selected));
    }
  };

  return {
    update(next) {
      view = next;
      const key = [view.state.lang, view.asOf, ...view.rows.map((work) => work.id)].join("\n");
      if (key === drawn) return mark();
      drawn = key;
      [works, more] = [[...view.rows], view.more];
      draw();
    },
    hover(id) {
      for (const [key, item] of rows) item.classList.toggle("is-hover", key === id);
    },
    focus() {
      const row = last && rows.get(last)?.firstElementChild;
      if (row instanceof HTMLElement) row.focus();
      else byId("list-heading").focus();
    },
    reveal(id, smoothly) {
      last = id;
      const place = works.findIndex((work) => work.id === id);
      if (place >= rows.size) add(place + ROWS_AT_ONCE);
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
 * @param {string} asOf
 * @param {On} on
 */
function row(data, work, asOf, on) {
  const { catalog } = data;
  const { symbology, code_lists } = catalog;
  const status = work.properties.status ?? "none";
  const button = h(
    "button",
    {
      type: "button", class: "row", "aria-pressed": "false", title: qualityOf(work), "data-focus": `row-${work.id}`,
      on: {
        click: () => on.select(button.getAttribute("aria-pressed") === "true" ? null : work),
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
        dueOf(work, asOf, catalog),
      ),
    ),
    h("span", { class: work.located ? "badge" : "badge badge-tray" }, badgeOf(work)),
  );
  return h("li", { "data-id": work.id }, button);
}

/**
 * The deadline, with the days left or over where there is a date.
 * @param {Work} work
 * @param {string} asOf
 * @param {Catalog} catalog
 */
function dueOf(work, asOf, catalog) {
  const { deadline } = work.properties;
  const words = deadlineOf(work.properties, catalog);
  if (!deadline) return words && h("span", {}, words);
  return h("span", { class: `due due-${dueClass(work.properties, asOf)}` }, `${deadline} · ${daysText(work.properties, asOf)}`);
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
