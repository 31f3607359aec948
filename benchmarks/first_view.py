"""What the first view of the page weighs, and when it can be used.

A browser (Chromium, headless, without a GPU, empty cache) opens the map of the bundled district,
five times at each size. Printed are, from the browser's own Resource Timing and User Timing
clocks, the medians of: compressed bytes by kind of file, first paint, the moment at which
``body[data-ready]`` is set, and the sum of the layout shifts.

``python -m benchmarks.first_view [--rounds 5]``
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.panning import ARGUMENTS
from benchmarks.processes import free_port, serving

SIZES = {"desktop": (1440, 900), "phone": (390, 844)}
KINDS = {"html": (), "css": (".css",), "js": (".js",), "data": ()}
SETTLED_MS = 500

WATCH = """
globalThis.shifts = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) shifts += value;
}).observe({ type: "layout-shift", buffered: true });
new MutationObserver((_, observer) => {
  if (!document.body?.dataset.ready) return;
  performance.mark("ready");
  observer.disconnect();
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-ready"] });
"""
RESULT = """() => ({
  sizes: ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type))
    .map(({ name, encodedBodySize }) => [new URL(name).pathname, encodedBodySize]),
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  ready: performance.getEntriesByName("ready")[0].startTime,
  shifts,
})"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        zymap = Path(sys.executable).with_name("zymap")
        os.environ["ZYMAP_DATA_DIR"] = name
        subprocess.run([zymap, "load"], check=True, stdout=subprocess.DEVNULL)
        port = free_port()
        command = [str(zymap), "serve", "--port", str(port)]
        with serving(command, port), sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
            for size in SIZES:
                report(size, [visit(browser, port, size) for _ in range(rounds)])
            browser.close()


def visit(browser: Browser, port: int, size: str) -> dict[str, Any]:
    """Open the page with an empty cache; return what the browser measured."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, is_mobile=size == "phone"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"http://127.0.0.1:{port}/")
    page.wait_for_selector("body[data-ready]")
    page.wait_for_timeout(SETTLED_MS)
    result = page.evaluate(RESULT)
    context.close()
    return result


def kind_of(path: str) -> str:
    """Return which kind of file an address names."""
    suffix = Path(path).suffix
    return next((kind for kind, suffixes in KINDS.items() if suffix in suffixes), "data")


def report(size: str, results: list[dict[str, Any]]) -> None:
    """Print a size's medians."""
    kilobytes = dict.fromkeys(KINDS, 0.0)
    for path, transferred in results[0]["sizes"]:
        kind = "html" if path == "/" else kind_of(path) if "/static/" in path else "data"
        kilobytes[kind] += transferred / 1000
    page = sum(kilobytes[kind] for kind in ("html", "css", "js"))
    medians = {
        key: statistics.median(one[key] for one in results) for key in ("paint", "ready", "shifts")
    }
    weights = ", ".join(f"{kind} {weight:.0f}" for kind, weight in kilobytes.items())
    print(
        f"{size}: page {page:.0f} kB ({weights}); first paint {medians['paint']:.0f} ms, "
        f"ready {medians['ready']:.0f} ms, layout shift {medians['shifts']:.4f}",
        flush=True,
    )


if __name__ == "__main__":
    main()
