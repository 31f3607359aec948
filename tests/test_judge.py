"""The soak and the drill would notice an answer of two editions."""

from __future__ import annotations

import random

import orjson
import pytest
from benchmarks.editions import Editions
from benchmarks.judge import Judge
from starlette.testclient import TestClient

from zymap.load import load
from zymap.settings import Settings
from zymap.store.gpkg import GpkgStore
from zymap_api.app import create_app


@pytest.fixture(scope="module")
def editions(tmp_path_factory):
    return Editions(tmp_path_factory.mktemp("editions"), 400)


@pytest.fixture(scope="module")
def answers(editions, tmp_path_factory):
    """A function that answers a question from an edition: the tag and the body."""
    clients = {}

    def answer(edition, question):
        if edition not in clients:
            path = load(editions.write(edition), tmp_path_factory.mktemp("data")).path
            clients[edition] = TestClient(create_app(GpkgStore(path), Settings()))
        got = clients[edition].get(question.target.format(limit=30))
        assert got.status_code == 200
        return got.headers["etag"], got.content

    yield answer
    for client in clients.values():
        client.app.state.store.close()


def one_of_each(editions):
    kinds = {question.kind: question for question in editions.questions}
    chance = random.Random(3)
    return [*kinds.values(), *chance.sample(editions.questions, 30)]


def test_whole_answers_of_each_edition_are_in_order(editions, answers):
    judge = Judge(editions)
    for edition in (1, 2):
        for question in one_of_each(editions):
            assert judge.fault(question, *answers(edition, question)) is None, question
    assert sorted(judge.edition_of.values()) == [1, 2]


def test_a_mixture_of_tag_count_or_features_is_told(editions, answers):
    page = editions.questions[0]
    (tag, body), (other_tag, other_body) = answers(1, page), answers(2, page)
    judge = Judge(editions)
    assert judge.fault(page, tag, body) is None
    assert "tagged as edition 1" in judge.fault(page, tag, other_body)
    features = orjson.loads(body)
    features["features"] += orjson.loads(other_body)["features"]
    assert "features of the editions [1, 2]" in judge.fault(page, tag, orjson.dumps(features))
    count = orjson.loads(body) | {"numberMatched": editions.size(2)}
    assert "where edition 1 has" in judge.fault(page, tag, orjson.dumps(count))
    assert "no revision" in judge.fault(page, '"x"', body)
    assert judge.fault(page, other_tag, other_body) is None
