// Read all tiles of a zoom by a TileJSON, with the reader that MapLibre is built on.
// node maplibre.mjs TILEJSON_URL ZOOM → {layer: {id: {type, at: [lon, lat]}}}

import { VectorTile } from "@mapbox/vector-tile";
import { PbfReader } from "pbf";

const [address, zoomText] = process.argv.slice(2);
const zoom = Number(zoomText);
const { bounds, tiles, vector_layers } = await (await fetch(address)).json();
const found = Object.fromEntries(vector_layers.map(({ id }) => [id, {}]));

/** Which column and row a place is in. */
function placeOf(lon, lat) {
  const y = 0.5 - Math.asinh(Math.tan((lat * Math.PI) / 180)) / (2 * Math.PI);
  return [lon / 360 + 0.5, y].map((part) => Math.floor(part * 2 ** zoom));
}

const [west, north] = placeOf(bounds[0], bounds[3]);
const [east, south] = placeOf(bounds[2], bounds[1]);
for (let x = west; x <= east; x += 1) {
  for (let y = north; y <= south; y += 1) {
    const url = tiles[0].replace("{z}", zoom).replace("{x}", x).replace("{y}", y);
    const answer = await fetch(url);
    if (answer.status === 204) continue;
    if (!answer.ok) throw new Error(`${answer.status} ${url}`);
    const { layers } = new VectorTile(new PbfReader(await answer.arrayBuffer()));
    for (const [name, layer] of Object.entries(layers)) {
      for (let index = 0; index < layer.length; index += 1) {
        const feature = layer.feature(index);
        const { type, coordinates } = feature.toGeoJSON(x, y, zoom).geometry;
        found[name][feature.properties.id] = { type, at: coordinates.flat(9).slice(0, 2) };
      }
    }
  }
}
console.log(JSON.stringify(found));
