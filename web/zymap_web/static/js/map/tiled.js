// Layers too large to be held: drawn from the server's vector tiles, with the page's filters.

import { createTileLayer } from "../tiles/vectortiles.js";
import { fetchFeature } from "./api.js";
import { dueClass } from "./dates.js";
import { t } from "./i18n.js";
import { map } from "./leaflet.js";
import { notify } from "./notices.js";
import { parametersOf } from "./question.js";
import { workOf } from "./remote.js";

/** @typedef {import("./types").Data} Data */
/** @typedef {import("./types").Layer} Layer */
/** @typedef {import("./types").View} View */
/** @typedef {import("./types").Work} Work */

/**
 * @param {Data} data
 * @param {{select: (work: Work) => void, hover: (id: string | null) => void, leftOut: (count: number) => void}} on
 * @returns {{update: (view: View) => void, hover: (id: string | null) => void}}
 */
export function createTiled(data, on) {
  /** @type {Map<string, number>} */
  const leftOut = new Map();
  const drawn = data.tiled.map((layer) => {
    let query = "";
    let asOf = "";
    const isWork = layer.role === "works";
    const made = createTileLayer(layer, {
      symbology: data.catalog.symbology,
      query: () => query,
      select: async ({ id }) => on.select(workOf(data, await fetchFeature(layer.id, id))),
      hover: (properties) => on.hover(properties?.id ?? null),
      isLate: (properties) => isWork && dueClass(properties, asOf) === "overdue",
      report: (state) => {
        if (state.failed) notify(t("tiles.failed"));
        leftOut.set(layer.id, state.leftOut);
        on.leftOut([...leftOut.values()].reduce((sum, count) => sum + count, 0));
      },
    });
    return {
      layer,
      made,
      ask(/** @type {string} */ next, /** @type {string} */ day) {
        const [asked, judged] = [next !== query, day !== asOf];
        [query, asOf] = [next, day];
        if (asked) made.refresh();
        else if (judged && isWork) made.redraw();
      },
    };
  });
  return {
    update(view) {
      for (const { layer, made, ask } of drawn) {
        ask(questionOf(layer, view), view.asOf);
        const shown = !view.state.hidden.includes(layer.id);
        if (shown !== map.hasLayer(made.layer)) made.layer[shown ? "addTo" : "removeFrom"](map);
        if (!shown) leftOut.delete(layer.id);
        made.setSelected(view.state.selected);
      }
    },
    hover: (id) => drawn.forEach(({ made }) => made.setHover(id)),
  };
}

/**
 * The filters that a layer's tiles are asked with; what is there for orientation is not filtered.
 * @param {Layer} layer
 * @param {View} view
 */
function questionOf(layer, { state, asOf }) {
  if (layer.role !== "works") return layer.role === "candidates" && state.area ? `area=${encodeURIComponent(state.area)}` : "";
  const own = Object.fromEntries(Object.entries(layer.works).map(([name, values]) => [name, values.join(",")]));
  const { located: _, ...filters } = parametersOf(state, asOf);
  return new URLSearchParams({ ...own, ...filters }).toString();
}
