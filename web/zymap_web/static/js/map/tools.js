// The map's tools: their buttons, and which of them is in use.

import { lonlat } from "./aim.js";
import { createPin, createStrip } from "./coordinates.js";
import { h, icon } from "./dom.js";
import { fullscreen } from "./fullscreen.js";
import { t } from "./i18n.js";
import { ICONS } from "./icons.js";
import { L, map } from "./leaflet.js";
import { createCard } from "./toolcard.js";

/** @typedef {import("./types").Data} Data */
/**
 * @typedef {object} Tool
 * @property {(byKeys: boolean) => void} start
 * @property {() => void} stop Ended from outside: by its button, by Escape, by another tool.
 * @property {() => void} clear Take off what it left on the map.
 */
/**
 * @typedef {object} ToolContext What the tools are given.
 * @property {Pick<Data, "catalog" | "boundary">} data
 * @property {(polygon: [number, number][] | null) => void} ask
 * @property {(text: string) => void} notify
 * @property {import("./toolcard.js").Card} card
 * @property {(byKeys?: boolean) => void} ended To be called by a tool that has ended by itself.
 */

/** @type {Record<string, string>} */
const NAMES = {
  measure: "tools.measure", coordinates: "tools.coordinates", box: "tools.box", polygon: "tools.polygon",
  locate: "tools.locate", fullscreen: "tools.fullscreen",
};

/**
 * @param {Pick<Data, "catalog" | "boundary">} data
 * @param {{ask: (polygon: [number, number][] | null) => void, notify: (text: string) => void, started: () => void}} on
 *   `ask`: what is in this ring, not closed, of at most 60 positions?
 * @returns {{update: () => void}} After the language has changed.
 */
export function createTools(data, { ask, notify, started }) {
  const card = createCard();
  const bar = createBar();
  /** @type {string | null} */
  let active = null;
  const ended = (byKeys = false) => {
    if (byKeys && active) bar.button(active).focus({ preventScroll: true });
    press(null);
  };
  const context = { data, ask, notify, card, ended };
  const pin = createPin(context);
  // A tool is fetched when it is first used: the first view does without them.
  /** @type {Record<string, () => Promise<Tool>>} */
  const makers = {
    measure: async () => (await import("./measure.js")).createMeasure(context),
    coordinates: async () => pin,
    box: async () => (await import("./draw.js")).createBox(context),
    polygon: async () => (await import("./draw.js")).createPolygon(context),
  };
  /** @type {Record<string, Tool>} */
  const tools = { coordinates: pin };
  const strip = createStrip(notify);

  const press = (/** @type {string | null} */ name) => {
    active = name;
    for (const each of Object.keys(makers)) bar.button(each).setAttribute("aria-pressed", String(each === name && name in tools));
  };
  const stop = () => {
    if (active) tools[active]?.stop();
    press(null);
  };
  const toggle = async (/** @type {string} */ name, /** @type {boolean} */ byKeys) => {
    const again = name === active;
    stop();
    if (again) return;
    for (const tool of Object.values(tools)) tool.clear();
    press(name);
    started();
    tools[name] ??= await makers[name]();
    // Meanwhile the reader may have turned to another.
    if (active !== name) return;
    press(name);
    tools[name].start(byKeys);
  };
  for (const name of Object.keys(makers)) {
    // A click that no pointer made has no count.
    bar.button(name).addEventListener("click", (event) => void toggle(name, event.detail === 0));
  }
  /** @type {Promise<{toggle: () => void}> | undefined} */
  let locate;
  const makeLocate = async () => (await import("./locate.js")).createLocate({
    boundary: data.boundary,
    notify,
    changed: (here) => bar.button("locate").setAttribute("aria-pressed", String(here)),
  });
  bar.button("locate").addEventListener("click", () => void (locate ??= makeLocate()).then(({ toggle }) => toggle()));
  fullscreen(bar.button("fullscreen"));
  press(null);
  bar.button("locate").setAttribute("aria-pressed", "false");

  document.addEventListener("keydown", (event) => endByEscape(event, active, stop), true);
  map.on("contextmenu", (/** @type {any} */ event) => {
    if (active && active !== "coordinates") return;
    for (const tool of active ? [] : Object.values(tools)) tool.clear();
    pin.pin(lonlat(event.latlng));
  });
  return {
    update() {
      bar.update();
      strip.update();
      card.update();
    },
  };
}

/**
 * Escape is the tool's alone while one is in use.
 * @param {KeyboardEvent} event
 * @param {string | null} active
 * @param {() => void} stop
 */
function endByEscape(event, active, stop) {
  if (event.key !== "Escape" || !active) return;
  event.stopPropagation();
  stop();
}

/** The buttons: a bar; on a phone a menu behind one button. */
function createBar() {
  const narrow = matchMedia("(max-width: 760px)");
  const buttons = Object.fromEntries(Object.keys(NAMES).map((name) => [name, h("button", { type: "button" }, icon(ICONS[name]), h("span"))]));
  const menu = h("div", { class: "tools-menu leaflet-bar", id: "tools-menu", role: "group" }, ...Object.values(buttons));
  const opener = h("button", { type: "button", class: "tools-open", "aria-controls": "tools-menu" }, icon(ICONS.tools));
  const bar = h("div", { class: "tools leaflet-control" }, opener, menu);

  const open = (/** @type {boolean} */ wanted) => {
    menu.hidden = narrow.matches && !wanted;
    opener.setAttribute("aria-expanded", String(!menu.hidden));
  };
  opener.addEventListener("click", () => open(Boolean(menu.hidden)));
  menu.addEventListener("click", () => open(false));
  document.addEventListener("pointerdown", (event) => bar.contains(/** @type {Node} */ (event.target)) || open(false));
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !narrow.matches || menu.hidden) return;
    open(false);
    opener.focus();
  });
  narrow.addEventListener("change", () => open(false));
  open(false);
  placeBelowZoom(bar);
  return {
    button: (/** @type {string} */ name) => buttons[name],
    update() {
      menu.setAttribute("aria-label", t("tools.label"));
      opener.setAttribute("aria-label", t("tools.label"));
      opener.title = t("tools.label");
      for (const [name, button] of Object.entries(buttons)) {
        const words = t(NAMES[name]);
        button.title = words;
        button.setAttribute("aria-label", words);
        button.querySelector("span")?.replaceChildren(words);
      }
    },
  };
}

/** @param {HTMLElement} bar */
function placeBelowZoom(bar) {
  L.DomEvent.disableClickPropagation(bar).disableScrollPropagation(bar);
  const control = L.control({ position: "topright" });
  control.onAdd = () => bar;
  control.addTo(map);
  map.getContainer().querySelector(".leaflet-control-zoom")?.after(bar);
}
