// The uncertainty of a place, drawn to scale: the circle that holds the true place, beside a bar.

import { svg } from "./dom.js";
import { t } from "./i18n.js";
import { grouped } from "./words.js";

/** @typedef {import("./types").Work} Work */

const SIZE_PX = 120;
const WIDTH_PX = 300;

/**
 * The drawing, or null where there is no place or nobody stated how uncertain it is.
 * @param {Work} work
 */
export function precision(work) {
  const { coordinateUncertaintyInMeters: metres, location_status: status } = work.properties;
  if (!work.located || !metres || status === "candidate") return null;
  const radius = SIZE_PX / 2 - 6;
  const bar_m = roundedDown(metres);
  const bar_px = (bar_m / metres) * radius;
  const middle = SIZE_PX / 2;
  const label = t("precision.label", { m: grouped(metres) });
  const barLeft = SIZE_PX + 24;
  return svg(
    "svg",
    { class: "precision", viewBox: `0 0 ${WIDTH_PX} ${SIZE_PX}`, role: "img", "aria-label": label },
    svg("circle", { cx: middle, cy: middle, r: radius, class: "precision-circle" }),
    svg("path", { d: `M${middle} ${middle}h${radius}`, class: "precision-radius" }),
    svg("circle", { cx: middle, cy: middle, r: 3.500, class: "precision-point" }),
    svg("text", { x: middle + radius / 2, y: middle - 6, "text-anchor": "middle" }, t("unit.metre", { m: grouped(metres) })),
    svg("path", { d: `M${barLeft} ${middle + 4}v6h${bar_px}v-6`, class: "precision-bar" }),
    svg("text", { x: barLeft, y: middle - 4 }, t("unit.metre", { m: grouped(bar_m) })),
    svg("text", { x: barLeft, y: middle + 30, class: "precision-note" }, t("precision.note")),
  );
}

/**
 * The round number (1, 2 or 5 and zeros) at or below a length.
 * @param {number} metres
 */
function roundedDown(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return [5, 2, 1].map((step) => step * power).find((step) => step <= metres) ?? power;
}
