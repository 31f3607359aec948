"""A tile server on the loopback that remembers what it was asked."""

from __future__ import annotations

import struct
import threading
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

Answer = tuple[int, dict[str, str], bytes]


def png(pixels):
    """Return rows of RGBA bytes, shape (height, width, 4), as a PNG."""
    height, width = pixels.shape[:2]
    rows = np.insert(pixels.reshape(height, -1).astype(np.uint8), 0, 0, axis=1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


PICTURE = png(np.full((256, 256, 4), 200))


def picture(_path: str) -> Answer:
    return 200, {"Content-Type": "image/png"}, PICTURE


class _Server(ThreadingHTTPServer):
    # A connection that finds the queue full (of 5, by default) is begun again a second later.
    request_queue_size = 128
    daemon_threads = True


@dataclass
class TileServer:
    """Answers what `answer` says; `asked` lists the requests' paths and headers."""

    answer: Callable[[str], Answer] = picture
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __enter__(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                outer.asked.append((self.path, dict(self.headers)))
                status, headers, body = outer.answer(self.path)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                # The reader may have gone: that is what some tests are about.
                try:
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def log_message(self, *_):
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    @property
    def root(self):
        return f"http://127.0.0.1:{self._server.server_port}"
