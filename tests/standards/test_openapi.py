"""The API definition is true: requests made from it get the answers that it promises.

schemathesis draws the requests, in-process and always the same ones; OGC 17-069r4, clause 9.
"""

import hypothesis
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 12
# Each takes a second or more, whatever is asked.
SLOW = ("/sheet.pdf", "/sheet.png", "/areas/{areaId}/sheet.pdf")


@pytest.fixture(scope="module")
def schema(client):
    return schemathesis.openapi.from_asgi("/api", client.app)


def operations(schema):
    return [result.ok() for result in schema.get_all_operations()]


def settings(examples):
    return hypothesis.settings(
        max_examples=examples,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )


def ask(operation, mode, examples):
    """Draw requests, hold each answer to the definition, and return the statuses."""
    seen = []

    @settings(examples)
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def request(case):
        answer = case.call()
        seen.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    request()
    return seen


def ask_all(schema, mode):
    seen = []
    for operation in operations(schema):
        try:
            seen += ask(operation, mode, 2 if operation.path in SLOW else EXAMPLES)
        except hypothesis.errors.Unsatisfiable:
            # An operation without parameters has no wrong ones.
            assert not list(operation.iter_parameters())
    return seen


def test_what_the_definition_allows_is_answered_as_it_promises(schema):
    seen = ask_all(schema, schemathesis.GenerationMode.POSITIVE)
    assert len(seen) > 500
    assert seen.count(200) > len(seen) / 4
    assert 404 in seen


def test_what_the_definition_forbids_is_refused_as_it_promises(schema):
    seen = ask_all(schema, schemathesis.GenerationMode.NEGATIVE)
    assert len(seen) > 500
    # What is no refusal is a limit above the maximum, which is cut (/req/core/fc-limit-response-1).
    assert seen.count(400) + seen.count(404) > 0.8 * len(seen)
    assert 500 not in seen
