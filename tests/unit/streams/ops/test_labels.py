"""The closed sets hold every value that the parts use: nothing of ours is shown as `other`."""

from collections.abc import Iterator
from inspect import getmembers, isclass

import pytest

from mappers.inbound.dead_letter import PoisonReason
from mappers.model.company import DocumentType
from mappers.model.problem import Code
from streams.dispatch.ledger.intake import Taken
from streams.dispatch.ledger.records import State
from streams.ops import labels
from xero_client import errors
from xero_client.accounting.exchange import result_of
from xero_client.accounting.requests import READ_METHODS, note_call, write_call
from xero_client.port import Operation


def errors_of_xero() -> Iterator[str]:
    for _, kind in getmembers(errors, isclass):
        if issubclass(kind, errors.XeroError) and kind is not errors.XeroError:
            yield result_of(kind.__new__(kind))


@pytest.mark.parametrize("result", sorted(errors_of_xero()))
def test_every_error_of_xero_has_its_own_result(result: str) -> None:
    assert result in labels.CALL_RESULTS


def test_every_call_to_xero_has_its_own_operation() -> None:
    writes = {write_call(kind, operation, b"{}", "key").operation for kind in DocumentType for operation in Operation}
    assert writes | set(READ_METHODS.values()) <= labels.OPERATIONS
    assert {note_call(kind, "id", b"{}", "key").operation for kind in DocumentType} <= labels.OPERATIONS


def test_every_reason_of_a_dead_letter_and_every_code_is_known() -> None:
    assert {str(reason) for reason in PoisonReason} == labels.DEAD_LETTER_REASONS
    assert {str(code) for code in Code} <= labels.OUTCOME_REASONS


def test_every_way_a_request_is_taken_and_every_state_it_waits_in_is_known() -> None:
    assert {str(taken) for taken in Taken} <= labels.REQUEST_RESULTS
    assert {State.PENDING, State.SENDING, State.WAITING} <= labels.LANE_STATES
