// Third-party scripts that only some readers need: fetched when a tool first asks for them.

/** @type {Map<string, Promise<any>>} */
const asked = new Map();

/**
 * Run a vendored script that sets a global, and take that global off again.
 *
 * A script element, not `import()`: these libraries are written for one, and a page that was opened
 * from a folder (file://) may not import.
 * @param {string} path Below static/vendor.
 * @param {string} name The global that the script sets.
 * @returns {Promise<any>} Rejects if the script cannot be had; the next call then tries again.
 */
export function vendored(path, name) {
  const before = asked.get(path);
  if (before) return before;
  const wanted = new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `static/vendor/${path}`;
    script.addEventListener("load", () => {
      const library = Reflect.get(globalThis, name);
      Reflect.deleteProperty(globalThis, name);
      resolve(library);
    });
    script.addEventListener("error", () => {
      asked.delete(path);
      reject(new Error(`no ${script.src}`));
    });
    document.head.append(script);
  });
  asked.set(path, wanted);
  return wanted;
}
