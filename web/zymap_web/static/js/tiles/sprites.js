// The page's SVG symbols as small pictures that a canvas takes many of. Each is measured once as
// the page's style sheets style it, so colours, themes and shapes have one source.

import { h } from "../map/dom.js";
import { workSymbol } from "../map/symbols.js";

/** @typedef {import("../map/types").Layer} Layer */
/** @typedef {import("../map/types").Symbology} Symbology */
/** @typedef {import("./decode.js").TileFeature} TileFeature */
/** @typedef {{picture: HTMLCanvasElement, size: number, radius: number}} Sprite Sizes in CSS pixels. */

// Where symbols stand so close that nobody could read the glyph in them.
export const SMALL = 0.36;

/**
 * @param {Layer} layer
 * @param {Symbology} symbology
 * @param {(properties: Record<string, string>) => boolean} isLate
 * @returns {{of: (properties: Record<string, string>, scale: number) => Sprite, forget: () => void}}
 *   `forget` when the theme has changed.
 */
export function createSprites(layer, symbology, isLate) {
  /** @type {Map<string, Sprite>} */
  const made = new Map();
  return {
    of(properties, scale) {
      const { status, kind, location_status } = properties;
      const late = isLate(properties);
      const key = [scale, devicePixelRatio, status, kind, location_status, late].join("|");
      let sprite = made.get(key);
      if (!sprite) made.set(key, (sprite = draw(symbolOf(properties, layer, symbology, late), scale)));
      return sprite;
    },
    forget: () => made.clear(),
  };
}

/**
 * @param {Record<string, string>} properties
 * @param {Layer} layer
 * @param {Symbology} symbology
 * @param {boolean} late
 */
function symbolOf(properties, layer, symbology, late) {
  // Only these members are looked at; a tile has no others.
  return workSymbol(/** @type {any} */ ({ properties, layer }), symbology, { late });
}

/**
 * @param {SVGElement} symbol
 * @param {number} scale
 * @returns {Sprite}
 */
function draw(symbol, scale) {
  const size = Number(symbol.getAttribute("width")) * scale;
  const pixels = Math.ceil(size * devicePixelRatio);
  const picture = /** @type {HTMLCanvasElement} */ (h("canvas", { width: pixels, height: pixels }));
  const context = /** @type {CanvasRenderingContext2D} */ (picture.getContext("2d"));
  context.translate(pixels / 2, pixels / 2);
  context.scale(devicePixelRatio * scale, devicePixelRatio * scale);
  // Styles are only known of what is in the document; `definitions` keeps it out of sight.
  const stage = h("div", { class: "definitions", "aria-hidden": "true" }, symbol);
  document.body.append(stage);
  for (const part of symbol.children) {
    if (scale === 1 || !part.classList.contains("glyph")) paint(context, /** @type {SVGGraphicsElement} */ (part));
  }
  stage.remove();
  return { picture, size, radius: size / 2 };
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {SVGGraphicsElement} part
 */
function paint(context, part) {
  const style = getComputedStyle(part);
  const path = pathOf(part);
  context.save();
  const turn = part.transform.baseVal.consolidate()?.matrix;
  if (turn) context.transform(turn.a, turn.b, turn.c, turn.d, turn.e, turn.f);
  if (style.fill !== "none") {
    context.globalAlpha = Number(style.fillOpacity);
    context.fillStyle = style.fill;
    context.fill(path);
  }
  if (style.stroke !== "none") {
    context.globalAlpha = Number(style.strokeOpacity);
    context.strokeStyle = style.stroke;
    context.lineWidth = parseFloat(style.strokeWidth);
    context.lineCap = /** @type {CanvasLineCap} */ (style.strokeLinecap);
    context.lineJoin = /** @type {CanvasLineJoin} */ (style.strokeLinejoin);
    context.setLineDash(style.strokeDasharray === "none" ? [] : style.strokeDasharray.split(/[ ,]+/).map(parseFloat));
    context.stroke(path);
  }
  context.restore();
}

/**
 * The outline of one of the elements that symbols are made of.
 * @param {SVGElement} part
 */
function pathOf(part) {
  const number = (/** @type {string} */ name) => Number(part.getAttribute(name));
  if (part.tagName === "path") return new Path2D(part.getAttribute("d") ?? "");
  const path = new Path2D();
  if (part.tagName === "circle") path.arc(number("cx"), number("cy"), number("r"), 0, 2 * Math.PI);
  else if (part.tagName === "rect") path.roundRect(number("x"), number("y"), number("width"), number("height"), number("rx"));
  else path.addPath(new Path2D(`M${part.getAttribute("points")}Z`));
  return path;
}
