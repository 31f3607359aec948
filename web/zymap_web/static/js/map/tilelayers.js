// The tile layers of a basemap. Pictures in GCJ-02 are moved back tile by tile, since their shift
// differs by a pixel and more from one edge of the map to the other.

import { gcj02ToWgs84, wgs84ToGcj02 } from "./gcj02.js";
import { L, map } from "./leaflet.js";

/** @typedef {import("./types").Basemap} Basemap */
/** @typedef {{x: number, y: number, z: number}} Coords Column, row and zoom of a tile. */

const SIZE_PX = 256;
// By how much the shift may differ over the map.
const MARGIN_PX = 4;

/**
 * @param {Basemap} basemap
 * @returns {any[]} Leaflet's layers, the lowest first.
 */
export function tileLayers(basemap) {
  const Layer = basemap.datum === "gcj02" ? shiftedLayer() : calmLayer();
  return basemap.tiles.map((template, index) => {
    const layer = new Layer(template, {
      subdomains: basemap.subdomains,
      maxZoom: map.getMaxZoom(),
      maxNativeZoom: basemap.max_zoom,
      keepBuffer: 1,
      zIndex: index + 1,
      // Tile servers ask who shows their tiles; the page itself tells other hosts nothing.
      referrerPolicy: "strict-origin-when-cross-origin",
    });
    if (basemap.datum === "gcj02") layer.on("tileloadstart", moveBack);
    return layer;
  });
}

/** Tiles that let everything else that the page fetches go first. */
function calmLayer() {
  return L.TileLayer.extend({
    createTile(/** @type {Coords} */ coords, /** @type {Function} */ done) {
      const tile = L.TileLayer.prototype.createTile.call(this, coords, done);
      tile.fetchPriority = "low";
      return tile;
    },
  });
}

/** Tiles of a grid in GCJ-02: those are asked for that lie under the map once they are moved. */
function shiftedLayer() {
  return calmLayer().extend({
    _getTiledPixelBounds(/** @type {any} */ centre) {
      const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, centre);
      const { lat, lng } = L.latLng(centre);
      const [lon, shiftedLat] = wgs84ToGcj02(lng, lat);
      const shift = map.project([shiftedLat, lon], this._tileZoom).subtract(map.project([lat, lng], this._tileZoom));
      return L.bounds(bounds.min.add(shift).subtract([MARGIN_PX, MARGIN_PX]), bounds.max.add(shift).add([MARGIN_PX, MARGIN_PX]));
    },
  });
}

/**
 * Put a tile where its pictures belong, and make it meet its neighbours.
 * @param {{tile: HTMLElement, coords: Coords}} event
 */
function moveBack({ tile, coords: { x, y, z } }) {
  const corner = cornerOf(x, y, z);
  const shift = corner.subtract([x * SIZE_PX, y * SIZE_PX]);
  L.DomUtil.setPosition(tile, L.DomUtil.getPosition(tile).add(shift));
  tile.style.width = `${cornerOf(x + 1, y, z).x - corner.x}px`;
  tile.style.height = `${cornerOf(x, y + 1, z).y - corner.y}px`;
}

/**
 * The upper left corner of a tile of the GCJ-02 grid, in pixels of the WGS 84 grid.
 * @param {number} x
 * @param {number} y
 * @param {number} z
 */
function cornerOf(x, y, z) {
  const { lat, lng } = map.unproject([x * SIZE_PX, y * SIZE_PX], z);
  const [lon, trueLat] = gcj02ToWgs84(lng, lat);
  return map.project([trueLat, lon], z).round();
}
