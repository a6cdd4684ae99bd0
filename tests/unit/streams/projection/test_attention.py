"""Causes: shipments that one fix releases are one group."""

from functools import reduce

from mappers.model.outcome import Outcome, Status
from mappers.model.problem import Code, Problem
from mappers.model.shipment_log import Affected, Cause, ShipmentLog
from streams.projection.causes.attention import causes_of
from streams.projection.fold import fold_outcome
from tests.outcome_builders import make_outcome, rejected, unknown_customer, waiting


def causes(*outcomes: Outcome) -> dict[Cause, Affected]:
    log = reduce(lambda log, each: fold_outcome(log, each[1], each[0]), enumerate(outcomes), ShipmentLog())
    return causes_of("A", log)


def problem(code: Code, field: str, value: str = "x") -> Problem:
    return Problem(code=code, field=field, value=value, message=f"{field} is wrong")


def test_a_processed_shipment_has_no_cause() -> None:
    assert causes(rejected(request="1"), make_outcome(request="2", after=1)) == {}
    assert causes() == {}


def test_a_shipment_with_two_problems_stands_under_both() -> None:
    found = causes(rejected(unknown_customer(), problem(Code.FIELD_MISSING, "incoterms")))
    assert [(cause.code, cause.value, cause.field) for cause in found] == [
        ("customer_not_found", "ALOK", ""),
        ("field_missing", "", "incoterms"),
    ]


def test_the_same_unknown_product_on_three_lines_is_one_cause() -> None:
    lines = [problem(Code.PRODUCT_NOT_FOUND, f"lines[{number}].product_code", "BEEF") for number in range(3)]
    assert list(causes(rejected(*lines))) == [Cause("REJECTED", "product_not_found", value="BEEF")]


def test_a_faulty_field_is_one_cause_on_whichever_line_it_stands() -> None:
    lines = [problem(Code.FIELD_INVALID, f"lines[{number}].quantity", str(number)) for number in range(3)]
    assert list(causes(rejected(*lines))) == [Cause("REJECTED", "field_invalid", field="lines[].quantity")]


def test_a_wait_is_a_cause_with_what_it_waits_for() -> None:
    ((cause, affected),) = causes(waiting("disconnected", for_=("organisation-1",))).items()
    assert cause == Cause("WAITING", "disconnected", value="organisation-1")
    assert affected.message == "Xero has to be connected again."


def test_a_wait_for_a_paused_company_is_in_the_words_of_whoever_paused_it() -> None:
    note = Problem(code=Code.COMPANY_PAUSED, message="anna paused it: month end.", hint="shipledger resume")
    ((cause, affected),) = causes(waiting("paused", for_=("southern-beef",), warnings=(note,))).items()
    assert (cause.code, cause.value) == ("paused", "southern-beef")
    assert (affected.message, affected.hint) == ("anna paused it: month end.", "shipledger resume")


def test_a_rejection_without_a_named_problem_has_no_group() -> None:
    assert causes(make_outcome(Status.REJECTED)) == {}
