"""A large shipment is planned in steps of a few lines, and comes to the same as at once."""

import time
from typing import Any

import pytest

from mappers.planning.needs import needs_in_steps
from mappers.planning.plan import plan_in_steps
from mappers.planning.shipment import MAX_LINES
from mappers.planning.steps import ITEMS_IN_A_STEP, Result, Steps, each_in_steps
from tests.at_once import at_once, needs, plan
from tests.builders import make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

REFERENCE = reference_data(contacts=[contact("ALOK", "Alok Industries")], items=[item("BEEF-01")])
LONGEST_TEXT = 950_000 // MAX_LINES // 3
FAULTY: dict[str, dict[str, Any]] = {
    "good": {},
    "a comma in each price": {"unit_price": "1,265"},
    "a wrong value in each": {"item_value": "1.23"},
    "everything wrong": dict.fromkeys(("quantity", "unit_price", "item_value", "discount_rate", "line_number"), "x"),
    "long texts": {"description": "é\u0301ऀ" * (LONGEST_TEXT // 3)},
    "hidden characters": {"description": "x" * 500 + "\u200b", "product_code": "a\u200bb"},
}


def thousand(fault: str) -> list[dict[str, Any]]:
    """Lines of one fault, each with a product of its own that Xero lacks but where all is good."""
    fields = FAULTY[fault]
    return [
        make_line(**({} if fault == "good" else {"product_code": f"NOPE-{index}"}) | fields)
        for index in range(MAX_LINES)
    ]


@pytest.mark.parametrize("fault", FAULTY)
def test_a_shipment_of_a_thousand_lines_comes_to_the_same_in_steps_of_which_none_is_long(fault: str) -> None:
    request, company = make_request(shipment=make_shipment(lines=thousand(fault))), make_company()
    least: dict[int, float] = {}
    found, answer = needs(request, company), plan(request, company, REFERENCE)
    for _ in range(3):
        found_so, of_needs = timed(needs_in_steps(request, company))
        answer_so, of_plan = timed(plan_in_steps(request, company, REFERENCE))
        assert (found_so, answer_so) == (found, answer)
        for index, seconds in enumerate((*of_needs, *of_plan)):
            least[index] = min(seconds, least.get(index, seconds))
    assert len(least) >= 2 * MAX_LINES // ITEMS_IN_A_STEP
    assert max(least.values()) < 0.02


def timed(steps: Steps[Result]) -> tuple[Result, list[float]]:
    """The result of the steps, and the seconds of the processor that each took."""
    took: list[float] = []
    while True:
        began = time.thread_time()
        try:
            next(steps)
        except StopIteration as done:
            return done.value, [*took, time.thread_time() - began]
        took.append(time.thread_time() - began)


@pytest.mark.parametrize("count", [0, 1, ITEMS_IN_A_STEP, ITEMS_IN_A_STEP + 1, 95])
def test_each_step_works_on_a_few_items_and_the_last_is_not_empty(count: int) -> None:
    worked_on: list[int] = []
    counts = [len(worked_on) for _ in each_in_steps(worked_on.append, range(count))]
    assert counts == list(range(ITEMS_IN_A_STEP, count, ITEMS_IN_A_STEP))
    assert worked_on == list(range(count))


def test_the_results_are_in_order() -> None:
    assert at_once(each_in_steps(str, range(25))) == tuple(map(str, range(25)))
