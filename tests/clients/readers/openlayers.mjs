// Read all tiles of a matrix by a tileset's metadata, with OpenLayers.
// node openlayers.mjs TILESET_URL MATRIX → {layer: {id: {type, at: [lon, lat]}}}

import Feature from "ol/Feature.js";
import MVT from "ol/format/MVT.js";
import { addProjection, get, transform, transformExtent } from "ol/proj.js";
import Projection from "ol/proj/Projection.js";
import { getVectorTileUrlTemplate, parseTileMatrixSet } from "ol/source/ogcTileUtil.js";

const [address, matrix] = process.argv.slice(2);
const SCHEME = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme";
const MEDIA_TYPE = "application/vnd.mapbox-vector-tile";
// OpenLayers is told of each CRS that it does not ship.
addProjection(
  new Projection({
    code: "http://www.opengis.net/def/crs/EPSG/0/4490",
    units: "degrees",
    axisOrientation: "neu",
  }),
);

const tileset = await (await fetch(address)).json();
const scheme = await (await fetch(tileset.links.find(({ rel }) => rel === SCHEME).href)).json();
const template = getVectorTileUrlTemplate(tileset.links, MEDIA_TYPE);
const { grid, projection, urlFunction } = parseTileMatrixSet(
  { url: address },
  scheme,
  template,
  tileset.tileMatrixSetLimits,
);
const metres = projection.getUnits() === "m";
const { lowerLeft, upperRight } = tileset.boundingBox;
const lonlat = [...lowerLeft, ...upperRight];
const box = metres ? transformExtent(lonlat, "EPSG:4326", projection) : lonlat;
const z = grid.getMatrixIds().indexOf(matrix);
const range = grid.getTileRangeForExtentAndZ(box, z);
const format = new MVT({ featureClass: Feature });
const found = Object.fromEntries(tileset.layers.map(({ id }) => [id, {}]));
for (let x = range.minX; x <= range.maxX; x += 1) {
  for (let y = range.minY; y <= range.maxY; y += 1) {
    const answer = await fetch(urlFunction([z, x, y], 1, projection));
    if (answer.status === 204) continue;
    if (!answer.ok) throw new Error(`${answer.status} ${answer.url}`);
    const extent = grid.getTileCoordExtent([z, x, y]);
    const options = { extent, featureProjection: metres ? get("EPSG:3857") : projection };
    for (const feature of format.readFeatures(await answer.arrayBuffer(), options)) {
      const geometry = feature.getGeometry();
      const first = geometry.getFirstCoordinate().slice(0, 2);
      const at = metres ? transform(first, "EPSG:3857", "EPSG:4326") : first;
      found[feature.get("layer")][feature.get("id")] = { type: geometry.getType(), at };
    }
  }
}
console.log(JSON.stringify(found));
