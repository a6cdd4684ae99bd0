"""Reading a shipment: what the profile chooses, and every fault at once, each with its code, field and hint."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from mappers.model.company import DocumentType
from mappers.model.problem import Code, Problem
from mappers.planning.shipment import MAX_LINES, MAX_PROBLEMS, PartialLine, PartialShipment, Shipment, ShipmentLine
from tests.at_once import read_shipment
from tests.builders import OMIT, make_company, make_line, make_shipment


def read(raw: dict[str, Any], **company: Any) -> Shipment:
    shipment = read_shipment(raw, make_company(**company))
    assert isinstance(shipment, Shipment), shipment
    return shipment


def partial(raw: dict[str, Any], **company: Any) -> PartialShipment:
    shipment = read_shipment(raw, make_company(**company))
    assert isinstance(shipment, PartialShipment), shipment
    return shipment


def faults(raw: dict[str, Any], **company: Any) -> tuple[Problem, ...]:
    return partial(raw, **company).problems


def one_fault(raw: dict[str, Any], **company: Any) -> tuple[Code, str | None]:
    (problem,) = faults(raw, **company)
    assert problem.message
    assert problem.hint
    return problem.code, problem.field


def test_a_complete_shipment_is_read_with_exact_values() -> None:
    assert read(make_shipment()) == Shipment(
        number="INV-2026-0042",
        reference="EXP-77",
        date=dt.date(2026, 11, 19),
        due_date=dt.date(2026, 12, 19),
        customer_field="buyer_code",
        customer_code="ALOK",
        currency="USD",
        exchange_rate=Decimal("0.6543"),
        incoterms="FOB",
        incoterms_place="Port Botany",
        shipment_number="SHP-000123",
        exporter_reference="EXP-77",
        invoice_number="INV-2026-0042",
        lines=(
            ShipmentLine(
                index=0,
                line_number=Decimal(1),
                product_code="BEEF-01",
                description="Chilled beef",
                quantity=Decimal("12.5"),
                unit_of_measure="KG",
                unit_price=Decimal("101.25"),
                item_value=Decimal("1265.63"),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("overrides", "number"),
    [
        ({}, "INV-2026-0042"),
        ({"invoice_number": OMIT}, "SHP-000123"),
        ({"invoice_number": "  ", "shipment_number": None}, "EXP-77"),
    ],
)
def test_the_number_is_the_first_that_the_shipment_has(overrides: dict[str, Any], number: str) -> None:
    assert read(make_shipment(**overrides)).number == number


def test_the_profile_chooses_number_reference_date_and_customer() -> None:
    shipment = read(
        make_shipment(),
        number_from=("shipment_number",),
        reference_from=("invoice_number",),
        date_from=("created_date",),
        customer_code="consignee",
    )
    assert (shipment.number, shipment.reference) == ("SHP-000123", "INV-2026-0042")
    assert shipment.date == dt.date(2026, 11, 1)
    assert (shipment.customer_field, shipment.customer_code) == ("consignee_code", "ALOK-MUM")


def test_dates_fall_back_in_the_profiles_order() -> None:
    assert read(make_shipment(invoice_date="")).date == dt.date(2026, 11, 18)
    assert read(make_shipment(invoice_date=None, date_of_issue=OMIT)).date == dt.date(2026, 11, 1)


@pytest.mark.parametrize("rate", [OMIT, None, " "])
def test_an_absent_exchange_rate_is_the_planners_business(rate: object) -> None:
    assert read(make_shipment(exchange_rate=rate)).exchange_rate is None


def test_an_ignored_exchange_rate_is_not_even_read() -> None:
    assert read(make_shipment(exchange_rate="garbage"), exchange_rate="ignore").exchange_rate is None


def test_numbers_may_be_json_numbers() -> None:
    line = make_line(quantity=3, unit_price=Decimal("0.1"), item_value=Decimal("0.30"))
    (read_line,) = read(make_shipment(lines=[line])).lines
    assert read_line.quantity == Decimal(3)
    assert (read_line.unit_price, read_line.item_value) == (Decimal("0.1"), Decimal("0.3"))


def test_texts_are_trimmed_and_composed() -> None:
    raw = make_shipment(buyer_code=" ALOK\t", incoterms_place="Ko\u0308ln", lines=[make_line(product_code=" B-1 ")])
    shipment = read(raw)
    assert (shipment.customer_code, shipment.incoterms_place) == ("ALOK", "Köln")
    assert shipment.lines[0].product_code == "B-1"


def test_optional_fields_may_be_absent() -> None:
    line = make_line(line_number=OMIT, description=OMIT, unit_of_measure=OMIT)
    shipment = read(make_shipment(exporter_reference=OMIT, incoterms_place=OMIT, lines=[line]))
    assert (shipment.reference, shipment.incoterms_place) == ("SHP-000123", "")
    assert (shipment.lines[0].line_number, shipment.lines[0].description) == (Decimal(1), "")


def test_unknown_fields_are_no_fault() -> None:
    assert read(make_shipment(vessel="MV Ever", lines=[make_line(batch=1)])) == read(make_shipment())


@pytest.mark.parametrize("name", ["buyer_code", "currency", "invoice_due_date", "incoterms"])
@pytest.mark.parametrize("blank", [OMIT, None, "", "  "])
def test_a_blank_required_field_is_missing(name: str, blank: object) -> None:
    assert one_fault(make_shipment(**{name: blank})) == (Code.FIELD_MISSING, name)


@pytest.mark.parametrize("name", ["product_code", "quantity", "unit_price", "item_value"])
@pytest.mark.parametrize("blank", [OMIT, None, ""])
def test_a_blank_required_field_of_a_line_is_missing(name: str, blank: object) -> None:
    lines = [make_line(), make_line(**{name: blank})]
    assert one_fault(make_shipment(lines=lines)) == (Code.FIELD_MISSING, f"lines[1].{name}")


def test_without_any_number_or_date_one_problem_names_all_that_would_do() -> None:
    raw = make_shipment(invoice_number=OMIT, shipment_number=OMIT, exporter_reference=OMIT)
    (problem,) = faults(raw)
    assert (problem.code, problem.field) == (Code.FIELD_MISSING, "invoice_number")
    assert "shipment number or the exporter reference" in problem.message
    assert one_fault(make_shipment(invoice_date=OMIT, date_of_issue=OMIT, created_date=OMIT)) == (
        Code.FIELD_MISSING,
        "invoice_date",
    )


@pytest.mark.parametrize("lines", [OMIT, None, []])
def test_a_shipment_without_lines_says_so(lines: object) -> None:
    assert one_fault(make_shipment(lines=lines)) == (Code.LINES_MISSING, "lines")


@pytest.mark.parametrize(
    ("overrides", "code", "field"),
    [
        ({"lines": "BEEF"}, Code.FIELD_INVALID, "lines"),
        ({"lines": {"1": {}}}, Code.FIELD_INVALID, "lines"),
        ({"lines": ["BEEF"]}, Code.FIELD_INVALID, "lines[0]"),
        ({"lines": [None]}, Code.FIELD_INVALID, "lines[0]"),
        ({"lines": [make_line()] * (MAX_LINES + 1)}, Code.FIELD_TOO_LONG, "lines"),
        ({"buyer_code": 17}, Code.FIELD_INVALID, "buyer_code"),
        ({"buyer_code": ["ALOK"]}, Code.FIELD_INVALID, "buyer_code"),
        ({"buyer_code": "A" * 51}, Code.FIELD_TOO_LONG, "buyer_code"),
        ({"buyer_code": "AL\u200bOK"}, Code.CONTROL_CHARACTERS, "buyer_code"),
        ({"buyer_code": "\ufeffALOK"}, Code.CONTROL_CHARACTERS, "buyer_code"),
        ({"buyer_code": "AL\u202eOK"}, Code.CONTROL_CHARACTERS, "buyer_code"),
        ({"buyer_code": "AL\x00OK"}, Code.CONTROL_CHARACTERS, "buyer_code"),
        ({"buyer_code": "AL\nOK"}, Code.CONTROL_CHARACTERS, "buyer_code"),
        ({"invoice_number": "INV\u00ad1"}, Code.CONTROL_CHARACTERS, "invoice_number"),
        ({"invoice_number": "Ä-1"}, Code.FIELD_INVALID, "invoice_number"),
        ({"invoice_number": "INV\u00a01"}, Code.FIELD_INVALID, "invoice_number"),
        ({"invoice_number": "1" * 256}, Code.FIELD_TOO_LONG, "invoice_number"),
        ({"invoice_number": 42}, Code.FIELD_INVALID, "invoice_number"),
        ({"exporter_reference": "R" * 256}, Code.FIELD_TOO_LONG, "exporter_reference"),
        ({"currency": "usd"}, Code.FIELD_INVALID, "currency"),
        ({"currency": "US Dollar"}, Code.FIELD_INVALID, "currency"),
        ({"exchange_rate": "0,65"}, Code.FIELD_INVALID, "exchange_rate"),
        ({"exchange_rate": True}, Code.FIELD_INVALID, "exchange_rate"),
        ({"invoice_date": "19/11/2026"}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_date": "2026-02-30"}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_date": "2026-11-19T00:00:00Z"}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_date": "20261119"}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_date": "2026-W47-4"}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_date": 20261119}, Code.FIELD_INVALID, "invoice_date"),
        ({"invoice_due_date": "soon"}, Code.FIELD_INVALID, "invoice_due_date"),
        ({"lines": [make_line(quantity="a dozen")]}, Code.FIELD_INVALID, "lines[0].quantity"),
        ({"lines": [make_line(quantity="0")]}, Code.FIELD_INVALID, "lines[0].quantity"),
        ({"lines": [make_line(quantity=-1)]}, Code.FIELD_INVALID, "lines[0].quantity"),
        ({"lines": [make_line(quantity=Decimal("1e400"))]}, Code.FIELD_INVALID, "lines[0].quantity"),
        ({"lines": [make_line(unit_price="1,265.63")]}, Code.FIELD_INVALID, "lines[0].unit_price"),
        ({"lines": [make_line(item_value={})]}, Code.FIELD_INVALID, "lines[0].item_value"),
        ({"lines": [make_line(product_code="P" * 31)]}, Code.FIELD_TOO_LONG, "lines[0].product_code"),
        ({"lines": [make_line(description="D" * 4001)]}, Code.FIELD_TOO_LONG, "lines[0].description"),
        ({"lines": [make_line(description="be\x07ef")]}, Code.CONTROL_CHARACTERS, "lines[0].description"),
        ({"lines": [make_line(description="\u202efeeb")]}, Code.CONTROL_CHARACTERS, "lines[0].description"),
        ({"lines": [make_line(line_number="1a")]}, Code.FIELD_INVALID, "lines[0].line_number"),
    ],
)
def test_a_fault_is_one_problem_with_its_code_and_field(overrides: dict[str, Any], code: Code, field: str) -> None:
    assert one_fault(make_shipment(**overrides)) == (code, field)


def test_descriptions_may_run_over_lines_and_hold_joiners() -> None:
    text = "Chilled beef\n\tgrade A, \u0646\u200c\u0645"
    assert read(make_shipment(lines=[make_line(description=text)])).lines[0].description == text


def test_a_reference_of_a_quote_may_be_longer() -> None:
    raw = make_shipment(exporter_reference="R" * 4000)
    assert read(raw, document=DocumentType.QUOTE).reference == "R" * 4000


def test_a_zero_or_negative_price_is_the_shippers_choice() -> None:
    lines = [make_line(unit_price="0", item_value="0"), make_line(unit_price="-5", item_value="-62.5")]
    assert [each.unit_price for each in read(make_shipment(lines=lines)).lines] == [0, -5]


def test_every_fault_is_named_at_once() -> None:
    raw = make_shipment(
        buyer_code=OMIT,
        currency="dollars",
        invoice_due_date="tomorrow",
        lines=[make_line(quantity=OMIT), make_line(product_code="", unit_price="x")],
    )
    assert {(problem.code, problem.field) for problem in faults(raw)} == {
        (Code.FIELD_MISSING, "buyer_code"),
        (Code.FIELD_INVALID, "currency"),
        (Code.FIELD_INVALID, "invoice_due_date"),
        (Code.FIELD_MISSING, "lines[0].quantity"),
        (Code.FIELD_MISSING, "lines[1].product_code"),
        (Code.FIELD_INVALID, "lines[1].unit_price"),
    }


def test_messages_of_lines_name_the_line_and_show_the_value() -> None:
    (problem,) = faults(make_shipment(lines=[make_line(), make_line(quantity="12,5")]))
    assert problem.message == "Line 2: the quantity (12,5) holds a comma."
    assert (problem.value, problem.hint) == ("12,5", "Shipping: enter 12.5.")


def test_hidden_characters_are_shown_as_escapes() -> None:
    (problem,) = faults(make_shipment(buyer_code="AL\u200bOK"))
    assert problem.value == "AL\\u200bOK"
    assert "U+200B ZERO WIDTH SPACE" in problem.message


def test_a_long_value_is_cut_in_the_problem() -> None:
    (problem,) = faults(make_shipment(buyer_code="A" * 1000))
    assert len(problem.value or "") == 100


def test_thousands_of_faults_are_counted_and_not_listed() -> None:
    """An outcome must fit in a Kafka record, whatever the shipment holds."""
    problems = faults(make_shipment(lines=[{}] * MAX_LINES))
    assert len(problems) == MAX_PROBLEMS
    assert "3801 more problems" in problems[-1].message


def test_what_can_be_read_of_a_faulty_shipment_is_there_beside_its_problems() -> None:
    lines = [make_line(quantity="x"), "broken", make_line(product_code="LAMB-01", item_value=None), make_line()]
    shipment = partial(make_shipment(invoice_due_date=OMIT, currency="usd", lines=lines))
    assert (shipment.customer_code, shipment.currency, shipment.date) == ("ALOK", "usd", dt.date(2026, 11, 19))
    assert shipment.exchange_rate == Decimal("0.6543")
    assert shipment.lines[:2] == (
        PartialLine(0, "BEEF-01", None, Decimal("101.25"), Decimal("1265.63")),
        PartialLine(2, "LAMB-01", Decimal("12.5"), Decimal("101.25"), None),
    )
    assert [each.index for each in shipment.lines] == [0, 2, 3]


def test_a_faulty_date_is_not_replaced_by_another_one() -> None:
    assert partial(make_shipment(invoice_date="19/11/2026")).date is None


def test_of_a_shipment_with_too_many_lines_as_many_are_read_as_it_may_have() -> None:
    """So that unknown codes are named in the same answer."""
    shipment = partial(make_shipment(lines=[{"product_code": "BEEF-01"}] * (MAX_LINES + 1)))
    assert [each.code for each in shipment.problems] == [Code.FIELD_TOO_LONG]
    assert len(shipment.lines) == MAX_LINES


def test_nothing_can_be_read_of_an_empty_shipment() -> None:
    shipment = partial({})
    assert (shipment.customer_code, shipment.currency, shipment.date, shipment.lines) == ("", "", None, ())
