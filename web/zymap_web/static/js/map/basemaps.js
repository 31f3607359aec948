// Other people's maps below ours. Where their pictures fail or are slow, our own ground stays, and
// the page says so.

import { h } from "./dom.js";
import { said, t } from "./i18n.js";
import { L, map } from "./leaflet.js";
import { tileLayers } from "./tilelayers.js";

/** @typedef {import("./types").Basemap} Basemap */
/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */

const FAILURES_IN_A_ROW = 4;
const PATIENCE_MS = 6000;

/**
 * Show the basemap that the state names. The state keeps the reader's choice even while it fails.
 * @param {Data} data
 * @param {{change: (change: Partial<State>) => void}} on
 * @returns {{update: (state: State) => void}}
 */
export function createBasemaps(data, { change }) {
  const container = map.getContainer();
  const notice = createNotice({ retry: () => show(basemap), leave: () => change({ base: null }) });
  /** @type {Basemap | null} */
  let basemap = null;
  /** @type {any[]} */
  let layers = [];
  const clear = () => {
    for (const layer of layers) layer.remove().off();
    layers = [];
    delete container.dataset.base;
    attribute(null);
  };
  const show = (/** @type {Basemap | null} */ wanted) => {
    clear();
    notice.say(null);
    basemap = wanted;
    if (!wanted) return;
    layers = tileLayers(wanted);
    // Our own ground makes room with the first picture, not before.
    watch(layers[0], {
      arrived: () => {
        container.dataset.base = wanted.id;
        attribute(wanted);
      },
      failed: () => {
        clear();
        notice.say(wanted);
      },
    });
    for (const layer of layers) layer.addTo(map);
  };
  addEventListener("online", () => notice.isOpen() && show(basemap));
  return {
    update(state) {
      const wanted = basemapOf(data, state);
      if (wanted !== basemap) show(wanted);
      if (notice.isOpen()) notice.say(basemap);
      // The line of sources is written anew when the language changes.
      attribute(container.dataset.base ? basemap : null);
    },
  };
}

/**
 * The choice of a basemap, one radio button each.
 * @param {Data} data
 * @param {State} state
 * @param {(change: Partial<State>) => void} change
 * @returns {HTMLElement}
 */
export function basemapChooser(data, state, change) {
  const chosen = basemapOf(data, state);
  const choice = (/** @type {Basemap | null} */ basemap) => {
    const base = basemap?.id ?? null;
    const radio = h("input", {
      type: "radio", name: "basemap", value: base ?? "", checked: basemap === chosen,
      "data-focus": `basemap-${base ?? ""}`, on: { change: () => change({ base }) },
    });
    return h("label", {}, radio, h("span", {}, basemap ? said(basemap, "title") : t("basemap.offline")));
  };
  const choices = [null, ...data.catalog.basemaps].map(choice);
  return h("fieldset", { class: "basemap-list" }, h("legend", {}, t("basemap.heading")), ...choices);
}

/**
 * @param {Data} data
 * @param {State} state
 */
function basemapOf(data, { base }) {
  return data.catalog.basemaps.find(({ id }) => id === base) ?? null;
}

/**
 * Tell once when the first tile is there, and whenever the layer has to be given up.
 * @param {any} layer
 * @param {{arrived: () => void, failed: () => void}} on
 */
function watch(layer, { arrived, failed }) {
  let failures = 0;
  let seen = false;
  let timer = 0;
  layer.on("loading", () => (timer ||= window.setTimeout(failed, PATIENCE_MS)));
  layer.on("tileload", () => {
    failures = 0;
    clearTimeout(timer);
    if (!seen) arrived();
    seen = true;
  });
  layer.on("tileerror", () => {
    failures += 1;
    if (failures === FAILURES_IN_A_ROW) failed();
  });
  layer.on("remove", () => clearTimeout(timer));
}

/**
 * @param {{retry: () => void, leave: () => void}} on
 * @returns {{say: (failed: Basemap | null) => void, isOpen: () => boolean}}
 */
function createNotice({ retry, leave }) {
  const notice = h("div", { class: "basemap-notice", role: "status", hidden: true });
  map.getContainer().append(notice);
  L.DomEvent.disableClickPropagation(notice);
  return {
    isOpen: () => !notice.hidden,
    say(failed) {
      notice.hidden = !failed;
      if (!failed) return;
      notice.replaceChildren(
        h("p", {}, t("basemap.unreachable", { title: said(failed, "title") })),
        h("button", { type: "button", class: "button", on: { click: retry } }, t("error.retry")),
        h("button", { type: "button", class: "button", on: { click: leave } }, t("basemap.leave")),
      );
    },
  };
}

/**
 * Name the basemap's source beside ours. Leaflet's attribution takes HTML, so it is not asked.
 * @param {Basemap | null} basemap
 */
function attribute(basemap) {
  const place = map.getContainer().querySelector(".leaflet-control-attribution");
  place?.querySelector(".basemap-source")?.remove();
  if (!basemap) return;
  const text = said(basemap, "attribution");
  const link = basemap.attribution_url && h("a", { href: basemap.attribution_url, rel: "noopener", target: "_blank" }, text);
  place?.append(h("span", { class: "basemap-source" }, link || text));
}
