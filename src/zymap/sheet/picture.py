"""A page of a PDF as a picture."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

# Twice the 96 px of a CSS inch: sharp on a screen, and enough for a printed note.
DOTS_PER_INCH = 192
# PDFium may be used by one thread at a time.
_LOCK = threading.Lock()


def rasterise(pdf: bytes, target: Path) -> None:
    """Write the first page of a PDF as PNG."""
    import pypdfium2

    with _LOCK:
        document = pypdfium2.PdfDocument(pdf)
        try:
            page: Any = document[0]
            image = page.render(scale=DOTS_PER_INCH / 72).to_pil()
            image.save(target, format="PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH))
        finally:
            document.close()
