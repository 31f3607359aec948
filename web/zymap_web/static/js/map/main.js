// Puts the page together: the state goes down to every part, what the reader does comes back up.

import { drawAreas } from "./areas.js";
import { createCards } from "./cards.js";
import { loadData } from "./data.js";
import { byId, h, icon } from "./dom.js";
import { createExportMenu } from "./exportmenu.js";
import { createFigures } from "./figures.js";
import { NO_FILTERS, createFilters } from "./filters.js";
import { drawGround } from "./ground.js";
import { said, speak, t, translate } from "./i18n.js";
import { drawLabels } from "./labels.js";
import { createLayers } from "./layers.js";
import { map } from "./leaflet.js";
import { createLegend } from "./legend.js";
import { calm, createList } from "./list.js";
import { drawMarkers } from "./markers.js";
import { createPopup } from "./popup.js";
import { createSelected } from "./selected.js";
import { createSheet } from "./sheet.js";
import { createStore } from "./state.js";
import { createTally } from "./tally.js";
import { createViewport } from "./viewport.js";
import { viewOf } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").Work} Work */

const RETRY_ICON = "M19 12a7 7 0 1 1-2-5M17 3.5V7h-3.5";

const store = createStore();
const sheet = createSheet();

/** Fetch, build, show; say so and offer another try where that fails. */
async function start() {
  const notice = byId("notice");
  notice.hidden = true;
  try {
    byId("list").replaceChildren(...skeleton());
    await speak(store.get().lang);
    await build(await loadData());
    document.body.dataset.ready = "true";
  } catch (error) {
    console.warn(error);
    byId("list").replaceChildren();
    await fail(notice, error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {Data} data
 * @returns {Promise<void>} When the first state is shown.
 */
function build(data) {
  let view = viewOf(data, store.get());
  const choose = (/** @type {string | null} */ area) =>
    store.set({ area: area === store.get().area ? null : area, selected: null, at: null }, "push");
  const change = (/** @type {Partial<State>} */ patch) => store.set(patch);
  const select = (/** @type {Work | null} */ work) => store.set({ selected: work?.id ?? null }, "push");
  const hover = (/** @type {string | null} */ id) => {
    markers.hover(id);
    list.hover(id);
  };

  byId("map-empty").hidden = [...data.byId.values()].some((feature) => feature.located);
  const ground = drawGround(data, select);
  const areas = drawAreas(data, choose);
  const markers = drawMarkers(data, { select, hover });
  const popup = createPopup(data, {
    placeOf: markers.placeOf,
    closed: () => store.get().selected && store.set({ selected: null }),
  });
  const selected = createSelected(data, () => select(null));
  const viewport = createViewport(data, { moved: (at) => store.set({ at }), covered: sheet.covered, calm });
  const labels = drawLabels(data, {
    taken: () => [...markers.boxes(["works"]), ...areas.boxes(), ...controls()],
    quiet: () => markers.boxes(["candidates"]),
    works: markers.shown,
    hidden: () => store.get().hidden,
    placeOf: markers.placeOf,
  });
  const list = createList(data, { select, hover, reset: () => change({ ...NO_FILTERS, show: "all" }), isSheet: sheet.isSheet });
  const exports = createExportMenu(data, () => view);
  const tally = createTally(() => {
    change({ show: "tray" });
    if (sheet.isSheet()) sheet.set("full");
    byId("list-heading").focus();
    document.querySelector(".list-bar")?.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  });
  const parts = [createFigures(), createCards(data, choose), createFilters(data, change), tally, list, markers];
  const legend = createLegend(data);
  const layers = createLayers(data, change);

  const render = (/** @type {State} */ state) => {
    view = viewOf(data, state);
    for (const part of parts) part.update(view);
    areas.update(state);
    ground.show(state.hidden);
    legend.update();
    layers.update(state, sheet.isSheet());
    exports.update();
    name();
  };
  const name = () => {
    areas.arrange([...markers.boxes(["works"]), ...controls()]);
    labels.update();
  };
  map.on("zoomend", () => {
    markers.arrange();
    name();
  });
  map.on("moveend resize", labels.update);
  const follow = async (/** @type {State} */ state, /** @type {State | null} */ before) => {
    const spoke = !before || state.lang !== before.lang;
    if (spoke) {
      await speak(state.lang);
      speakOut(data, state);
      ground.rename();
    }
    // The map needs a place in the world before symbols can be spread over it.
    if (!before || state.area !== before.area || movedFromOutside(state)) viewport.go(state);
    if (!before || !sameAsFor(state, before)) render(state);
    if (spoke || state.selected !== before?.selected) reveal(state, before !== null);
  };
  const reveal = (/** @type {State} */ state, /** @type {boolean} */ smoothly) => {
    const work = state.selected ? data.byId.get(state.selected) : null;
    if (sheet.isSheet()) {
      selected.show(work ?? null);
      if (work) sheet.set("half");
      if (work) viewport.show(work);
      return;
    }
    selected.show(null);
    if (work) viewport.show(work);
    popup.show(work ?? null);
    if (work) list.reveal(work.id, smoothly);
  };
  store.listen((state, before) => void follow(state, before));
  byId("fit").addEventListener("click", () => store.set({ area: null, selected: null, at: null }, "push"));
  byId("fit").addEventListener("click", () => viewport.go(store.get()));
  byId("language").addEventListener("click", () => change({ lang: store.get().lang === "zh" ? "en" : "zh" }));
  return follow(store.get(), null);
}

/** The room that the controls take on the map. */
function controls() {
  const all = map.getContainer().querySelectorAll(".leaflet-control:not([hidden])");
  return [...all].map((control) => control.getBoundingClientRect());
}

/**
 * Whether two states show the same but for the viewport.
 * @param {State} one
 * @param {State} other
 */
function sameAsFor(one, other) {
  return JSON.stringify({ ...one, at: null }) === JSON.stringify({ ...other, at: null });
}

/**
 * Whether the address asks for another viewport than the map has: back, forward.
 * @param {State} state
 */
function movedFromOutside({ at }) {
  if (!at) return false;
  const { lat, lng } = map.getCenter();
  return map.getZoom() !== at[2] || Math.abs(lat - at[0]) > 2e-5 || Math.abs(lng - at[1]) > 2e-5;
}

/**
 * The fixed words of the page and the dataset's own, in the language of the state.
 * @param {Data} data
 * @param {State} state
 */
function speakOut({ catalog: { dataset } }, { lang }) {
  document.documentElement.lang = lang === "zh" ? "zh-CN" : "en";
  document.title = said(dataset, "title");
  translate(document);
  byId("title").textContent = said(dataset, "title");
  byId("subtitle").textContent = [t("header.date", { date: dataset.date }), t("header.source", { source: withoutNote(said(dataset, "report")) })].join(" · ");
  byId("subtitle").title = said(dataset, "report");
  const language = byId("language");
  language.textContent = lang === "zh" ? "EN" : "中";
  language.lang = lang === "zh" ? "en" : "zh";
  language.title = t("header.language");
  attribute(said(dataset, "attribution"));
  for (const [side, key] of [["in", "map.zoom_in"], ["out", "map.zoom_out"]]) {
    const button = map.getContainer().querySelector(`.leaflet-control-zoom-${side}`);
    button?.setAttribute("title", t(key));
    button?.setAttribute("aria-label", t(key));
  }
}

/**
 * A title without the note in brackets that follows it.
 * @param {string} text
 */
function withoutNote(text) {
  return text.replace(/\s*[（(][^（()）]*[)）]\s*$/, "");
}

/**
 * The line of sources. Leaflet's attribution takes HTML, so the text is set into its element.
 * @param {string} text
 */
function attribute(text) {
  const place = map.getContainer().querySelector(".leaflet-control-attribution");
  place?.replaceChildren(text);
}

function skeleton() {
  return Array.from({ length: 8 }, () => h("li", { class: "skeleton", "aria-hidden": "true" }, h("span"), h("span")));
}

/**
 * @param {HTMLElement} notice
 * @param {string} detail
 */
async function fail(notice, detail) {
  // The words themselves may be what could not be fetched; then the page's own Chinese stays.
  const words = (/** @type {string} */ key, /** @type {Record<string, string>} */ values = {}) => {
    try {
      return t(key, values);
    } catch {
      return values.detail ?? "…";
    }
  };
  notice.replaceChildren(
    h("strong", {}, words("error.heading")),
    h("p", {}, words("error.help")),
    h("p", { class: "note" }, words("error.detail", { detail })),
    h("button", { type: "button", class: "button", on: { click: () => void start() } }, icon(RETRY_ICON), words("error.retry")),
  );
  notice.hidden = false;
}

void start();
