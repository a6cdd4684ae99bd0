"""A request becomes the exact document, or every reason why not at once."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mappers.model.company import DocumentType, LineAmounts, Tracking
from mappers.model.document import Document, DocumentLine, LineTracking, TaxSource, content_hash
from mappers.model.master_data import Account, ReferenceData, TrackingCategory
from mappers.model.problem import Code, Problem
from mappers.planning.exchange_rate import KnownRate
from mappers.planning.plan import Planned, Rejected
from tests.at_once import plan
from tests.builders import OMIT, make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

ALOK = contact("ALOK", "Alok Industries")
REFERENCE = reference_data(
    contacts=[ALOK, contact("ALOK-MUM", "Alok Mumbai")],
    items=[item("BEEF-01"), item("LAMB-01")],
    accounts=[Account(code, code, tax_type="EXEMPTOUTPUT") for code in ("200", "201", "260", "261", "860")],
)


def planned(shipment: dict[str, Any] | None = None, *, reference: ReferenceData = REFERENCE, **profile: Any) -> Planned:
    answer = plan(make_request(shipment=shipment or make_shipment()), make_company(**profile), reference)
    assert isinstance(answer, Planned), answer
    return answer


def document(shipment: dict[str, Any] | None = None, **profile: Any) -> Document:
    return planned(shipment, **profile).document


def rejected(
    shipment: dict[str, Any] | None = None, *, reference: ReferenceData = REFERENCE, **profile: Any
) -> Rejected:
    answer = plan(make_request(shipment=shipment or make_shipment()), make_company(**profile), reference)
    assert isinstance(answer, Rejected), answer
    return answer


def codes(problems: tuple[Problem, ...]) -> list[Code]:
    return [each.code for each in problems]


def test_the_contracts_example_becomes_this_document() -> None:
    assert document() == Document(
        type=DocumentType.INVOICE,
        number="INV-2026-0042",
        reference="EXP-77 FOB Port Botany",
        contact_id=ALOK.contact_id,
        date=dt.date(2026, 11, 19),
        due_date=dt.date(2026, 12, 19),
        currency="USD",
        currency_rate=Decimal("0.6543"),
        line_amounts=LineAmounts.EXCLUSIVE,
        status="DRAFT",
        lines=(
            DocumentLine(
                item_code="BEEF-01",
                description="Chilled beef",
                quantity=Decimal("12.5"),
                unit_amount=Decimal("101.25"),
                tax_type="OUTPUT",
                tax_source=TaxSource.ITEM,
            ),
        ),
        expected_amount=Decimal("1265.63"),
    )
    assert planned().warnings == ()


def test_a_quote_is_made_where_the_profile_says_so() -> None:
    made = document(document="quote", document_status="SENT")
    assert (made.type, made.status) == (DocumentType.QUOTE, "SENT")


def test_the_consignee_is_the_customer_where_the_profile_says_so() -> None:
    assert document(customer_code="consignee").contact_id == contact("ALOK-MUM", "Alok Mumbai").contact_id


def test_aliases_translate_customers_and_products() -> None:
    reference = reference_data(contacts=[contact("C-1", "Alok")], items=[item("X-9")])
    made = planned(reference=reference, customer_aliases={"ALOK": "C-1"}, product_aliases={"BEEF-01": "X-9"}).document
    assert made.contact_id == contact("C-1", "Alok").contact_id
    assert made.lines[0].item_code == "X-9"


def test_the_profiles_account_tax_tracking_and_theme_are_on_the_document() -> None:
    north = Tracking(category="Region", option="North")
    region = TrackingCategory("category-id", {"North": "option-id"})
    reference = replace(REFERENCE, branding_themes={"Export": "theme-id"}, tracking={"Region": region})
    made = planned(
        reference=reference, account_code="201", tax_type="EXEMPTEXPORT", tracking=(north,), branding_theme="Export"
    ).document
    (line,) = made.lines
    tracked = LineTracking(category="Region", option="North", category_id="category-id", option_id="option-id")
    assert (line.account_code, line.tax_type, line.tracking) == ("201", "EXEMPTEXPORT", (tracked,))
    assert made.branding_theme_id == "theme-id"


def test_a_line_that_comes_to_nothing_is_sent_with_a_price_of_zero() -> None:
    shipment = make_shipment(lines=[make_line(quantity="2", unit_price="0.001", item_value="0"), make_line()])
    assert [each.unit_amount for each in document(shipment).lines] == [Decimal(0), Decimal("101.25")]


def test_unit_prices_are_sent_with_four_decimals() -> None:
    shipment = make_shipment(lines=[make_line(quantity="2", unit_price="10.12345", item_value="20.25")])
    assert document(shipment).lines[0].unit_amount == Decimal("10.1235")


def test_five_faults_give_five_problems() -> None:
    shipment = make_shipment(
        buyer_code="NOBODY",
        currency="EUR",
        invoice_due_date=OMIT,
        lines=[make_line(product_code="NOTHING"), make_line(line_number=2, item_value="1")],
    )
    assert sorted(codes(rejected(shipment).problems)) == [
        Code.CURRENCY_NOT_ENABLED,
        Code.CUSTOMER_NOT_FOUND,
        Code.FIELD_MISSING,
        Code.LINE_VALUE_MISMATCH,
        Code.PRODUCT_NOT_FOUND,
    ]


def test_five_faults_of_a_snapshot_that_could_be_read_give_five_problems() -> None:
    shipment = make_shipment(
        buyer_code="NOBODY",
        currency="EUR",
        exchange_rate="-1",
        lines=[make_line(product_code="NOTHING"), make_line(line_number=2, item_value="1")],
    )
    assert len(rejected(shipment).problems) == 5


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"currency": "usd"}, Code.FIELD_INVALID),
        ({"buyer_code": "ALOK\u200b"}, Code.CONTROL_CHARACTERS),
        ({"buyer_code": 7}, Code.FIELD_INVALID),
        ({"exchange_rate": "abc"}, Code.FIELD_INVALID),
        ({"invoice_date": "19/11/2026"}, Code.FIELD_INVALID),
        ({"lines": []}, Code.LINES_MISSING),
        ({"lines": [make_line(quantity="-1")]}, Code.FIELD_INVALID),
        ({"lines": [make_line(quantity=OMIT)]}, Code.FIELD_MISSING),
        ({"lines": [make_line(item_value="x")]}, Code.FIELD_INVALID),
        ({"lines": [make_line(product_code=OMIT)]}, Code.FIELD_MISSING),
        ({"lines": ["x"]}, Code.FIELD_INVALID),
        ({"lines": [make_line(quantity="1.23456", unit_price="0", item_value="0")]}, Code.FIELD_INVALID),
        ({"lines": [make_line(quantity="123456789.1234", unit_price="0", item_value="0")]}, Code.FIELD_TOO_LONG),
        ({"lines": [make_line(quantity="1", unit_price="10000000000", item_value="10000000000")]}, "amount_too_large"),
    ],
)
def test_one_fault_is_one_problem(fields: dict[str, Any], code: Code) -> None:
    organisation = replace(REFERENCE.organisation, period_lock_date=dt.date(2026, 11, 18))
    answer = rejected(make_shipment(**fields), reference=replace(REFERENCE, organisation=organisation))
    assert codes(answer.problems) == [code]
    assert answer.missing == ()


def test_a_product_that_several_lines_use_is_one_problem_at_the_first() -> None:
    lines = [make_line(product_code=each) for each in ("BEEF-01", "NOTHING", "NOTHING")]
    (problem,) = rejected(make_shipment(lines=lines)).problems
    assert (problem.field, problem.value) == ("lines[1].product_code", "NOTHING")


def test_what_is_only_missing_in_xero_is_released_by_its_appearance() -> None:
    shipment = make_shipment(
        buyer_code="NOBODY", currency="EUR", lines=[make_line(product_code=each) for each in ("LAMB-02", "LAMB-02")]
    )
    assert rejected(shipment).missing == ("contact:NOBODY", "currency:EUR", "item:LAMB-02")


def test_release_keys_are_codes_of_xero() -> None:
    answer = rejected(reference=reference_data(items=[item("BEEF-01")]), customer_aliases={"ALOK": "C-1"})
    assert answer.missing == ("contact:C-1",)


def test_one_problem_of_another_kind_and_nothing_is_released_by_itself() -> None:
    assert rejected(make_shipment(buyer_code="NOBODY", invoice_due_date=OMIT)).missing == ()


def test_the_guides_words_for_an_unknown_customer_and_product() -> None:
    shipment = make_shipment(buyer_code="NOBODY", lines=[make_line(product_code="alok")])
    assert [each.message for each in rejected(shipment).problems] == [
        "Customer.Name(NOBODY) : not found in XERO(Customer.Name).",
        "ProductLines.ProductCode(alok) : not found in XERO(Lines.Item.Number).",
    ]


@pytest.mark.parametrize("lock", ["period_lock_date", "end_of_year_lock_date"])
@pytest.mark.parametrize(("day", "locked"), [(18, False), (19, True), (20, True)])
def test_an_approved_invoice_dated_on_or_before_a_lock_is_refused(lock: str, day: int, locked: bool) -> None:
    dates: dict[str, Any] = {lock: dt.date(2026, 11, day)}
    reference = replace(REFERENCE, organisation=replace(REFERENCE.organisation, **dates))
    if not locked:
        assert planned(reference=reference, document_status="AUTHORISED").warnings == ()
        return
    (problem,) = rejected(reference=reference, document_status="AUTHORISED").problems
    assert (problem.code, problem.value) == (Code.PERIOD_LOCKED, "2026-11-19")
    assert f"{lock.replace('_', ' ')} 2026-11-{day}" in problem.message
    assert rejected(reference=reference, on_locked="refuse").problems[0].code is Code.PERIOD_LOCKED
    assert planned(reference=reference, document="quote", document_status="SENT", on_locked="refuse").warnings == ()


@pytest.mark.parametrize("status", ["DRAFT", "SUBMITTED"])
def test_a_draft_or_submitted_invoice_in_a_locked_period_is_made_with_a_warning_that_names_the_lock(
    status: str,
) -> None:
    organisation = replace(REFERENCE.organisation, end_of_year_lock_date=dt.date(2026, 11, 19))
    (warning,) = planned(reference=replace(REFERENCE, organisation=organisation), document_status=status).warnings
    assert (warning.code, warning.value) == (Code.PERIOD_LOCKED, "2026-11-19")
    assert "end of year lock date 2026-11-19" in warning.message
    assert "refuse its approval" in warning.hint


def test_a_currency_that_is_not_enabled_is_named_with_those_that_are() -> None:
    (problem,) = rejected(make_shipment(currency="EUR")).problems
    assert (problem.code, problem.value) == (Code.CURRENCY_NOT_ENABLED, "EUR")
    assert "AUD, USD" in problem.hint


def test_the_base_currency_needs_no_rate_and_no_list() -> None:
    reference = replace(REFERENCE, currencies=frozenset())
    answer = planned(make_shipment(currency="AUD", exchange_rate=OMIT), reference=reference, exchange_rate="required")
    assert (answer.document.currency_rate, answer.warnings) == (None, ())


def test_a_missing_rate_is_processed_with_a_warning() -> None:
    answer = planned(make_shipment(exchange_rate=OMIT))
    assert answer.document.currency_rate is None
    assert codes(answer.warnings) == [Code.EXCHANGE_RATE_MISSING]


def test_a_missing_rate_that_is_required_is_one_problem() -> None:
    answer = rejected(make_shipment(exchange_rate=OMIT), exchange_rate="required")
    assert codes(answer.problems) == [Code.EXCHANGE_RATE_MISSING]


def test_a_rate_far_from_the_last_accepted_one_is_refused() -> None:
    answer = plan(
        make_request(), make_company(), REFERENCE, last_rate=KnownRate(Decimal("1.53"), "", is_xeros_own=False)
    )
    assert isinstance(answer, Rejected)
    assert codes(answer.problems) == [Code.EXCHANGE_RATE_IMPLAUSIBLE]


def test_a_currency_that_is_no_code_is_one_problem_beside_a_last_rate_too() -> None:
    request = make_request(shipment=make_shipment(currency="USD/AUD"))
    answer = plan(request, make_company(), REFERENCE, last_rate=KnownRate(Decimal("1.53"), "", is_xeros_own=False))
    assert isinstance(answer, Rejected)
    assert Code.FIELD_INVALID in codes(answer.problems)


def test_charges_become_lines_and_count() -> None:
    shipment = make_shipment(charges={"freight": "120.50", "insurance": 35, "other": "0"})
    answer = planned(shipment, charges={"freight": "260", "insurance": "261"})
    assert [(each.description, each.unit_amount, each.account_code) for each in answer.document.lines[1:]] == [
        ("Freight", Decimal("120.50"), "260"),
        ("Insurance", Decimal(35), "261"),
    ]
    assert answer.document.expected_amount == Decimal("1421.13")
    assert answer.warnings == ()


def test_a_charge_that_the_profile_does_not_map_is_left_out_with_a_warning() -> None:
    answer = planned(make_shipment(charges={"customs": "10"}), charges={"freight": "260"})
    assert len(answer.document.lines) == 1
    assert codes(answer.warnings) == [Code.CHARGE_NOT_MAPPED]


def test_the_hash_of_a_document_does_not_mind_how_numbers_are_written() -> None:
    other = make_shipment(
        exchange_rate="0.65430",
        lines=[make_line(quantity="12.50", unit_price="101.250", item_value="1265.630")],
    )
    assert content_hash(document()) == content_hash(document(other))


def test_an_empty_snapshot_is_rejected_with_every_missing_field() -> None:
    answer = plan(make_request(shipment={}), make_company(), REFERENCE)
    assert isinstance(answer, Rejected)
    assert {each.field for each in answer.problems} >= {"buyer_code", "currency", "incoterms", "invoice_due_date"}
