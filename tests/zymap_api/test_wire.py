"""What is written at sight is what uvicorn would have written, in the same order."""

from __future__ import annotations

import re
import socket
import threading
import time
import zlib
from contextlib import suppress
from itertools import cycle
from types import SimpleNamespace

import pytest
import uvicorn
from tests.lending import Unclosed
from tests.reloading import Reloading
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app, watched
from zymap_api.requestid import REQUEST_ID
from zymap_api.watch import Watch
from zymap_api.wire import QUESTIONS_A_TURN, Turn, Wire

ITEMS = "/collections/works/items"
ACCEPT = "Accept: application/geo+json\r\n"
# What two answers to one question may differ in.
OWN = re.compile(
    rb'(date: |x-request-id: |"timeStamp":"|"instance":"|etag: W/"[0-9a-f]+-)[^"\r]+', re.IGNORECASE
)


class Served:
    """The app in a thread, as `zymap serve` runs it, but for the protocol."""

    def __init__(self, store, protocol, **settings):
        chosen = Settings(access_log="off", **settings)
        self.watch = watched(create_app(Unclosed(store), chosen))
        # By the port that somebody asks from: how many bytes were read, or None after the end.
        self.read: dict[int, int | None] = {}
        heard = listening(protocol, self.read)
        config = uvicorn.Config(
            self.watch, http=heard, ws="none", port=0, log_config=None, server_header=False
        )
        config.timeout_keep_alive = 1
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.01)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]

    def open(self):
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def exchange(self, *requests):
        """Return what comes for some requests, the last of which ends it.

        Each is sent when those before were read and answered: what comes together is not answered
        at sight, and what is wrong is told before the answers that are still being made.
        """
        with self.open() as opened:
            sent = 0
            # What is wrong ends it before the last.
            with suppress(BrokenPipeError, ConnectionResetError):
                for request in requests:
                    opened.sendall(request)
                    sent += len(request)
                    self._wait_for(opened.getsockname()[1], sent)
            return until_closed(opened)

    def _wait_for(self, port, sent):
        deadline = time.monotonic() + 20
        while self.read.get(port, 0) not in (sent, None) or self.server.server_state.tasks:
            assert time.monotonic() < deadline, "what was sent was not read and answered"
            time.sleep(0.001)

    def exchange_at_once(self, *requests):
        """Return what comes for some requests that are sent in one piece."""
        return self.exchange(b"".join(requests))

    def stop(self):
        self.server.should_exit = True
        self.thread.join(20)
        assert not self.thread.is_alive()


def listening(protocol, read):
    """Return the same protocol, but for noting how much of each connection it has read."""

    class Listening(protocol):
        def data_received(self, data):
            super().data_received(data)
            self._note((read.get(self.client[1]) or 0) + len(data))

        def connection_lost(self, exc):
            self._note(None)
            super().connection_lost(exc)

        def _note(self, bytes_read):
            read[self.client[1]] = bytes_read

    return Listening


@pytest.fixture(scope="module")
def wire(gpkg_store):
    served = Served(gpkg_store, Wire)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def plain(gpkg_store):
    served = Served(gpkg_store, HttpToolsProtocol)
    yield served
    served.stop()


def until_closed(opened):
    parts = []
    with suppress(ConnectionResetError):
        while part := opened.recv(2**16):
            parts.append(part)
    return b"".join(parts)


def get(target, headers=ACCEPT, *, last=False):
    end = "Connection: close\r\n" if last else ""
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}{end}\r\n".encode("latin-1")


def told(answers):
    """Return status, headers and body of answers that came one behind the other."""
    found = []
    for answer in re.split(rb"(?=HTTP/1\.1 \d{3} )", answers)[1:]:
        head, _, body = answer.partition(b"\r\n\r\n")
        status, *headers = head.split(b"\r\n")
        found.append((status, sorted(headers), body))
    return found


def alike(answers):
    """Return the same without what each answer has of its own."""
    found = []
    for status, headers, body in told(answers):
        if body.startswith(b"\x1f\x8b"):
            # The time inside may pack better or worse.
            body = zlib.decompress(body, wbits=31)
            headers = [line for line in headers if not line.startswith(b"content-length")]
        own = [OWN.sub(rb"\1", line) for line in headers]
        found.append((status, own, OWN.sub(rb"\1", body)))
    return found


LAST = get("/nowhere", last=True)
TARGETS = [
    f"{ITEMS}?limit=2",
    f"{ITEMS}?limit=2&after=zy-bridge",
    f"{ITEMS}?limit=2&after=nobody",
    f"{ITEMS}?bbox=10,50,11,51",
    f"{ITEMS}?bbox=10,50,11,91",
    f"{ITEMS}?filter=S_INTERSECTS(geometry,BBOX(10,50,11,51))",
    f"{ITEMS}?filter=length_m%3E1%20AND",
    f"{ITEMS}?nothing=1",
    f"{ITEMS}/zy-bridge",
    f"{ITEMS}/nobody",
    f"{ITEMS}/zy%2Dbridge",
    "/areas/east/projects?limit=3",
    "/collections",
    "/nowhere",
    "//collections",
    f"http://localhost{ITEMS}?limit=2",
    f"{ITEMS}?limit=2#part",
    f"{ITEMS}?filter=S_INTERSECTS(geometry,BBOX(10,50,11,51))#part",
    "*",
]


@pytest.mark.parametrize("target", TARGETS)
def test_an_answer_is_the_same_with_frames_from_memory_and_without(wire, plain, target):
    asked = [get(target)] * 4
    assert alike(wire.exchange(*asked, LAST)) == alike(plain.exchange(*asked, LAST))


def test_what_is_escaped_twice_is_not_what_is_escaped_once(wire, plain):
    asked = [get(f"{ITEMS}/zy%2Dbridge")] * 3 + [get(f"{ITEMS}/zy%252Dbridge")] * 3
    assert alike(wire.exchange(*asked, LAST)) == alike(plain.exchange(*asked, LAST))


@pytest.mark.parametrize(
    "request_",
    [
        b"HEAD %b?limit=2 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        b"OPTIONS %b HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n"
        b"Access-Control-Request-Method: GET\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nRange: bytes=0-3\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nX-Request-Id: mine\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: keep-alive\r\n\r\n",
        b"GET %b?limit=2 HTTP/1.1\r\n\r\n",
    ],
)
def test_whatever_else_is_asked_is_answered_as_by_uvicorn(wire, plain, request_):
    asked = [get(f"{ITEMS}?limit=2"), request_ % ITEMS.encode(), get(f"{ITEMS}?limit=2")] * 3
    assert alike(wire.exchange(*asked, LAST)) == alike(plain.exchange(*asked, LAST))


@pytest.mark.parametrize(
    "last",
    [
        get(f"{ITEMS}?limit=2", last=True),
        f"GET {ITEMS}?limit=2 HTTP/1.0\r\n\r\n".encode(),
        f"GET {ITEMS}?limit=2 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".encode(),
        f"GET {ITEMS}?limit=2 HTTP/9.9\r\n\r\n".encode(),
        f"GET {ITEMS}?limit=2 HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n".encode()
        + LAST,
        b"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n",
        f"GET {ITEMS}?limit=2&\xff=\xff HTTP/1.1\r\nHost: a\r\n\r\n".encode("latin-1"),
        b"\r\n\r\nrubbish\r\n\r\n",
        f"GET {ITEMS} HTTP/1.1\r\nHost: a\r\nX\x01: b\r\n\r\n".encode(),
        f"GET {ITEMS}?limit=2 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
        "Content-Length: 1\r\nConnection: close\r\n\r\nx".encode(),
    ],
)
def test_a_connection_ends_as_with_uvicorn(wire, plain, last):
    # What is wrong makes uvicorn forget what it has not answered yet.
    ending = alike(plain.exchange(last))
    found = alike(wire.exchange(*[get(f"{ITEMS}?limit=2")] * 3, last))
    assert found[3:] == ending


@pytest.fixture
def tasks(monkeypatch):
    """Return a list of the paths that uvicorn started a task for."""
    started = []
    real = Watch.__call__

    async def counted(self, scope, receive, send):
        started.append(scope.get("path"))
        await real(self, scope, receive, send)

    monkeypatch.setattr(Watch, "__call__", counted)
    return started


def test_what_is_known_needs_no_task(wire, tasks):
    known = [
        get(f"{ITEMS}?limit=1"),
        get(f"{ITEMS}?limit=1&after=zy-hall"),
        get(f"{ITEMS}/zy-hall"),
    ]
    wire.exchange(*known * 2, LAST)
    tasks.clear()
    asked = [*known, get(f"{ITEMS}?limit=1&after=zy-bridge"), get(f"{ITEMS}/zy-bridge"), *known]
    found = told(wire.exchange(*asked, LAST))
    assert [status[9:12] for status, _, _ in found] == [b"200"] * 8 + [b"404"]
    assert tasks == ["/nowhere"]


FIRST = f"GET {ITEMS}?limit=1&after=zy-hall HTTP/1.1\r\n".encode()
REST = get("/", "Accept: application/geo+json\r\n").partition(b"\r\n")[2]


@pytest.mark.parametrize(
    "pieces",
    [
        # The same headers, but for one.
        [FIRST + REST.replace(b"localhost", b"localhosu")],
        [FIRST + REST[:-2] + b"X-Request-Id: mine\r\n\r\n", FIRST + REST],
        # The same bytes, but inside of something else.
        [FIRST[:-2] + b"\r\nX: ", FIRST + REST],
        [FIRST[:10], FIRST + REST],
        [b"POST /search HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n", FIRST + REST],
        [f"POST {ITEMS} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n".encode(), FIRST + REST],
        # Lines that are read otherwise, or not at all.
        [b"\r\n" + FIRST + REST, FIRST + REST],
        [FIRST.replace(b"GET ", b"HEAD ") + REST],
        [FIRST.replace(b"GET ", b"get ") + REST],
        [FIRST.replace(b"GET ", b"GET  ") + REST],
        [FIRST.replace(b"HTTP/1.1", b"HTTP/1.0") + REST],
        [FIRST.replace(b" HTTP/1.1", b"") + REST],
        [FIRST.replace(b"\r\n", b"\n") + REST],
        [FIRST.replace(b"zy-hall", b"zy%2Dhall") + REST],
        [FIRST.replace(b"zy-hall", b"zy-hall#x") + REST],
        [FIRST.replace(b"zy-hall", b"zy-h\xc3\xa4ll") + REST],
        [FIRST.replace(b"GET /", b"GET //") + REST],
        [FIRST.replace(b"GET /", b"GET http://elsewhere/") + REST],
        [FIRST.replace(b"GET /", b"GET ") + REST],
        # Two in one piece.
        [(FIRST + REST) * 2] * 2,
        [b"\r\n" + FIRST + REST, FIRST + FIRST + REST],
        [FIRST + REST + b"\r\n", FIRST + REST],
        [FIRST + REST[:-2] + b"\n" + FIRST + REST, FIRST + REST],
        # What is asked between has no answer at sight.
        [FIRST.replace(b"?limit=1", b"?limit=x") + REST, FIRST + REST],
        [get("/collections"), FIRST + REST],
        [FIRST + REST[:-2] + b"Upgrade: h2c\r\nConnection: Upgrade\r\n\r\n", FIRST + REST],
        [FIRST + REST[:-2] + b"Connection: close\r\n\r\n", FIRST + REST],
    ],
)
def test_headers_of_the_same_bytes_are_those_of_a_request_alone(wire, plain, pieces):
    known = [get(f"{ITEMS}?limit=1&after=zy-bridge")] * 3
    asked = [*known, *pieces, *known, LAST]
    assert alike(wire.exchange(*asked)) == alike(plain.exchange(*asked))


def test_headers_of_the_same_bytes_are_parsed_once(wire, monkeypatch):
    parsed = []
    real = Wire.on_url
    monkeypatch.setattr(Wire, "on_url", lambda self, url: parsed.append(url) or real(self, url))
    asked = [get(f"{ITEMS}?limit=1&after={name}") for name in ("zy-hall", "zy-bridge") * 3]
    other = get(f"{ITEMS}?limit=1", "Accept: */*\r\n")
    wire.exchange(asked[0], LAST)
    page = get("/", "Accept: */*\r\n")
    found = told(wire.exchange(*asked, other, page, page, *asked, LAST))
    assert [status[9:12] for status, _, _ in found] == [b"200"] * 15 + [b"404"]
    numbers = [headers[-1] for _, headers, _ in found]
    assert len(set(numbers)) == len(numbers)
    assert len(parsed) <= 8


def test_what_is_read_in_one_turn_of_the_loop_is_answered_by_one_look_for_changes(gpkg_store):
    looks, ends = [], []
    loop = SimpleNamespace(call_soon=ends.append)
    turn = Turn(gpkg_store)
    gpkg_store.revision()
    connection = gpkg_store._local.connection.db
    connection.set_trace_callback(looks.append)
    try:
        for _ in range(3):
            turn.take(loop)
            gpkg_store.revision()
        assert len(looks) == len(ends) == 1
        ends.pop()()
        gpkg_store.revision()
        assert len(looks) == 2
        for _ in range(QUESTIONS_A_TURN + 5):
            turn.take(loop)
            gpkg_store.revision()
        assert len(looks) == 2 + 1 + 6
        ends.pop()()
    finally:
        connection.set_trace_callback(None)


def test_readers_that_race_loads_never_see_what_is_older_than_their_question(tmp_path):
    reloading = Reloading(tmp_path)
    store = GpkgStore(reloading.path)
    served = Served(store, Wire)
    loaded, wrong, asked, stop = [0], [], [], threading.Event()

    def read(targets):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as opened:
            answers = opened.makefile("rb")
            while not stop.is_set():
                least = loaded[0]
                opened.sendall(get(next(targets)))
                head = b"".join(iter(answers.readline, b"\r\n"))
                size = int(re.search(rb"content-length: (\d+)", head)[1])
                seen = int(re.search(rb'"edition (\d+) ', answers.read(size))[1])
                asked.append(seen)
                if seen < least:
                    wrong.append((seen, least))

    # Kept answers, frames that are filled, and what is found in the file.
    first = re.search(r'"id":"([^"]+)"', reloading.text)[1]
    ways = [
        cycle([f"{ITEMS}/{first}"]),
        (f"{ITEMS}?bbox=-180,-90,{number / 1000},90" for number in range(180_000, 1, -1)),
        (f"{ITEMS}?limit={number}" for number in cycle(range(20, 1000))),
        cycle([f"{ITEMS}?limit=20", f"{ITEMS}?limit=21"]),
    ]
    readers = [threading.Thread(target=read, args=(way,)) for way in ways]
    for reader in readers:
        reader.start()
    for edition in range(1, 6):
        reloading.load(edition)
        loaded[0] = edition
    stop.set()
    for reader in readers:
        reader.join(20)
    served.stop()
    store.close()
    assert wrong == []
    assert len(set(asked)) > 2


def test_who_asks_much_at_once_is_answered_in_turn_with_others(wire, tasks):
    wire.exchange(*[get(f"{ITEMS}?limit=1")] * 3, LAST)
    tasks.clear()
    found = wire.exchange_at_once(*[get(f"{ITEMS}?limit=1")] * 5, LAST)
    assert len(told(found)) == 6
    assert tasks == [ITEMS] * 4 + ["/nowhere"]


def test_answers_come_in_the_order_of_the_questions(wire, plain):
    asked = []
    for number in range(1, 60):
        asked += [get(f"{ITEMS}?limit={number % 7 + 1}"), get(f"{ITEMS}/zy-bridge")]
        asked.append(get("/collections/works" if number % 3 else f"{ITEMS}?limit=x{number}"))
    found = alike(wire.exchange_at_once(*asked, LAST))
    assert len(found) == len(asked) + 1
    assert found == alike(plain.exchange_at_once(*asked, LAST))


def test_who_does_not_read_is_not_written_to_without_end(wire):
    page = wire.exchange(get(f"{ITEMS}?limit=1000"), LAST)
    number = 30 * 2**20 // len(page)
    with wire.open() as opened:
        asking = threading.Thread(
            target=opened.sendall, args=(get(f"{ITEMS}?limit=1000") * number + LAST,)
        )
        asking.start()
        waiting = 0
        for _ in range(40):
            time.sleep(0.05)
            held = [each.transport for each in list(wire.server.server_state.connections)]
            waiting = max(waiting, *(each.get_write_buffer_size() for each in held))
        found = told(until_closed(opened))
        asking.join()
    assert 0 < waiting < 2**20
    assert [status[9:12] for status, _, _ in found] == [b"200"] * number + [b"404"]


def test_a_connection_that_nobody_uses_is_closed(wire):
    with wire.open() as opened:
        opened.sendall(get(f"{ITEMS}?limit=1") * 3)
        began = time.monotonic()
        answers = until_closed(opened)
    assert len(told(answers)) == 3
    assert 0.5 < time.monotonic() - began < 10


def test_a_proxy_on_this_machine_says_who_asks_and_how(wire, plain):
    proxied = f"X-Forwarded-Proto: https\r\nX-Forwarded-For: 192.0.2.7\r\n{ACCEPT}"
    asked = [get(f"{ITEMS}?limit=1", proxied), get(f"{ITEMS}?limit=1")] * 3
    found = wire.exchange(*asked, LAST)
    assert alike(found) == alike(plain.exchange(*asked, LAST))
    links = [set(re.findall(rb'"(https?)://localhost', body)) for _, _, body in told(found)[:-1]]
    assert links == [{b"https"}, {b"http"}] * 3


def test_a_proxy_elsewhere_is_not_believed(gpkg_store):
    served = Served(gpkg_store, Wire)
    served.server.config.loaded_app.trusted_hosts = type(
        served.server.config.loaded_app.trusted_hosts
    )("192.0.2.1")
    try:
        asked = [get(f"{ITEMS}?limit=1", f"X-Forwarded-Proto: https\r\n{ACCEPT}")] * 4
        answers = served.exchange(*asked, LAST)
    finally:
        served.stop()
    assert b"http://localhost" in answers
    assert b"https://localhost" not in answers


def test_what_fails_at_sight_is_answered_and_logged_by_the_app(wire, monkeypatch, caplog):
    monkeypatch.setattr(wire.watch._front, "recall", lambda _: 1 / 0)
    ((status, _, _),) = told(wire.exchange(get(f"{ITEMS}?limit=1", last=True)))
    assert status == b"HTTP/1.1 500 Internal Server Error"
    assert "ZeroDivisionError" in caplog.text


def test_only_a_watch_is_served(gpkg_store):
    config = uvicorn.Config(create_app(Unclosed(gpkg_store), Settings()), http=Wire)
    config.load()
    with pytest.raises(TypeError, match="a Watch that is told of proxies"):
        Wire(config, uvicorn.server.ServerState(), {})


def test_what_uvicorn_logs_is_not_said_of_another_request(wire, caplog):
    wire.exchange(get(f"{ITEMS}?limit=1"), get(f"{ITEMS}?limit=1"), LAST)
    named = []
    caplog.handler.addFilter(lambda record: named.append((record.msg, REQUEST_ID.get())) or True)
    wire.exchange(get(f"{ITEMS}?limit=1"), b"rubbish\r\n\r\n")
    assert named == [("Invalid HTTP request received.", "")]
