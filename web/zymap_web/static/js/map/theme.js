// Light and dark. The symbology's colours become CSS variables, so that a change of theme is one
// attribute and redraws nothing; the reader's choice is kept, not shared with the address.

import { byId } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {import("./types").Symbology} Symbology */

const KEY = "zymap-theme";
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
/** @type {Record<string, string>} */
let darkOf = {};

/** Whether the page is dark now. */
export function isDark() {
  return root.dataset.theme === "dark";
}

/** Apply the reader's choice, or the system's where none was made. */
export function startTheme() {
  apply(kept() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", () => kept() ?? apply(dark.matches ? "dark" : "light"));
}

/** Make the button of the header change the theme. */
export function createThemeButton() {
  const button = byId("theme");
  const name = () => {
    const words = t(isDark() ? "header.light" : "header.dark");
    button.setAttribute("aria-label", words);
    button.title = words;
  };
  button.addEventListener("click", () => {
    apply(isDark() ? "light" : "dark");
    keep(isDark() ? "dark" : "light");
    name();
  });
  return { update: name };
}

/**
 * The symbology with each colour as a CSS variable, whose dark value stands in a style sheet.
 * @param {Symbology} symbology
 * @returns {Symbology}
 */
export function themed(symbology) {
  darkOf = symbology.dark;
  const rules = Object.entries(darkOf).map(([light, colour]) => `${variable(light)}:${colour}`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@media screen{:root[data-theme="dark"]{${rules.join(";")}}}`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  return painted({ ...symbology, dark: {} });
}

/**
 * A colour of the themed symbology as a plain one, for a canvas.
 * @param {string} colour
 */
export function resolved(colour) {
  const light = colour.match(/#[0-9a-f]{6}/)?.[0];
  return (light && isDark() && darkOf[light]) || light || colour;
}

/**
 * @param {any} value
 * @returns {any}
 */
function painted(value) {
  if (typeof value === "string") return value in darkOf ? `var(${variable(value)}, ${value})` : value;
  if (Array.isArray(value)) return value.map(painted);
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, painted(inner)]));
  return value;
}

/** @param {string} colour */
function variable(colour) {
  return `--map-${colour.slice(1)}`;
}

/** @param {string} theme */
function apply(theme) {
  root.dataset.theme = theme;
  document.querySelector('meta[name="color-scheme"]')?.setAttribute("content", theme);
  dispatchEvent(new CustomEvent("zymap:theme"));
}

/** @returns {string | null} */
function kept() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme === "dark" || theme === "light" ? theme : null;
  } catch {
    return null; // a browser that keeps nothing
  }
}

/** @param {string} theme */
function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // The choice holds for this visit.
  }
}
