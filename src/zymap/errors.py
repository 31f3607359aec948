"""Every error that zymap raises on purpose, as one tree.

::

    ZymapError
    ├── InvalidRequest          the caller asked for something that cannot be asked
    │   ├── UnknownName         a collection, area, field, format or CRS that does not exist
    │   └── NotRepresentable    the format or encoding asked for cannot hold the data
    ├── NotFound                the thing is well named but not there
    ├── InvalidData             a layer or catalogue breaks the rules
    ├── BasemapUnreachable      a basemap's tile server does not answer as it should
    ├── ExportFailed            a finished file cannot be written or does not read back right
    │   └── NotWritable         the disk is full, or the folder is read-only
    ├── QuestionTooLong         the answer was not found in the time that a question has
    └── StoreUnavailable        the store cannot be opened or read

The domain names the error; the edges (API, CLI) turn it into a status or an exit code.
"""

from __future__ import annotations


class ZymapError(Exception):
    """Base of all errors that zymap raises on purpose.

    Parameters
    ----------
    message : str
        One sentence for the person who caused or meets the error.
    parameter : str, optional
        The request parameter, option or field at fault.

    Attributes
    ----------
    code : str
        Stable kebab-case name of the error, the same in every release.
    """

    code = "zymap-error"

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.parameter = parameter


class InvalidRequest(ZymapError):
    """The caller asked for something that cannot be asked."""

    code = "invalid-request"


class UnknownName(InvalidRequest):
    """A name (of a field, format, CRS, …) that does not exist."""

    code = "unknown-name"


class NotRepresentable(InvalidRequest):
    """The format or the encoding asked for cannot hold the data; nothing was written."""

    code = "not-representable"


class NotFound(ZymapError):
    """The resource is well named but not there."""

    code = "not-found"


class InvalidData(ZymapError):
    """A layer, a catalogue or a stored file breaks the rules."""

    code = "invalid-data"


class ExportFailed(ZymapError):
    """A file cannot be written or does not read back as it was meant; none was handed over."""

    code = "export-failed"


class NotWritable(ExportFailed):
    """A file cannot be written where it is made: the disk is full, or the folder read-only."""

    code = "not-writable"


class BasemapUnreachable(ZymapError):
    """The tile server of a basemap does not answer in time, or not with a picture."""

    code = "basemap-unreachable"


class StoreUnavailable(ZymapError):
    """The store cannot be opened or read."""

    code = "store-unavailable"


class QuestionTooLong(ZymapError):
    """The answer was not found in the time that a question has."""

    code = "question-too-long"
