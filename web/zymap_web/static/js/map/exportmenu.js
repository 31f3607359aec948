// The export menu: what is shown, as a file; Shapefile first, with its CRS and encoding.

import { byId } from "./dom.js";
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
  // Made of a module of its own, which is fetched when the menu is first opened.
  let onDemand = false;
  const draw = async () => {
    const { MADE_ON_DEMAND, viewDownloads } = await import("./downloads.js");
    onDemand = MADE_ON_DEMAND;
    menu.replaceChildren(...viewDownloads(data, view(), chosen, () => void draw()));
  };
  let open = false;
  const show = async (/** @type {boolean} */ wanted) => {
    open = wanted;
    if (wanted) await draw().catch((error) => {
      open = false;
      throw error;
    });
    // While it was fetched the reader may have turned away.
    menu.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => void show(!open));
  menu.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (onDemand && event.target instanceof Element && event.target.closest("a[download]")) notify(t("export.making"));
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open) return;
    void show(false);
    button.focus();
  });
  addEventListener("pointerdown", (event) => {
    const inside = event.target instanceof Node && (menu.contains(event.target) || button.contains(event.target));
    if (!inside && open) void show(false);
  });
  return { update: () => menu.hidden || void draw(), open: () => void show(true) };
}
