// Lengths and areas in the unit that reads best.

import { spoken, t } from "./i18n.js";

/** @param {number} length_m */
export function lengthText(length_m) {
  if (length_m < 1000) return t("units.m", { n: number(length_m, 1) });
  return t("units.km", { n: number(length_m / 1000, 3) });
}

/** @param {number} area_m2 */
export function areaText(area_m2) {
  if (area_m2 < 1e4) return t("units.m2", { n: number(area_m2, 0) });
  if (area_m2 < 1e6) return t("units.ha", { n: number(area_m2 / 1e4, 2) });
  return t("units.km2", { n: number(area_m2 / 1e6, 3) });
}

/**
 * @param {number} value
 * @param {number} digits
 */
function number(value, digits) {
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(spoken() === "zh" ? "zh-CN" : "en", options).format(value);
}
