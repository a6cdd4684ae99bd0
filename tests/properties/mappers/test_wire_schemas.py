"""Whatever an outcome, a request or a dead letter can hold, its published schema takes."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.inbound import dead_letter_schema
from mappers.inbound.bare_letter import bare_letter
from mappers.inbound.dead_letter import Coordinates, Poison, PoisonReason, dead_letter_headers
from mappers.inbound.fields import MAX_REVISION
from mappers.model.company import DocumentType
from mappers.model.outcome import Action, DocumentRef, Outcome, Status, Waiting, WaitingReason
from mappers.model.problem import Code, Problem
from mappers.model.sync_request import SyncRequest, Trigger, encode_request
from mappers.outbound import outcome_headers_schema, outcome_schema, sync_request_schema
from mappers.outbound.outcome_json import decode_outcome, encode_outcome, outcome_headers
from tests.outcome_builders import make_outcome

WHEN = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.datetimes(timezones=st.timezones() | st.just(UTC))
# As mappers.outbound.links writes them.
AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False).map(lambda amount: f"{amount:f}")
REVISIONS = st.none() | st.integers(0, MAX_REVISION)
PROBLEMS = st.lists(st.builds(Problem, code=st.sampled_from(Code), field=st.none() | TEXTS), max_size=2).map(tuple)
DOCUMENTS = st.builds(
    DocumentRef,
    type=st.sampled_from([each.value for each in DocumentType]),
    total=AMOUNTS | st.just(""),
    sub_total=st.none() | AMOUNTS,
    total_tax=st.none() | AMOUNTS,
)
WAITING = st.builds(
    Waiting,
    reason=st.sampled_from(WaitingReason) | TEXTS,
    resume_at=st.none() | TIMES,
    for_=st.lists(TEXTS, max_size=2).map(tuple),
)
# `trigger` and `attempt` are as requests have them: the model reads any, for another version may have written it.
OUTCOMES = st.builds(
    Outcome,
    occurred_at=TIMES,
    revision=REVISIONS,
    trigger=st.sampled_from(Trigger),
    attempt=st.integers(1, 1000),
    status=st.sampled_from(Status),
    action=st.none() | st.sampled_from(Action),
    document=st.none() | DOCUMENTS,
    errors=PROBLEMS,
    warnings=PROBLEMS,
    waiting=st.none() | WAITING,
    requested_by=st.none() | TEXTS,
)
REQUESTS = st.builds(
    SyncRequest,
    occurred_at=TIMES,
    revision=REVISIONS,
    shipment=st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=2),
    faults=PROBLEMS,
    warnings=PROBLEMS,
    asked_at=st.none() | TIMES,
    requested_by=st.none() | TEXTS,
    traceparent=st.none() | TEXTS,
)
HEADERS = st.lists(st.tuples(TEXTS | st.just("dlq.reason"), st.none() | st.binary(max_size=90)), max_size=20)


def faults(schema: dict[str, Any], value: Any) -> list[str]:
    return [fault.message for fault in Draft202012Validator(schema).iter_errors(value)]


def texts(headers: list[tuple[str, bytes | None]] | list[tuple[str, bytes]]) -> dict[str, str]:
    return {name: (text or b"").decode() for name, text in headers}


@settings(max_examples=150, deadline=None)
@given(OUTCOMES)
def test_every_outcome_is_valid_and_has_no_field_that_the_schema_lacks(outcome: Outcome) -> None:
    wire = json.loads(encode_outcome(outcome))
    assert faults(outcome_schema(), wire) == []
    # The only field that is left out where nothing is known.
    assert wire.keys() | {"requested_by"} == outcome_schema()["properties"].keys()
    assert faults(outcome_headers_schema(), texts(outcome_headers(outcome))) == []
    written = texts(outcome_headers(outcome)).keys()
    assert written | {"traceparent"} == outcome_headers_schema()["properties"].keys()
    assert encode_outcome(decode_outcome(encode_outcome(outcome))) == encode_outcome(outcome)


@settings(max_examples=100, deadline=None)
@given(REQUESTS)
def test_every_request_is_valid_and_has_no_field_that_the_schema_lacks(request: SyncRequest) -> None:
    wire = json.loads(encode_request(request))
    assert faults(sync_request_schema(), wire) == []
    assert wire.keys() <= sync_request_schema()["properties"].keys()


@settings(max_examples=100, deadline=None)
@given(
    poison=st.builds(Poison, st.sampled_from(PoisonReason), TEXTS | st.just("é" * 2000)),
    at=st.builds(Coordinates, TEXTS, st.integers(0, 99), st.integers(0, 2**63 - 1)),
    original=HEADERS,
    key=st.none() | st.binary(max_size=300),
    is_bare=st.booleans(),
)
def test_the_headers_of_every_dead_letter_are_valid(
    *, poison: Poison, at: Coordinates, original: list[tuple[str, bytes | None]], key: bytes | None, is_bare: bool
) -> None:
    headers = dead_letter_headers(poison, at, original, failed_at=WHEN, worker_version="0.1.0")
    if is_bare:
        _, headers = bare_letter(key, b"value", headers)
    ours = texts([each for each in headers if each[0].startswith("dlq.")])
    assert faults(dead_letter_schema(), ours) == []
    assert ours.keys() <= dead_letter_schema()["properties"].keys()


def test_the_judge_sees_an_amount_that_is_none() -> None:
    """Proof of the oracle."""
    wire = json.loads(encode_outcome(make_outcome()))
    assert faults(outcome_schema(), wire) == []
    wire["document"]["total"] = str(Decimal("1E+2"))
    assert faults(outcome_schema(), wire)
