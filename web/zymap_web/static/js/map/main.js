// Puts the page together: the state goes down to every part, what the reader does comes back up.

import { createAlso } from "./also.js";
import { drawAreas } from "./areas.js";
import { createBasemaps } from "./basemaps.js";
import { createBoards } from "./boards.js";
import { createCards } from "./cards.js";
import { loadData } from "./data.js";
import { today } from "./dates.js";
import { byId, h } from "./dom.js";
import { createExportMenu } from "./exportmenu.js";
import { createFigures } from "./figures.js";
import { createFilters } from "./filters.js";
import { drawGround } from "./ground.js";
import { copyAddress, createHeader } from "./header.js";
import { speak, t } from "./i18n.js";
import { drawLabels } from "./labels.js";
import { createLayers } from "./layers.js";
import { map } from "./leaflet.js";
import { createLegend } from "./legend.js";
import { calm, createList } from "./list.js";
import { drawMarkers } from "./markers.js";
import { hideFailure, notify, showFailure } from "./notices.js";
import { createSelected } from "./selected.js";
import { createSheet } from "./sheet.js";
import { NO_FILTERS, createStore } from "./state.js";
import { createTally } from "./tally.js";
import { createThemeButton, startTheme } from "./theme.js";
import { createTimeline } from "./timeline.js";
import { createTools } from "./tools.js";
import { createViewport } from "./viewport.js";
import { viewOf } from "./works.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

const store = createStore();
const sheet = createSheet();

/** Fetch, build, show; say so and offer another try where that fails. */
async function start() {
  hideFailure();
  try {
    byId("area-cards").replaceChildren(...skeleton());
    await speak(store.get().lang);
    await build(await loadData());
    document.body.dataset.ready = "true";
  } catch (error) {
    console.warn(error);
    byId("area-cards").replaceChildren();
    showFailure(error, () => void start());
  }
}

/**
 * @param {Data} data
 * @returns {Promise<void>} When the first state is shown.
 */
async function build(data) {
  const change = (/** @type {Partial<State>} */ patch, /** @type {"push" | "replace"} */ how = steps(patch) ? "push" : "replace") => store.set(patch, how);
  const choose = (/** @type {string | null} */ area) =>
    change({ area: area === store.get().area ? null : area, selected: null, at: null }, "push");
  const select = (/** @type {Work | null} */ work) => change({ selected: work?.id ?? null, view: "map" }, "push");
  const hover = (/** @type {string | null} */ id) => {
    markers.hover(id);
    tiled?.hover(id);
    list.hover(id);
  };
  let view = await viewFor(data, store.get());

  byId("map-empty").hidden = [...data.byId.values()].some((feature) => feature.located) || data.tiled.length > 0;
  const header = createHeader(data, { change, notify });
  const theme = createThemeButton();
  const ground = drawGround(data, select);
  const areas = drawAreas(data, choose);
  const markers = drawMarkers(data, { select, hover });
  const selected = createSelected(data, {
    select, hover, filter: (patch) => change({ ...patch, selected: null }), copy: () => void copyAddress(notify), close: () => select(null),
  });
  const viewport = createViewport(data, { moved: (at) => store.set({ at }), covered: () => selected.covered() || sheet.covered(), calm });
  // The map needs a place in the world before anything can be measured or spread over it.
  viewport.go(store.get());
  const labels = drawLabels(data, {
    taken: () => [...markers.boxes(["works"]), ...areas.boxes(), ...controls()],
    quiet: () => markers.boxes(["candidates"]),
    works: markers.shown,
    hidden: () => store.get().hidden,
    placeOf: markers.placeOf,
  });
  const list = createList(data, { select, hover, reset: () => change({ ...NO_FILTERS, show: "all" }) });
  const exports = createExportMenu(data, () => view);
  const toList = () => {
    if (sheet.isSheet()) sheet.set("full");
    document.querySelector(".list-bar")?.scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  };
  const tally = createTally(() => {
    change({ show: "tray" });
    byId("list-heading").focus();
    toList();
  });
  const parts = [
    header, theme, createFigures(change), createCards(data, choose), createFilters(data, change, () => sheet.isSheet() && toList()), createAlso(data, change), createTimeline(data, change),
    tally, list, markers, exports, createLegend(data), createBoards(data, change),
  ];
  const tiled = data.tiled.length ? (await import("./tiled.js")).createTiled(data, { select, hover, leftOut: tally.thinned }) : null;
  const basemaps = createBasemaps(data, { change });
  const tools = createTools(data, {
    ask: (polygon) => change({ polygon, show: "all" }), notify,
    // On a phone the map has to have room to be drawn on.
    started: () => sheet.isSheet() && sheet.set("low"),
  });
  const layers = createLayers(data, change);

  const render = (/** @type {View} */ next) => {
    view = next;
    for (const part of parts) part.update(view);
    areas.update(view.state);
    ground.show(view.state.hidden);
    layers.update(view, sheet.isSheet());
    basemaps.update(view.state);
    tiled?.update(view);
    void asked(view);
    name();
  };
  let isAsked = false;
  const asked = async (/** @type {View} */ { state: { polygon }, located }) => {
    if (!polygon && !isAsked) return;
    isAsked = true;
    const { showAsked } = await import("./draw.js");
    if (polygon === view.state.polygon) showAsked(polygon, { count: located, onExport: exports.open, onClear: () => change({ polygon: null }) });
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
  const reveal = async (/** @type {State} */ state, /** @type {boolean} */ byReader) => {
    const work = state.selected ? await workFor(data, state.selected) : null;
    if (state.selected !== store.get().selected) return;
    const closed = !work && selected.isIn(document.activeElement);
    // Who selects by keyboard reads on in the panel, and goes on in the list when it closes.
    const byKeyboard = byReader && document.activeElement?.matches(":focus-visible") === true;
    await selected.show(work, view.asOf, byKeyboard);
    if (state.selected !== store.get().selected) return;
    if (closed) list.focus();
    if (!work) return;
    if (sheet.isSheet()) sheet.set("half");
    else list.reveal(work.id, byReader);
    if (byReader || !state.at) viewport.show(work);
  };
  let turn = 0;
  const follow = async (/** @type {State} */ state, /** @type {State | null} */ before) => {
    const mine = ++turn;
    const spoke = !before || state.lang !== before.lang;
    if (spoke) {
      await speak(state.lang);
      header.speakOut(state);
      tools.update();
      ground.rename();
    }
    if (before && (state.area !== before.area || movedFromOutside(state))) viewport.go(state);
    const changed = !before || !sameBut(state, before, ["at"]);
    if (changed) {
      const next = await viewFor(data, state);
      if (mine !== turn) return;
      render(next);
      // Only now the page has its final shape round the map.
      if (!before) viewport.settle(state);
    }
    if (changed || state.selected !== before?.selected) await reveal(state, before !== null && state.selected !== before.selected);
  };
  store.listen((state, before) => void follow(state, before));
  byId("fit").addEventListener("click", () => {
    change({ area: null, selected: null, at: null }, "push");
    viewport.go(store.get());
  });
  await follow(store.get(), null);
}

/**
 * The answer to a state: from the works that are here, or from the server where they are too many.
 * @param {Data} data
 * @param {State} state
 * @returns {Promise<View>}
 */
async function viewFor(data, state) {
  const asOf = state.asOf ?? today();
  if (!data.remote) return viewOf(data, state, asOf);
  const { askView } = await import("./remote.js");
  return askView(data, state, asOf);
}

/**
 * A work by its id; where not all are here, the server knows it.
 * @param {Data} data
 * @param {string} id
 * @returns {Promise<Work | null>}
 */
async function workFor(data, id) {
  const known = data.byId.get(id);
  if (known || !data.remote) return known ?? null;
  const { askWork } = await import("./remote.js");
  return askWork(data, id);
}

/**
 * Whether a change is a step that "back" should undo.
 * @param {Partial<State>} patch
 */
function steps(patch) {
  return ["area", "view", "target", "polygon", "selected"].some((key) => key in patch);
}

/** The room that the controls take on the map. */
function controls() {
  const all = map.getContainer().querySelectorAll(".leaflet-control:not([hidden])");
  return [...all].map((control) => control.getBoundingClientRect());
}

/**
 * Whether two states are the same but for some members.
 * @param {State} one
 * @param {State} other
 * @param {(keyof State)[]} but
 */
function sameBut(one, other, but) {
  const without = Object.fromEntries(but.map((key) => [key, null]));
  return JSON.stringify({ ...one, ...without }) === JSON.stringify({ ...other, ...without });
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

function skeleton() {
  return Array.from({ length: 8 }, () => h("div", { class: "skeleton", "aria-hidden": "true" }, h("span"), h("span")));
}

// A part that is fetched on demand may not arrive: a button that does nothing says nothing.
addEventListener("unhandledrejection", () => notify(t("error.part")));
startTheme();
void start();
