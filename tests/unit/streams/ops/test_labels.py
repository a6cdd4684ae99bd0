"""The vocabularies hold every value that is used and no other: nothing of ours is shown as `other`."""

import ast
from collections.abc import Iterator
from enum import StrEnum
from inspect import getmembers, isclass
from pathlib import Path

import pytest

import streams
from mappers.model.company import DocumentType
from mappers.model.problem import Code
from streams.dispatch.ledger.records import State
from streams.dispatch.ledger.transitions import IntakeResult
from streams.ops import labels
from streams.ops.labels import EventResult, Invariant, LaneState, LedgerFailure, RequestResult
from xero_client import errors
from xero_client.accounting.requests import note_call, write_call
from xero_client.collaborators import Resource
from xero_client.port import Operation

VOCABULARIES = [
    vocabulary
    for _, vocabulary in getmembers(labels, isclass)
    if vocabulary.__module__ == labels.__name__ and issubclass(vocabulary, StrEnum)
]


def errors_of_xero() -> Iterator[str]:
    for _, kind in getmembers(errors, isclass):
        if issubclass(kind, errors.XeroError) and kind is not errors.XeroError:
            yield kind.result


@pytest.mark.parametrize("result", sorted(errors_of_xero()))
def test_every_error_of_xero_has_its_own_result(result: str) -> None:
    assert result in labels.CALL_RESULTS


def test_every_call_to_xero_has_its_own_operation() -> None:
    writes = {write_call(kind, operation, b"{}", "key").operation for kind in DocumentType for operation in Operation}
    assert writes | {resource.operation for resource in Resource} <= labels.OPERATIONS
    assert {note_call(kind, "id", b"{}", "key").operation for kind in DocumentType} <= labels.OPERATIONS


def test_every_code_is_known_as_the_reason_of_an_outcome() -> None:
    assert {str(code) for code in Code} <= labels.OUTCOME_REASONS


def test_every_way_a_request_is_taken_and_every_state_it_waits_in_is_known() -> None:
    assert {str(each) for each in IntakeResult} <= {str(each) for each in RequestResult}
    assert {State.PENDING, State.SENDING, State.WAITING} <= {str(state) for state in LaneState}


@pytest.mark.parametrize("vocabulary", [EventResult, RequestResult, LedgerFailure, Invariant])
def test_a_value_that_is_not_declared_is_no_member(vocabulary: type[StrEnum]) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        vocabulary("x")


def test_the_vocabularies_are_found() -> None:
    assert {Invariant, EventResult, LaneState} <= set(VOCABULARIES)
    assert len(VOCABULARIES) == 16


def uses(source: str) -> set[tuple[str, str]]:
    """Every `Name.MEMBER` in the code."""
    return {
        (node.value.id, node.attr)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }


@pytest.fixture(scope="module")
def emitted() -> set[tuple[str, str]]:
    """What the code of `streams` uses, but for the declarations themselves."""
    files = [each for each in Path(streams.__path__[0]).rglob("*.py") if each != Path(labels.__file__)]
    return set().union(*(uses(file.read_text(encoding="utf-8")) for file in files))


# What was waited for is told by a reason: `test_metrics` has one for each member.
@pytest.mark.parametrize("vocabulary", [each for each in VOCABULARIES if each is not labels.WaitedFor])
def test_every_member_of_a_vocabulary_is_emitted(vocabulary: type[StrEnum], emitted: set[tuple[str, str]]) -> None:
    assert [member.name for member in vocabulary if (vocabulary.__name__, member.name) not in emitted] == []


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_members_are_named_as_their_values(vocabulary: type[StrEnum]) -> None:
    assert [member.name for member in vocabulary] == [member.value.upper() for member in vocabulary]


def test_the_search_tells_a_use_from_a_mention() -> None:
    assert uses("count(Invariant.ONE_DOCUMENT)\n'Invariant.TO_THE_CENT'  # Invariant.AGENT_BODY") == {
        ("Invariant", "ONE_DOCUMENT")
    }
