"""Exports: what a question matches as a file that opens right elsewhere.

One way in (`run`) for the command line and the API, so that the two cannot differ. A format is
one module and one row of `FORMATS`.
"""

from zymap.export.formats import FORMATS, Format
from zymap.export.job import Columns, Progress, Step
from zymap.export.manifest import FileEntry, Manifest
from zymap.export.names import DownloadName, content_disposition, download_name, file_name
from zymap.export.runner import run
from zymap.export.scope import leave_out_empty

__all__ = [
    "FORMATS",
    "Columns",
    "DownloadName",
    "FileEntry",
    "Format",
    "Manifest",
    "Progress",
    "Step",
    "content_disposition",
    "download_name",
    "file_name",
    "leave_out_empty",
    "run",
]
