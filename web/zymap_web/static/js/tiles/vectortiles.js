// A layer too large to be fetched whole, from vector tiles. Imported only where a dataset has such a
// layer: no page asks for these modules at first.

import { L } from "../map/leaflet.js";
import { decode, SIZE_PX } from "./decode.js";
import { fetchTile } from "./fetchtile.js";
import { blank, paint, paintMarked, shapeStyle } from "./paint.js";
import { pointing } from "./pointing.js";
import { inSlices } from "./slices.js";
import { createSprites, SMALL } from "./sprites.js";

/** @typedef {import("../map/types").Layer} Layer */
/** @typedef {import("../map/types").Symbology} Symbology */
/** @typedef {import("./decode.js").TileFeature} TileFeature */
/** @typedef {{x: number, y: number, z: number}} Coords Column, row and zoom of a tile. */
/**
 * @typedef {{
 *   coords: Coords, element: HTMLElement, features: TileFeature[], leftOut: number, failed: boolean,
 *   loading: AbortController, top: HTMLCanvasElement | null,
 * }} Tile `top` is the canvas above the tile's own, with what is selected or pointed at.
 */

// With more symbols than this in a tile they would only cover each other.
const CROWD = 60;

/**
 * @param {Layer} layer
 * @param {{
 *   symbology: Symbology,
 *   query: () => URLSearchParams | string,
 *   select: (properties: Record<string, string>, lonlat: [number, number]) => void,
 *   hover: (properties: Record<string, string> | null) => void,
 *   isLate?: (properties: Record<string, string>) => boolean,
 *   report?: (state: {leftOut: number, failed: boolean}) => void,
 *   pane?: string,
 * }} options
 *   `query` gives the filters as parameters of a tile; `report` is told, after each tile, how many
 *   features of the view stand too close to others to be shown at this zoom, and whether a tile could
 *   not be had.
 * @returns {{
 *   layer: any, refresh: () => void, redraw: () => void, setSelected: (id: string | null) => void,
 *   setHover: (id: string | null) => void,
 * }} `layer` is Leaflet's; `refresh` asks again after the filters have changed, `redraw`
 *   draws again after what is late has.
 */
export function createTileLayer(layer, options) {
  const sprites = createSprites(layer, options.symbology, options.isLate ?? (() => false));
  const look = { sprites, styleOf: shapeStyle(layer, options.symbology) };
  /** @type {Map<string, Tile>} */
  const tiles = new Map();
  /** @type {Set<number>} Zooms with a crowded tile: there all tiles have small symbols. */
  const crowded = new Set();
  const marked = { selected: /** @type {string | null} */ (null), hover: /** @type {string | null} */ (null) };
  const scaleAt = (/** @type {number} */ zoom) => (crowded.has(zoom) ? SMALL : 1);

  const Grid = L.GridLayer.extend({
    createTile(/** @type {Coords} */ coords, /** @type {(error: unknown, tile: HTMLElement) => void} */ done) {
      const element = document.createElement("div");
      const tile = { coords, element, features: [], leftOut: 0, failed: false, loading: new AbortController(), top: null };
      tiles.set(keyOf(coords), tile);
      void load(tile).then((error) => done(error, element));
      return element;
    },
  });
  const grid = new Grid({ tileSize: SIZE_PX, noWrap: true, updateWhenZooming: false, keepBuffer: 1, pane: options.pane ?? "overlayPane" });
  grid.on("tileunload", (/** @type {{coords: Coords}} */ { coords }) => {
    tiles.get(keyOf(coords))?.loading.abort();
    tiles.delete(keyOf(coords));
  });

  /**
   * Fetch, read, draw; what is shown stays until that is done.
   * @param {Tile} tile
   * @returns {Promise<unknown>} The error that it ended with, or null.
   */
  async function load(tile) {
    tile.loading.abort();
    tile.loading = new AbortController();
    const { signal } = tile.loading;
    try {
      const { content, leftOut } = await fetchTile(layer.id, tile.coords, options.query(), signal);
      /** @type {TileFeature[]} */
      const features = [];
      await inSlices(decode(content, layer.id, features), signal);
      Object.assign(tile, { features, leftOut, failed: false });
      crowd(tile);
      await draw(tile);
      return null;
    } catch (error) {
      tile.failed = !signal.aborted;
      return error;
    } finally {
      if (!signal.aborted) report();
    }
  }

  /** @param {Tile} tile */
  async function draw(tile) {
    const canvas = tile.features.length ? blank() : null;
    if (canvas) await inSlices(paint(canvas, tile.features, { ...look, scale: scaleAt(tile.coords.z) }), tile.loading.signal);
    tile.element.replaceChildren(...(canvas ? [canvas] : []));
    tile.top = null;
    mark(tile);
  }

  /**
   * Draw tiles again that have what to draw; those that are being loaded will be drawn anyway.
   * @param {number | null} zoom Only those of one zoom.
   */
  function drawAgain(zoom) {
    for (const tile of tiles.values()) {
      if (tile.features.length && (zoom ?? tile.coords.z) === tile.coords.z) draw(tile).catch(() => {});
    }
  }

  /**
   * Symbols of one zoom are of one size: if a tile has too many for large ones, all get small ones.
   * @param {Tile} tile
   */
  function crowd({ coords: { z }, features }) {
    if (crowded.has(z) || features.reduce((sum, { spots }) => sum + spots.length, 0) <= CROWD) return;
    crowded.add(z);
    drawAgain(z);
  }

  /** @param {Tile} tile */
  function mark(tile) {
    const found = tile.features.filter(({ id }) => id === marked.selected || id === marked.hover);
    if (!found.length && !tile.top) return;
    tile.top ??= tile.element.appendChild(blank());
    paintMarked(tile.top, found, look);
  }

  /**
   * @param {"selected" | "hover"} name
   * @param {string | null} id
   */
  function setMark(name, id) {
    if (marked[name] === id) return;
    marked[name] = id;
    tiles.forEach(mark);
  }

  function report() {
    const shown = [...tiles.values()].filter(({ coords }) => coords.z === grid._tileZoom);
    const leftOut = shown.reduce((sum, tile) => sum + tile.leftOut, 0);
    options.report?.({ leftOut, failed: shown.some((tile) => tile.failed) });
  }

  const recolour = () => {
    sprites.forget();
    drawAgain(null);
  };
  grid.on("add", () => addEventListener("zymap:theme", recolour));
  grid.on("remove", () => removeEventListener("zymap:theme", recolour));
  pointing(grid, {
    at: (coords) => tiles.get(keyOf(coords))?.features ?? [],
    reachOf: ({ properties }) => sprites.of(properties, scaleAt(grid._tileZoom)).radius,
    select: options.select,
    hover(feature) {
      setMark("hover", feature?.id ?? null);
      options.hover(feature?.properties ?? null);
    },
  });
  return {
    layer: grid,
    refresh() {
      crowded.clear();
      for (const tile of tiles.values()) void load(tile);
    },
    redraw: () => drawAgain(null),
    setSelected: (id) => setMark("selected", id),
    setHover: (id) => setMark("hover", id),
  };
}

/** @param {Coords} coords */
function keyOf({ x, y, z }) {
  return `${z}/${x}/${y}`;
}
