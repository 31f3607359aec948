// GCJ-02, the shifted datum of Chinese web maps. Its definition is not published; these are the
// formulas in common use (those of eviltransform), which meet the maps within metres.

// Krasovsky 1940.
const SEMI_MAJOR_M = 6378245;
const ECCENTRICITY_2 = 0.00669342162296594323;
const CENTRE = [105, 35];
// Where the shift is applied: a box that also takes in some of the neighbours.
const WEST = 72.004, EAST = 137.8347, SOUTH = 0.8293, NORTH = 55.8271;
// A degree is at most 111.7 km, so this is below 0.1 mm.
const PRECISION_DEG = 1e-9;
const ROUNDS = 12;

/**
 * @param {number} lon Degrees, WGS 84.
 * @param {number} lat
 * @returns {[number, number]} Longitude and latitude in GCJ-02; the same place outside of China.
 */
export function wgs84ToGcj02(lon, lat) {
  if (lon < WEST || lon > EAST || lat < SOUTH || lat > NORTH) return [lon, lat];
  const [east_m, north_m] = shift_m(lon - CENTRE[0], lat - CENTRE[1]);
  const phi = (lat * Math.PI) / 180;
  const flattened = 1 - ECCENTRICITY_2 * Math.sin(phi) ** 2;
  const normal_m = SEMI_MAJOR_M / Math.sqrt(flattened);
  const meridian_m = (normal_m * (1 - ECCENTRICITY_2)) / flattened;
  return [
    lon + ((east_m / (normal_m * Math.cos(phi))) * 180) / Math.PI,
    lat + ((north_m / meridian_m) * 180) / Math.PI,
  ];
}

/**
 * The inverse, by iteration: the shift changes by less than a hundredth from place to place, so
 * each round gains two digits.
 * @param {number} lon Degrees, GCJ-02.
 * @param {number} lat
 * @returns {[number, number]} Longitude and latitude on WGS 84.
 */
export function gcj02ToWgs84(lon, lat) {
  let [x, y] = [lon, lat];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [shiftedLon, shiftedLat] = wgs84ToGcj02(x, y);
    [x, y] = [x + lon - shiftedLon, y + lat - shiftedLat];
    if (Math.abs(lon - shiftedLon) < PRECISION_DEG && Math.abs(lat - shiftedLat) < PRECISION_DEG) break;
  }
  return [x, y];
}

/**
 * @param {number} x Degrees east of the centre.
 * @param {number} y Degrees north of it.
 * @returns {[number, number]} Metres to the east and to the north.
 */
function shift_m(x, y) {
  const root = Math.sqrt(Math.abs(x));
  const common = wave(20, 6 * x) + wave(20, 2 * x);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root;
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root;
  return [
    east + ((common + wave(20, x) + wave(40, x / 3) + wave(150, x / 12) + wave(300, x / 30)) * 2) / 3,
    north + ((common + wave(20, y) + wave(40, y / 3) + wave(160, y / 12) + wave(320, y / 30)) * 2) / 3,
  ];
}

/**
 * @param {number} amplitude
 * @param {number} halfTurns
 */
function wave(amplitude, halfTurns) {
  return amplitude * Math.sin(halfTurns * Math.PI);
}
