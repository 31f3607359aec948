"""What the server writes about itself: a line a record, as JSON or as text for a person.

Everything goes to stderr by Python's logging, but for the lines of requests, which are too many for
it (`zymap_api.accesslog`).
"""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

import orjson

from zymap.settings import Settings
from zymap_api.clock import second_text
from zymap_api.requestid import REQUEST_ID


def set_up_logs(settings: Settings) -> None:
    """Send all that is logged in this process to stderr, in the form that the settings ask for."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter() if writes_json(settings) else TextFormatter())
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    logging.captureWarnings(capture=True)
    # They tell each request that they make, and each layer that they write.
    for name in ("httpx2", "pyogrio"):
        logging.getLogger(name).setLevel(logging.WARNING)


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
        return json_text(fields)


class TextFormatter(logging.Formatter):
    """A record as a line for a person, with the trace of an error below it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the text, without its last line end."""
        about = f" [{request_id}]" if (request_id := REQUEST_ID.get()) else ""
        text = f"{clock(record.created)} {record.levelname} {record.getMessage()}{about}"
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def moment(when_s: float) -> str:
    """Return a time as RFC 3339 in UTC, to the millisecond."""
    return f"{second_text(int(when_s))}.{int(when_s % 1 * 1000):03d}Z"


def clock(when_s: float) -> str:
    """Return the time of day for a person."""
    return time.strftime("%H:%M:%S", time.localtime(when_s))


def json_text(value: Any) -> str:
    """Return a value as JSON on one line."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        # A lone surrogate (from %ED%A0%80 in a URL) cannot be written as UTF-8.
        return json.dumps(value)
