// Measure a length, and the area when the line is closed: on the ellipsoid of WGS 84.

import { copyText } from "./clipboard.js";
import { h } from "./dom.js";
import { loadGeodesic } from "./geodesic.js";
import { t } from "./i18n.js";
import { ICONS } from "./icons.js";
import { crossesItself } from "./ring.js";
import { startSketch } from "./sketch.js";
import { cardButton } from "./toolcard.js";
import { areaText, lengthText } from "./units.js";

/** @typedef {import("./sketch.js").Sketch} Sketch */
/** @typedef {import("./sketch.js").LonLat} LonLat */
/** @typedef {import("./tools.js").Tool} Tool */
/** @typedef {import("./tools.js").ToolContext} ToolContext */

/**
 * @param {ToolContext} context
 * @returns {Tool}
 */
export function createMeasure({ card, notify, ended }) {
  /** @type {import("./geodesic.js").Geodesic | null} */
  let geodesic = null;
  /** @type {Promise<void> | null} */
  let loading = null;
  /** @type {Sketch | null} */
  let sketch = null;
  /** @type {LonLat | null} */
  let pointer = null;
  let finished = false;

  const load = async () => {
    const mine = sketch;
    try {
      geodesic = await loadGeodesic();
      if (sketch === mine) card.update();
    } catch {
      if (sketch !== mine) return;
      clear();
      ended();
      notify(t("tools.not_loaded"));
    }
  };
  const clear = () => {
    sketch?.clear();
    if (sketch) card.hide();
    sketch = null;
  };
  const finish = (/** @type {Sketch} */ drawn) => {
    if (drawn.points.length < 2) return;
    finished = true;
    pointer = null;
    drawn.stop();
    card.update();
    if (drawn.byKeys) card.focus();
    ended();
  };
  const copy = async () => {
    const mine = sketch;
    // Who copies at once wants the figures, too.
    await loading;
    if (!mine || sketch !== mine) return;
    const lines = [...figures().map(([title, value]) => `${title} ${value}`), ...mine.points.map(decimal)];
    notify(t((await copyText(lines.join("\n"))) ? "tools.copied" : "tools.not_copied"));
  };
  /** @returns {string[][]} Titles and values. */
  const figures = () => {
    const { points = [], closed = false } = sketch ?? {};
    const line = pointer && points.length ? [...points, pointer] : points;
    if (!geodesic || line.length < 2) return [];
    const around = closed ? [...points, points[0]] : line;
    const length = [t(closed ? "measure.perimeter" : "measure.length"), lengthText(geodesic.length_m(around))];
    if (!closed) return [length];
    const area = crossesItself(points) ? t("measure.crossed") : areaText(geodesic.area_m2(points));
    return [length, [t("measure.area"), area]];
  };
  const content = {
    hint() {
      if (finished) return figures().map(([title, value]) => `${title} ${value}`).join(t("tools.separator"));
      const said = sketch?.points.length ? [t("measure.points", { n: sketch.points.length })] : [];
      return [t("measure.hint"), ...(sketch?.byKeys ? [t("tools.keys")] : []), ...said].join(" ");
    },
    quiet: () => finished,
    result: () => [
      ...figures().map(([title, value]) => h("p", {}, title, " ", h("b", {}, value))),
      ...(finished ? [h("p", { class: "note" }, t("measure.note"))] : []),
    ],
    actions: () => (finished ? actionsAtTheEnd() : actionsWhileGoing()),
  };
  const actionsWhileGoing = () => {
    const { points = [] } = sketch ?? {};
    return [
      points.length > 0 && cardButton("undo", ICONS.undo, t("tools.undo"), () => sketch?.undo()),
      points.length > 2 && cardButton("area", ICONS.area, t("measure.close"), () => sketch?.finish(true)),
      points.length > 1 && cardButton("done", ICONS.done, t("tools.done"), () => sketch?.finish(false)),
    ].filter((button) => button !== false);
  };
  const actionsAtTheEnd = () => [
    cardButton("copy", ICONS.copy, t("tools.copy"), () => void copy()),
    cardButton("clear", ICONS.close, t("tools.clear"), clear),
  ];
  return {
    start(byKeys) {
      finished = false;
      pointer = null;
      sketch = startSketch(
        {
          changed: () => card.update(),
          moved(_, place) {
            pointer = place;
            card.updateResult();
          },
          finished: finish,
        },
        byKeys,
      );
      card.show(content);
      loading = load();
    },
    stop: clear,
    clear,
  };
}

/** @param {LonLat} place */
function decimal([lon, lat]) {
  return `${lon.toFixed(6)}, ${lat.toFixed(6)}`;
}
