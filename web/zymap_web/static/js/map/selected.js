// The panel that tells the selected feature: beside the map on a desk, on top of the sheet on a phone.

import { byId, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { narrow } from "./sheet.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */
/** @typedef {import("./detail.js").On} On */

const CLOSE_ICON = "M6 6l12 12M18 6 6 18";

/**
 * @param {Data} data
 * @param {Omit<On, "asOf"> & {close: () => void}} on
 * @returns {{show: (work: Work | null, asOf: string, focus: boolean) => Promise<void>, isIn: (element: Element | null) => boolean,
 *   covered: () => number}} `covered`: px that the panel takes from the map's foot.
 */
export function createSelected(data, on) {
  const place = byId("selected");
  let turn = 0;
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !place.hidden && place.contains(document.activeElement)) on.close();
  });
  return {
    covered: () => (narrow.matches && !place.hidden ? place.offsetHeight : 0),
    isIn: (element) => place.contains(element),
    async show(work, asOf, focus) {
      const mine = ++turn;
      const { detail } = work ? await import("./detail.js") : { detail: null };
      // While it was fetched the reader may have gone on.
      if (mine !== turn) return;
      place.hidden = !work;
      document.body.classList.toggle("has-detail", Boolean(work));
      if (!work || !detail) return place.replaceChildren();
      const button = h("button", { type: "button", class: "close", "aria-label": t("popup.close"), title: t("popup.close"), on: { click: on.close } }, icon(CLOSE_ICON));
      const scroll = h("div", { class: "selected-scroll" }, detail(data, work, { ...on, asOf }));
      place.replaceChildren(button, scroll);
      if (focus) byId("detail-title").focus({ preventScroll: true });
    },
  };
}
