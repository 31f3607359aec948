// Long work in short slices: the page answers the reader between any two of them.

const SLICE_MS = 6;

/** @typedef {{steps: Iterator<unknown>, signal: AbortSignal, done: (error: unknown) => void}} Job */

/** @type {Job[]} */
const jobs = [];
let running = false;

/**
 * Take the steps of a generator, a few at a time, behind those of the jobs before.
 * @param {Iterator<unknown>} steps Each step should take well under a millisecond.
 * @param {AbortSignal} signal
 * @returns {Promise<void>} Settles when all steps are taken; rejects if one throws or on abort.
 */
export function inSlices(steps, signal) {
  return new Promise((resolve, reject) => {
    jobs.push({ steps, signal, done: (error) => (error === null ? resolve() : reject(error)) });
    if (!running) later();
  });
}

function later() {
  running = true;
  const { scheduler } = /** @type {any} */ (globalThis);
  if (scheduler?.postTask) void scheduler.postTask(slice, { priority: "user-visible" });
  else setTimeout(slice);
}

function slice() {
  const end = performance.now() + SLICE_MS;
  while (jobs.length && performance.now() < end) {
    if (ended(jobs[0])) jobs.shift();
  }
  running = jobs.length > 0;
  if (running) later();
}

/** @param {Job} job */
function ended({ steps, signal, done }) {
  try {
    signal.throwIfAborted();
    if (!steps.next().done) return false;
    done(null);
  } catch (error) {
    done(error);
  }
  return true;
}
