// Lengths and areas on the ellipsoid, by Karney's algorithms (doi:10.1007/s00190-012-0578-z).

import { vendored } from "./vendored.js";

/** @typedef {[number, number]} LonLat */
/** @typedef {{length_m: (line: LonLat[]) => number, area_m2: (ring: LonLat[]) => number}} Geodesic */

/**
 * Fetch the library, once.
 * @returns {Promise<Geodesic>} `length_m` of a line and `area_m2` of a ring that is not closed and
 *   does not cross itself; degrees on WGS 84.
 */
export async function loadGeodesic() {
  const { Geodesic } = await vendored("geographiclib-geodesic/geographiclib-geodesic.min.js", "geodesic");
  const wgs84 = Geodesic.WGS84;
  const step_m = (/** @type {LonLat} */ [lon1, lat1], /** @type {LonLat} */ [lon2, lat2]) => wgs84.Inverse(lat1, lon1, lat2, lon2, Geodesic.DISTANCE).s12;
  return {
    length_m: (line) => line.slice(1).reduce((sum, to, index) => sum + step_m(line[index], to), 0),
    area_m2(ring) {
      const polygon = wgs84.Polygon(false);
      for (const [lon, lat] of ring) polygon.AddPoint(lat, lon);
      return Math.abs(polygon.Compute(false, true).area);
    },
  };
}
