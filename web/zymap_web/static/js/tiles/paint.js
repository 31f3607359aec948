// The features of a tile on its canvas: shapes below, symbols above, as everywhere on the map.

import { markerOf } from "../map/symbols.js";
import { resolved } from "../map/theme.js";
import { hasShape, SIZE_PX } from "./decode.js";

/** @typedef {import("../map/types").Layer} Layer */
/** @typedef {import("../map/types").PathStyle} PathStyle */
/** @typedef {import("../map/types").Symbology} Symbology */
/** @typedef {import("./decode.js").TileFeature} TileFeature */
/** @typedef {ReturnType<typeof import("./sprites.js").createSprites>} Sprites */

const STEP = 24;
const MARK_PX = 3;

/**
 * How the shapes of a layer look: its own line or fill, in the colour of the status.
 * @param {Layer} layer
 * @param {Symbology} symbology
 * @returns {(feature: TileFeature) => {style: PathStyle, colour: string, dash: number[]}}
 */
export function shapeStyle(layer, symbology) {
  return ({ kind, properties: { status, kind: of, location_status } }) => {
    if (layer.role === "context") {
      const style = (symbology.context[of] ?? symbology.default_context).path;
      return { style, colour: style.stroke, dash: dashOf(style.dash) };
    }
    const style = kind === "line" ? symbology.work_line : symbology.work_polygon;
    const marker = layer.role === "candidates" ? symbology.candidate : markerOf(status, symbology);
    const colour = marker.hollow || !marker.fill ? marker.stroke : marker.fill;
    return { style, colour, dash: dashOf(location_status === "approximate" ? "2 7" : style.dash) };
  };
}

/**
 * A canvas for a tile, with pixels as fine as the screen's.
 * @returns {HTMLCanvasElement}
 */
export function blank() {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = Math.round(SIZE_PX * devicePixelRatio);
  // Leaflet has no style for canvases; a tile is as large as its grid says.
  Object.assign(canvas.style, { position: "absolute", width: `${SIZE_PX}px`, height: `${SIZE_PX}px` });
  return canvas;
}

/**
 * Draw all features, some a step.
 * @param {HTMLCanvasElement} canvas
 * @param {TileFeature[]} features
 * @param {{styleOf: ReturnType<typeof shapeStyle>, sprites: Sprites, scale: number}} look
 */
export function* paint(canvas, features, look) {
  const context = contextOf(canvas);
  let step = 0;
  for (const feature of features) {
    if (!hasShape(feature)) continue;
    drawShape(context, feature, look.styleOf(feature), 0);
    if (++step % STEP === 0) yield;
  }
  for (const feature of features) {
    drawSymbols(context, feature, look);
    if (++step % STEP === 0) yield;
  }
}

/**
 * Draw features so that they stand out: a ring round the symbol, a wider line round a shape.
 * @param {HTMLCanvasElement} canvas
 * @param {TileFeature[]} features
 * @param {{styleOf: ReturnType<typeof shapeStyle>, sprites: Sprites}} look
 */
export function paintMarked(canvas, features, look) {
  const context = contextOf(canvas);
  for (const feature of features) {
    if (hasShape(feature)) drawShape(context, feature, look.styleOf(feature), MARK_PX);
    const { radius } = look.sprites.of(feature.properties, 1);
    context.setLineDash([]);
    context.strokeStyle = markColour();
    context.lineWidth = MARK_PX;
    for (const [x, y] of feature.spots) {
      context.beginPath();
      context.arc(x, y, radius + MARK_PX / 2, 0, 2 * Math.PI);
      context.stroke();
    }
    drawSymbols(context, feature, { sprites: look.sprites, scale: 1 });
  }
}

function markColour() {
  return getComputedStyle(document.documentElement).getPropertyValue("--focus");
}

/** @param {HTMLCanvasElement} canvas */
function contextOf(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  context.clearRect(0, 0, SIZE_PX, SIZE_PX);
  context.lineJoin = context.lineCap = "round";
  return context;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TileFeature} feature
 * @param {{style: PathStyle, colour: string, dash: number[]}} look
 * @param {number} wider By how many pixels a mark round it is wider; 0 for none.
 */
function drawShape(context, { kind, paths }, { style, colour, dash }, wider) {
  context.beginPath();
  for (const points of paths) trace(context, points, kind === "polygon");
  // A mark leaves what lies in the shape to be seen.
  if (kind === "polygon" && style.fill && !wider) {
    context.globalAlpha = style.fill_opacity;
    context.fillStyle = resolved(colour === style.stroke ? style.fill : colour);
    context.fill("evenodd");
    context.globalAlpha = 1;
  }
  const casing = wider ? markColour() : resolved(style.casing);
  if (casing) {
    context.setLineDash([]);
    context.strokeStyle = casing;
    context.lineWidth = wider ? style.width_px + 2 * wider : style.casing_width_px;
    context.stroke();
  }
  context.setLineDash(dash);
  context.strokeStyle = resolved(colour);
  context.lineWidth = style.width_px;
  context.stroke();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} points
 * @param {boolean} closed
 */
function trace(context, points, closed) {
  context.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 2) context.lineTo(points[at], points[at + 1]);
  if (closed) context.closePath();
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {TileFeature} feature
 * @param {{sprites: Sprites, scale: number}} look
 */
function drawSymbols(context, { properties, spots }, { sprites, scale }) {
  if (!spots.length) return;
  const { picture, size, radius } = sprites.of(properties, scale);
  for (const [x, y] of spots) context.drawImage(picture, x - radius, y - radius, size, size);
}

/** @param {string} dash */
function dashOf(dash) {
  return dash ? dash.split(" ").map(Number) : [];
}
