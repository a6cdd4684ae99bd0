"""Whoever looks at a cause is told who removes it, where and how; also of one that this version does not know."""

import pytest

from mappers.model.lists import Place
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


@pytest.mark.parametrize(
    ("status", "code", "who", "where"),
    [
        ("WAITING", "out_of_quota", "nobody", [Place.NOTHING]),
        ("WAITING", "disconnected", "operations", [Place.CONNECTION]),
        ("WAITING", "of_another_version", "operations", [Place.SUPPORT]),
        ("REJECTED", "of_another_version", "support", [Place.SUPPORT]),
        ("REJECTED", "paused", "support", [Place.SUPPORT]),
        ("REJECTED", "field_missing", "shipping", [Place.SHIPPING]),
        ("REJECTED", "line_value_mismatch", "shipping or accounting", [Place.SHIPPING, Place.XERO]),
        ("WAITING", "customer_archived", "accounting", [Place.XERO]),
        ("PROCESSED", "attachment_unconfirmed", "nobody, after a day accounting", [Place.XERO, Place.NOTHING]),
    ],
)
def test_who_removes_a_cause_and_where(status: str, code: str, who: str, where: list[Place]) -> None:
    remedy = remedy_for(status, code)
    assert (remedy.who, list(remedy.where)) == (who, where)
