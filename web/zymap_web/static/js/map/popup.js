// The popup of the selected feature, one at a time, kept clear of what covers the map.

import { detail } from "./detail.js";
import { t } from "./i18n.js";
import { L, latlng, map } from "./leaflet.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Work} Work */

/**
 * @param {Data} data
 * @param {{placeOf: (id: string) => any, closed: () => void}} on
 * @returns {{show: (work: Work | null) => void}}
 */
export function createPopup(data, on) {
  /** @type {any} */
  let popup = null;
  const close = () => {
    const old = popup;
    popup = null;
    old?.remove();
  };
  return {
    show(work) {
      close();
      if (!work?.located) return;
      const size = map.getSize();
      const made = L.popup({
        minWidth: Math.min(300, size.x - 60),
        maxWidth: Math.min(340, size.x - 40),
        maxHeight: Math.max(160, Math.min(540, size.y - 120)),
        autoPanPaddingTopLeft: [16, 60],
        autoPanPaddingBottomRight: [60, 24],
        offset: [0, -14],
        closeButton: true,
      });
      made.setContent(detail(data, work, { heading: true }));
      made.setLatLng(on.placeOf(work.id) ?? latlng(/** @type {number[]} */ (work.lonlat)));
      made.on("remove", () => popup === made && ((popup = null), on.closed()));
      popup = made;
      made.openOn(map);
      const button = made.getElement()?.querySelector(".leaflet-popup-close-button");
      button?.setAttribute("aria-label", t("popup.close"));
      button?.setAttribute("title", t("popup.close"));
    },
  };
}
