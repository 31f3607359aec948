// One tile from the server.

/**
 * @param {string} layer
 * @param {{x: number, y: number, z: number}} coords Column, row and zoom.
 * @param {URLSearchParams | string} query
 * @param {AbortSignal} signal
 * @returns {Promise<{content: ArrayBuffer, leftOut: number}>} An empty content where nothing is.
 */
export async function fetchTile(layer, { x, y, z }, query, signal) {
  const address = `collections/${encodeURIComponent(layer)}/tiles/WebMercatorQuad/${z}/${y}/${x}`;
  const parameters = String(query);
  const answer = await fetch(parameters ? `${address}?${parameters}` : address, { signal });
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${answer.statusText}`);
  return { content: await answer.arrayBuffer(), leftOut: Number(answer.headers.get("X-Zymap-Left-Out")) };
}
