"""The states of the page that every look at it goes through: how each is reached."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.conftest import PHONE

AS_OF = "2021-07-02"
DETAIL = "zy-project-sanchang-first-zone"
AREA = "ersha"
BOARDS = ("targets", "compare")
ADDRESSES = {
    "first view": "",
    "area": f"area={AREA}",
    "detail": f"id={DETAIL}",
    "empty": "q=zzzz",
    "found": "q=停车场",
    "targets": "view=targets",
    "compare": "view=compare",
    "filters": "",
    "export": "",
    "layers": "",
    "measure": "",
    "error": "",
}
OPENED = {"filters": "#fold", "export": "#export-button", "layers": "#layers-toggle"}


def open_state(visit, root, state, *, size, language="zh", **options):
    """Open the page in one of ``ADDRESSES`` as a reader gets there."""
    address = f"{root}?as_of={AS_OF}&lang={language}&{ADDRESSES[state]}".rstrip("&")
    if state == "error":
        return _without_data(visit, address, size=size, **options)
    page = visit(address, size=size, **options)
    if state in OPENED:
        press(page.locator(OPENED[state]), size)
        expect(page.locator(OPENED[state])).to_have_attribute("aria-expanded", "true")
    if state == "measure":
        if size == PHONE:
            page.locator(".tools-open").tap()
        press(page.locator(".tools-menu button").first, size)
        expect(page.locator(".tool-card")).to_be_visible()
    if state in BOARDS:
        expect(page.locator(f"#board-{state} h2")).to_be_visible()
    return page


def press(control, size):
    """Press as the device does; what the sheet of a phone covers is brought up first."""
    if size != PHONE:
        control.click()
        return
    if control.evaluate("one => Boolean(one.closest('#panel'))"):
        control.page.evaluate("document.getElementById('panel').dataset.height = 'full'")
        control.scroll_into_view_if_needed()
    control.tap()


def _without_data(visit, address, **options):
    """Open the page where a gateway answers for the server: well-formed HTTP, but no JSON."""
    page = visit("about:blank", ready=False, **options)
    page.route("**/catalog*", lambda route: route.fulfill(body="<p>please sign in"))
    page.goto(address)
    expect(page.locator("#notice")).to_be_visible()
    return page
