"""Whoever looks at a cause is told who removes it, where and how; also of one that this version does not know."""

import pytest

from mappers.model.outcome import Status, WaitingReason
from mappers.model.problem import Code
from mappers.outbound.remedies import remedy_for

UNKNOWN = remedy_for(Status.WAITING, "of_another_version")


@pytest.mark.parametrize("reason", list(WaitingReason))
def test_every_reason_to_wait_has_a_remedy_of_its_own(reason: WaitingReason) -> None:
    remedy = remedy_for(Status.WAITING, reason.value)
    assert remedy != UNKNOWN
    assert remedy.where


@pytest.mark.parametrize("code", list(Code))
def test_every_code_has_a_remedy_and_a_place(code: Code) -> None:
    remedy = remedy_for(Status.REJECTED, code.value)
    assert remedy != remedy_for(Status.REJECTED, "of_another_version")
    assert remedy.where
    assert remedy.who
