"""How long the page keeps the reader waiting while a layer of any size is panned and zoomed.

A browser (Chromium, headless, without a GPU) opens the map of a generated dataset, pans 20 steps
and zooms 6 levels in and out again, as fast as the map takes it. Printed are the browser's own
long tasks (over 50 ms), the longest one, and how long the view took to be complete after each
step.

``python -m benchmarks.panning [--features 500000] [--data DIR] [--shot FILE]``
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.dataset import EAST, NORTH, SOUTH, WEST, write_dataset
from benchmarks.processes import free_port, serving

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
PANS = [(240, 0)] * 5 + [(0, 180)] * 5 + [(-240, 0)] * 5 + [(0, -180)] * 5
ZOOMS = [1] * 6 + [-1] * 6
START_ZOOM = 13
# Longer than the map takes to ask for tiles after a move.
QUIET_S = 0.5

WATCH = """
globalThis.longTasks = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration);
}).observe({ type: "longtask", buffered: true });
"""
# Whether every tile of the view has its picture.
COMPLETE = """() => {
  const tiles = [...document.querySelectorAll(".leaflet-overlay-pane .leaflet-tile")];
  return tiles.length > 0 && tiles.every((tile) => tile.classList.contains("leaflet-tile-loaded"));
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--features", type=int, default=500_000)
    parser.add_argument("--data", type=Path, help="keep the dataset and its store here")
    parser.add_argument("--shot", type=Path, help="write a picture of the last view here")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="zymap-bench-") as name:
        work = options.data or Path(name)
        geodata = work / "geodata"
        if not geodata.exists():
            write_dataset(geodata, options.features)
        zymap = Path(sys.executable).with_name("zymap")
        os.environ["ZYMAP_DATA_DIR"] = str(work / "data")
        subprocess.run([zymap, "load", geodata], check=True)
        port = free_port()
        command = [str(zymap), "serve", "--port", str(port), "--geodata", str(geodata)]
        with serving(command, port):
            walk(f"http://127.0.0.1:{port}/", options.shot)


def walk(address: str, shot: Path | None) -> None:
    """Open the page and go through all steps."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.on("console", lambda line: print(line.text) if line.type == "error" else None)
        page.add_init_script(WATCH)
        middle = f"{(SOUTH + NORTH) / 2},{(WEST + EAST) / 2},{START_ZOOM}"
        page.goto(f"{address}?at={middle}")
        page.wait_for_selector("body[data-ready]")
        waits = [complete(page)]
        print(f"{'step':10}{'long tasks':>12}{'longest ms':>12}{'complete ms':>13}")
        report("open", page, waits)
        report("pan", page, [step(page, "panBy", list(way), {"animate": True}) for way in PANS])
        report("zoom", page, [step(page, "setZoom", zoom) for zoom in zooms()])
        report("point", page, [point(page, number) for number in range(30)])
        if shot:
            page.screenshot(path=shot)
        browser.close()


def zooms() -> list[int]:
    """Return the zooms to go through, one level a step."""
    found = [START_ZOOM]
    for way in ZOOMS:
        found.append(found[-1] + way)
    return found[1:]


def step(page: Page, method: str, *arguments: object) -> float:
    """Move the map and wait until the view is complete; return how long that took in ms."""
    page.evaluate("([name, given]) => void zymap.map[name](...given)", [method, arguments])
    return complete(page)


def point(page: Page, number: int) -> float:
    """Move the mouse over the map; return how long the browser took in ms."""
    start = time.perf_counter()
    page.mouse.move(700 + 17 * (number % 20), 300 + 11 * number)
    page.evaluate("() => new Promise(requestAnimationFrame)")
    return (time.perf_counter() - start) * 1000


def complete(page: Page) -> float:
    """Wait until the view has all its tiles for a while; return when it was complete, in ms."""
    start = since = time.perf_counter()
    while time.perf_counter() - since < QUIET_S:
        if not page.evaluate(COMPLETE):
            since = time.perf_counter()
        page.wait_for_timeout(15)
    return (since - start) * 1000


def report(name: str, page: Page, waits: list[float]) -> None:
    """Print a line and forget the long tasks so far."""
    tasks = page.evaluate("() => globalThis.longTasks.splice(0)")
    wait = statistics.median(waits)
    print(f"{name:10}{len(tasks):12}{max(tasks, default=0):12.0f}{wait:13.0f}", flush=True)


if __name__ == "__main__":
    main()
