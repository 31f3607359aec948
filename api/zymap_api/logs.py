"""What the server writes about itself: a line a record, as JSON or as text for a person.

Everything goes to stderr. Python's logging does it, but for the lines of the access log: a record
of its own for each request would cost a twentieth of what answering from memory does, so they are
written some at a time (`zymap_api.watch`).
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Mapping
from typing import Any

import orjson

from zymap.settings import Settings
from zymap_api.requestid import REQUEST_ID

_FLUSH_AFTER_S = 0.5
_FLUSH_LINES = 200


def set_up_logs(settings: Settings) -> None:
    """Send all that is logged in this process to stderr, in the form that the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if writes_json(settings) else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(capture=True)
    # It tells each request that it makes.
    logging.getLogger("httpx2").setLevel(logging.WARNING)


def writes_json(settings: Settings) -> bool:
    """Tell whether lines are JSON: what is not read from a terminal is read by a program."""
    if settings.log_format == "auto":
        return not sys.stderr.isatty()
    return settings.log_format == "json"


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        fields: dict[str, Any] = {
            "time": moment(record.created),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := REQUEST_ID.get():
            fields["request_id"] = request_id
        if record.exc_info:
            fields["exception"] = self.formatException(record.exc_info)
        return _json(fields).decode()


class TextFormatter(logging.Formatter):
    """A record as a line for a person, with the trace of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text, without its last line end."""
        about = f" [{request_id}]" if (request_id := REQUEST_ID.get()) else ""
        text = f"{clock(record.created)} {record.levelname} {record.getMessage()}{about}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


class AccessLog:
    """The lines of requests, written some at a time.

    A line is on stderr half a second after its request; of a process that is killed outright the
    last ones are lost.
    """

    def __init__(self, settings: Settings) -> None:
        self._line = _json if writes_json(settings) else _access_text
        self._lines: list[bytes] = []
        self._flushing: asyncio.TimerHandle | None = None

    def add(self, fields: Mapping[str, Any]) -> None:
        """Write a line soon; to be called in the event loop."""
        self._lines.append(self._line(fields))
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()
        elif self._flushing is None:
            loop = asyncio.get_running_loop()
            self._flushing = loop.call_later(_FLUSH_AFTER_S, self.flush)

    def flush(self) -> None:
        """Write all lines now."""
        if self._flushing is not None:
            self._flushing.cancel()
            self._flushing = None
        if self._lines:
            text = b"\n".join(self._lines).decode("utf-8", "replace")
            self._lines = []
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()


class _Second:
    """The text of a second, which many lines share."""

    number = -1
    text = ""


def moment(when_s: float) -> str:
    """Return a time as RFC 3339 in UTC, to the millisecond."""
    second = int(when_s)
    if second != _Second.number:
        _Second.text = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        _Second.number = second
    return f"{_Second.text}.{int(when_s % 1 * 1000):03d}Z"


def clock(when_s: float) -> str:
    """Return the time of day for a person."""
    return time.strftime("%H:%M:%S", time.localtime(when_s))


def _json(fields: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(fields)
    except TypeError:
        # A lone surrogate (from %ED%A0%80 in a URL) cannot be written as UTF-8.
        clean = {k: _clean(v) if isinstance(v, str) else v for k, v in fields.items()}
        return orjson.dumps(clean)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _access_text(fields: Mapping[str, Any]) -> bytes:
    query = f"?{fields['query']}" if fields["query"] else ""
    line = (
        f"{clock(time.time())} {fields['client']} {fields['method']} {fields['path']}{query} "
        f"{fields['status']} {fields['bytes']} B {fields['duration_ms']} ms "
        f"[{fields['request_id']}]"
    )
    # What a caller sent must not move the cursor of who reads it.
    return "".join(c if c.isprintable() else "�" for c in line).encode()
