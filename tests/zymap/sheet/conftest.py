"""The bundled layers as a store, and readers of finished sheets that are not their writer."""

from __future__ import annotations

from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from pypdf import PdfReader

from zymap.bundled import geodata_dir
from zymap.load import load
from zymap.query import Query
from zymap.sheet import SheetOptions, make
from zymap.store.gpkg import GpkgStore

DAY = "2021-07-02"
POINTS_PER_MM = 72 / 25.4


@dataclass(frozen=True)
class Made:
    """A sheet on disk, and what was told of it."""

    path: object
    summary: object

    def texts(self):
        """Return the text of each page, as pypdf reads it."""
        return [page.extract_text() for page in PdfReader(self.path).pages]

    def cells(self):
        """Return (text, x, y) of each piece of text of each page, in points."""
        pages = []
        for page in PdfReader(self.path).pages:
            found = []

            def note(text, matrix, text_matrix, font, size, found=found):
                if text.strip():
                    x, y = text_matrix[4], text_matrix[5]
                    a, b, c, d, e, f = matrix
                    found.append((text.strip(), a * x + c * y + e, b * x + d * y + f))

            page.extract_text(visitor_text=note)
            pages.append(found)
        return pages

    def paths(self):
        """Return left, bottom, right, top of each drawn path of the first page, in points."""
        document = pypdfium2.PdfDocument(self.path)
        objects = document[0].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH])
        bounds = [item.get_bounds() for item in objects]
        document.close()
        return bounds

    def text_inside(self, left, bottom, right, top):
        """Return what stands in a rectangle of the first page, as PDFium reads it."""
        document = pypdfium2.PdfDocument(self.path)
        text = document[0].get_textpage().get_text_bounded(left, bottom, right, top)
        document.close()
        return text


@pytest.fixture(scope="session")
def bundled(tmp_path_factory):
    opened = GpkgStore(load(geodata_dir(), tmp_path_factory.mktemp("bundled")).path)
    yield opened
    opened.close()


@pytest.fixture
def press(tmp_path):
    """Return the function that makes a sheet of a store's works."""

    def run(store, name="out.pdf", *, query=None, as_of=DAY, **options):
        target = tmp_path / name
        asked = query or Query(store.catalog().works())
        return Made(target, make(store, asked, SheetOptions(as_of, **options), target))

    return run
