// The export menu: what is shown, as a file; Shapefile first, with its CRS and encoding.

import { byId } from "./dom.js";
import { MADE_ON_DEMAND, viewDownloads } from "./downloads.js";
import { t } from "./i18n.js";
import { notify } from "./notices.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").View} View */

/**
 * @param {Data} data
 * @param {() => View} view
 * @returns {{update: () => void, open: () => void}}
 */
export function createExportMenu(data, view) {
  const button = byId("export-button");
  const menu = byId("export-menu");
  const chosen = { crs: "4326", encoding: "UTF-8" };
  const draw = () => menu.replaceChildren(...viewDownloads(data, view(), chosen, draw));
  const show = (/** @type {boolean} */ open) => {
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) draw();
  };
  button.addEventListener("click", () => show(menu.hidden));
  menu.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (MADE_ON_DEMAND && event.target instanceof Element && event.target.closest("a[download]")) notify(t("export.making"));
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    show(false);
    button.focus();
  });
  addEventListener("pointerdown", (event) => {
    const inside = event.target instanceof Node && (menu.contains(event.target) || button.contains(event.target));
    if (!inside && !menu.hidden) show(false);
  });
  return { update: () => menu.hidden || draw(), open: () => show(true) };
}
