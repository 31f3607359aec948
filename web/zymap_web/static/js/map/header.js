// The head of the page: titles, the three views, sharing, language.

import { byId } from "./dom.js";
import { said, t, translate } from "./i18n.js";
import { map } from "./leaflet.js";
import { VIEWS } from "./state.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").State} State */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @param {{change: (patch: Partial<State>) => void, notify: (text: string) => void}} on
 * @returns {{update: (view: View) => void, speakOut: (state: State) => void}}
 */
export function createHeader(data, on) {
  const tabs = VIEWS.map((view) => ({ view, tab: byId(`view-${view}`) }));
  for (const { view, tab } of tabs) tab.addEventListener("click", () => on.change({ view }));
  byId("language").addEventListener("click", () => on.change({ lang: document.documentElement.lang === "en" ? "zh" : "en" }));
  byId("share").addEventListener("click", () => void copyAddress(on.notify));
  return {
    update(view) {
      for (const { view: name, tab } of tabs) tab.setAttribute("aria-pressed", String(view.state.view === name));
      for (const name of VIEWS) if (name !== "map") byId(`board-${name}`).hidden = view.state.view !== name;
      document.body.dataset.view = view.state.view;
      const key = view.state.asOf ? "header.as_of" : "header.as_of_today";
      byId("subtitle-date").textContent = t(key, { date: view.asOf });
    },
    speakOut: (state) => speakOut(data, state),
  };
}

/**
 * Put the page's address on the clipboard: it is all that the page shows.
 * @param {(text: string) => void} notify
 */
export async function copyAddress(notify) {
  try {
    await navigator.clipboard.writeText(location.href);
    notify(t("share.copied"));
  } catch {
    // Without TLS a browser hands out no clipboard; then the reader copies by hand.
    notify(t("share.by_hand", { address: location.href }));
  }
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
  byId("subtitle-source").textContent = t("header.source", { source: withoutNote(said(dataset, "report")) });
  byId("subtitle-source").title = said(dataset, "report");
  const language = byId("language");
  language.textContent = lang === "zh" ? "EN" : "中";
  language.lang = lang === "zh" ? "en" : "zh";
  language.title = t("header.language");
  // Leaflet's attribution takes HTML, so the text is set into its element.
  map.getContainer().querySelector(".leaflet-control-attribution")?.replaceChildren(said(dataset, "attribution"));
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
  return text.replace(/\s*[（(][^（()]*[)）]\s*$/, "");
}
