"""A request that no gate can have made is told from those that one may have made, at each limit."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from mappers.inbound.triggers import why_not_ours
from tests.builders import make_request

EAST, WEST = timezone(timedelta(hours=1)), timezone(timedelta(hours=-1))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        *({name: "x" * 255} for name in ("event_id", "company_id", "shipment_id")),
        {"revision": None},
        {"revision": 0},
        {"revision": 2**63 - 1},
        {"attempt": 0},
        {"attempt": 2**63 - 1},
        {"asked_at": None},
        {"asked_at": datetime(2026, 11, 20, tzinfo=UTC)},
        {"occurred_at": datetime(1, 1, 1, 1, tzinfo=EAST)},
    ],
    ids=repr,
)
def test_a_gate_may_have_made_it(fields: dict[str, Any]) -> None:
    assert why_not_ours(make_request().model_copy(update=fields)) == ""


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        *(
            ({name: text}, f"{name} is no id")
            for name in ("event_id", "company_id", "shipment_id")
            for text in ("", " ", "x" * 256, "a\u202eb")
        ),
        *(
            ({name: number}, f"{name} is not a number from 0 to 9223372036854775807")
            for name in ("revision", "attempt")
            for number in (-1, 2**63)
        ),
        *(
            ({name: when}, f"{name} is a time that no calendar has in UTC")
            for name in ("occurred_at", "asked_at")
            for when in (datetime.min.replace(tzinfo=EAST), datetime.max.replace(tzinfo=WEST))
        ),
    ],
)
def test_no_gate_can_have_made_it(fields: dict[str, Any], why: str) -> None:
    assert why_not_ours(make_request().model_copy(update=fields)) == why
