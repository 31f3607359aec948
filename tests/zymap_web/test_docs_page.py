"""The page of the API's description works from this server alone."""

from __future__ import annotations

import re

from zymap_web import docs_page


def test_the_page_loads_locked_files_only():
    page = docs_page.render("api")
    html = page.html.decode()
    addresses = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert all(address.startswith(("static/", "api")) for address in addresses)
    assert html.count("integrity=") == 2
    assert "unsafe" not in page.csp


def test_the_address_cannot_leave_its_attribute():
    html = docs_page.render('api"><script>alert(1)</script>').html.decode()
    assert "<script>" not in html


def test_two_renders_are_the_same_page():
    assert docs_page.render("api") == docs_page.render("api")
