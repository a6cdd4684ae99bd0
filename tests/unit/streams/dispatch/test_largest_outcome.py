"""The outcome of the worst request that is let in fits into its topic, whose limit is a broker's default."""

from typing import Any

import pytest

from mappers.model.outcome import Status
from mappers.model.sync_request import encode_request
from mappers.outbound.outcome_json import encode_outcome
from mappers.planning.plan import Rejected
from mappers.planning.shipment import MAX_LINES
from streams.dispatch.ledger.answers import rejected
from streams.gate.settings import Limits
from tests.at_once import plan
from tests.builders import OCCURRED_AT, make_company, make_line, make_request, make_shipment
from tests.fakes.references import reference_data

ROOM = 1024 * 1024
EVIL = "\N{GRINNING FACE}"


@pytest.mark.parametrize(
    "line",
    [
        {"quantity": "", "unit_price": "", "item_value": "", "product_code": "", "description": ""},
        {"quantity": EVIL * 40, "unit_price": EVIL * 40, "item_value": EVIL * 40, "product_code": EVIL * 40},
        {"product_code": "nobody's", "description": "x" * 500},
    ],
)
def test_a_thousand_lines_that_are_wrong_in_everything(line: dict[str, Any]) -> None:
    lines = [make_line(line_number=number, **line) for number in range(1, MAX_LINES + 1)]
    request = make_request(shipment=make_shipment(lines=lines, buyer_code="nobody", currency="nothing"))
    assert 100_000 < len(encode_request(request)) <= Limits().request
    answer = plan(request, make_company(), reference_data())
    assert isinstance(answer, Rejected)
    outcome = rejected(request, answer.problems, OCCURRED_AT)
    assert outcome.status is Status.REJECTED
    assert len(encode_outcome(outcome)) < ROOM // 4
