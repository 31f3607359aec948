// On a phone the selected feature is told at the top of the sheet; a popup would cover the map.

import { detail } from "./detail.js";
import { byId, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */

const CLOSE_ICON = "M6 6l12 12M18 6 6 18";

/**
 * @param {Data} data
 * @param {() => void} close
 * @returns {{show: (work: Work | null) => void}}
 */
export function createSelected(data, close) {
  const place = byId("selected");
  return {
    show(work) {
      place.hidden = !work;
      const button = h("button", { type: "button", class: "close", "aria-label": t("popup.close"), on: { click: close } }, icon(CLOSE_ICON));
      place.replaceChildren(...(work ? [button, detail(data, work, { heading: true })] : []));
    },
  };
}
