"""Each request has an id, is counted, and has its line in the log."""

from __future__ import annotations

import json
import logging

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient
from tests.lending import Unclosed

from zymap.errors import StoreUnavailable
from zymap.settings import Settings
from zymap_api.app import create_app, watched
from zymap_api.logs import set_up_logs
from zymap_api.metrics import Times

PAGE = "/collections/works/items?limit=3&f=json"


@pytest.fixture
def opened(store, capsys):
    """Return a function that opens the app as the server runs it; logs go to stderr at its end."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    clients = []

    def open_(lent=None, client=("127.0.0.1", 5000), **settings):
        chosen = Settings(**{"log_format": "json", "access_log": "all", **settings})
        set_up_logs(chosen)
        app = watched(create_app(lent or Unclosed(store), chosen))
        made = TestClient(
            app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False, client=client
        )
        clients.append(made.__enter__())
        return made

    def close():
        while clients:
            clients.pop().__exit__(None, None, None)
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    open_.lines = close
    yield open_
    close()
    root.handlers, root.level = before
    logging.captureWarnings(capture=False)


def values(client):
    """Return the samples of /metrics by name and labels."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_request_is_one_line_of_json(opened):
    client = opened()
    answer = client.get(PAGE, headers={"x-request-id": "mine-1"})
    client.get("/areas/nowhere")
    found, missing = opened.lines()
    assert found.pop("time")[10] == "T"
    assert found.pop("duration_ms") > 0
    assert found == {
        "level": "info",
        "logger": "zymap.access",
        "request_id": "mine-1",
        "method": "GET",
        "path": "/collections/works/items",
        "query": "limit=3&f=json",
        "status": 200,
        "bytes": int(answer.headers["content-length"]),
        "client": "127.0.0.1",
    }
    assert (missing["path"], missing["status"]) == ("/areas/nowhere", 404)


def test_an_answer_from_memory_is_counted_named_and_written_like_another(opened):
    client = opened()
    answers = [client.get(PAGE, headers={"x-request-id": f"n{number}"}) for number in range(4)]
    assert [answer.headers["x-request-id"] for answer in answers] == ["n0", "n1", "n2", "n3"]
    assert len({answer.content for answer in answers[1:]}) == 1
    seen = values(client)
    assert seen["zymap_kept_answers_total",] == 2
    route = ("route", "/collections/{collection_id}/items")
    assert seen["zymap_requests_total", route, ("status", "2xx")] == 2
    lines = opened.lines()
    assert [line["request_id"] for line in lines[:4]] == ["n0", "n1", "n2", "n3"]
    assert len({line["bytes"] for line in lines[:4]}) == 1


def test_a_held_tag_is_written_as_304_without_a_body(opened):
    client = opened()
    tag = [client.get(PAGE) for _ in range(3)][-1].headers["etag"]
    assert client.get(PAGE, headers={"if-none-match": tag}).status_code == 304
    last = opened.lines()[-1]
    assert (last["status"], last["bytes"]) == (304, 0)


def test_the_log_can_leave_out_what_memory_answers_or_everything(opened):
    client = opened(access_log="made")
    for _ in range(5):
        client.get(PAGE)
    assert len(opened.lines()) == 2
    opened(access_log="off").get(PAGE)
    assert opened.lines() == []


@pytest.mark.parametrize("given", ["", "a b", 'a"b', "a" * 129, "é", "a\tb"])
def test_an_id_that_is_not_sane_is_replaced(opened, given):
    client = opened()
    answers = [
        client.get("/healthz", headers={"x-request-id": given.encode("latin-1")}) for _ in range(2)
    ]
    first, second = (answer.headers["x-request-id"] for answer in answers)
    assert first != second
    assert given.encode() not in (first.encode(), second.encode())


class Broken(Unclosed):
    """A store whose features cannot be read."""

    def page(self, *_):
        raise StoreUnavailable("the disk is gone")

    def feature(self, *_):
        raise ZeroDivisionError


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        (PAGE, 503, "the disk is gone"),
        ("/collections/works/items/zy-bridge", 500, "/collections/works/items/zy-bridge"),
    ],
)
def test_what_fails_is_logged_by_the_id_that_the_answer_names(opened, store, path, status, message):
    client = opened(Broken(store))
    answer = client.get(path)
    assert answer.status_code == status
    request_id = answer.headers["x-request-id"]
    assert answer.json()["instance"] == f"urn:zymap:request:{request_id}"
    errors = [line for line in opened.lines() if line["level"] == "error"]
    assert errors
    assert {line["request_id"] for line in errors} == {request_id}
    assert message in errors[0]["message"]
    if status == 500:
        assert "ZeroDivisionError" in errors[0]["exception"]


def test_a_mistake_of_the_caller_is_no_error_in_the_log(opened):
    answer = opened().get("/collections/works/items?limit=x")
    assert "instance" not in answer.json()
    assert [line["level"] for line in opened.lines()] == ["info"]


def test_a_person_reads_text_and_nothing_that_a_caller_sent_moves_the_cursor(opened, capsys):
    client = opened(log_format="text")
    client.get("/areas/%1b%5b2J%ED%A0%80?q=a%0ab")
    with pytest.raises(json.JSONDecodeError):
        opened.lines()
    client = opened(log_format="text")
    client.get("/areas/%1b%5b2J%ED%A0%80?f=a%0ab", headers={"x-request-id": "mine"})
    client.__exit__(None, None, None)
    text = capsys.readouterr().err
    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert " 400 " in text
    assert "[mine]" in text


def test_a_lone_surrogate_in_a_path_is_a_line_of_json(opened):
    opened().get("/areas/%ED%A0%80")
    (line,) = opened.lines()
    assert line["status"] == 404


def test_metrics_tell_the_store_the_features_the_memory_and_the_times(opened, store):
    client = opened()
    client.get("/areas")
    client.get("/nothing/of/this")
    seen = values(client)
    assert seen["zymap_store_up",] == 1
    dataset, revision = ("dataset", "testland"), ("revision", store.revision())
    assert seen["zymap_store_info", dataset, revision] == 1
    assert seen["zymap_features", ("layer", "works")] > 1
    assert seen["zymap_exports_running",] == 0
    assert seen["process_resident_memory_bytes",] > 1e6
    assert seen["zymap_requests_total", ("route", "other"), ("status", "4xx")] == 1
    assert seen["zymap_request_seconds_count", ("route", "/areas")] == 1
    memory = [
        value for (name, *_), value in seen.items() if name == "zymap_worker_resident_memory_bytes"
    ]
    assert memory[0] > 1e6


def test_metrics_tell_that_the_store_cannot_be_read(opened, store):
    class Gone(Unclosed):
        def catalog(self):
            raise StoreUnavailable("the disk is gone")

    assert values(opened(Gone(store)))["zymap_store_up",] == 0


@pytest.mark.parametrize(
    ("setting", "client", "headers", "status"),
    [
        ("local", "127.0.0.1", {}, 200),
        ("local", "::1", {}, 200),
        ("local", "192.0.2.7", {}, 404),
        ("local", "testclient", {}, 404),
        ("local", "127.0.0.1", {"x-forwarded-for": "192.0.2.7"}, 404),
        ("local", "127.0.0.1", {"forwarded": "for=192.0.2.7"}, 404),
        ("all", "192.0.2.7", {}, 200),
        ("off", "127.0.0.1", {}, 404),
    ],
)
def test_who_may_read_the_metrics_is_a_setting(opened, setting, client, headers, status):
    answer = opened(client=(client, 5000), metrics=setting).get("/metrics", headers=headers)
    assert answer.status_code == status


def test_times_told_at_once_are_those_told_one_by_one():
    seconds = [0, 0.001, 0.0011, 0.5, 1, 1.5, 2, 2.5, 2.5000001, 10, 31, 4000]
    one_by_one, at_once = CollectorRegistry(), CollectorRegistry()
    told = Histogram("t", "t", ("route",), buckets=(0.001, 1, 2.5, 30), registry=one_by_one)
    for second in seconds:
        told.labels("a").observe(second)
    times = Times("t", "t", ("route",), buckets=(0.001, 1, 2.5, 30), registry=at_once)
    times.labels("a").observe_all(seconds[:5])
    times.labels("a").observe_all(seconds[5:])
    assert counted(at_once) == counted(one_by_one)


def counted(registry):
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if "_created" not in line]
