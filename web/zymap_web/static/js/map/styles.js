// Style sheets that only some readers need: fetched before what they dress is first shown.

/** @type {Map<string, Promise<void>>} */
const asked = new Map();

/**
 * Add a style sheet to the page, once. It resolves also where the sheet cannot be had: what it
 * dresses can be read without it.
 * @param {string} address From the page.
 * @returns {Promise<void>}
 */
export function styled(address) {
  const before = asked.get(address);
  if (before) return before;
  const done = new Promise((/** @type {(value: void) => void} */ resolve) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    for (const end of ["load", "error"]) link.addEventListener(end, () => resolve());
    document.head.append(link);
  });
  asked.set(address, done);
  return done;
}
