"""A card says once who removes its cause, and where."""

import pytest

from mappers.model import Code
from mappers.model.lists import CauseGroup, CauseLife, Place, Remedy
from mappers.model.shipment_log import Affected, Cause
from mappers.outbound import cause_in_words, remedy_for
from streams.web.pages.views.attention import cause_card, title_of
from streams.web.pages.views.problems import field_in_words

AT = "2026-11-20T03:15:22.123Z"


def card(hint: str, *where: Place) -> tuple[str, str]:
    group = CauseGroup(
        Cause("REJECTED", "field_missing"),
        1,
        (Affected("A", AT, "The incoterms are missing.", hint),),
        CauseLife(AT, AT, 1, 0, 0),
        Remedy("shipping", where, "Ask."),
    )
    shown = cause_card(group)
    return shown.places, shown.how


@pytest.mark.parametrize(
    ("hint", "where", "expected"),
    [
        ("Shipping: enter the incoterms.", [Place.SHIPPING], ("In shipping", "Enter the incoterms.")),
        ("Accounting: restore it.", [Place.XERO], ("Accounting, in Xero", "Restore it.")),
        ("Shipping: correct it.", [Place.SHIPPING, Place.XERO], ("In shipping or in Xero", "Correct it.")),
        (
            "Whoever runs Shipledger: consent anew.",
            [Place.CONNECTION],
            ("Whoever runs Shipledger, in Connections", "Consent anew."),
        ),
        ("Shipping and accounting: agree.", [Place.SHIPPING, Place.XERO], ("Shipping and accounting", "Agree.")),
        ("No item has it: ask.", [Place.XERO], ("In Xero", "No item has it: ask.")),
        ("Correct it.", [Place.PROFILE], ("In the profile", "Correct it.")),
        ("Whoever keeps the profile: correct it.", [Place.PROFILE], ("In the profile", "Correct it.")),
        (
            "Whoever sends the shipments: send a list.",
            [Place.SHIPPING],
            ("Whoever sends the shipments, in shipping", "Send a list."),
        ),
        ("", [], ("Ask support", "Ask.")),
    ],
)
def test_who_and_where_are_said_once(hint: str, where: list[Place], expected: tuple[str, str]) -> None:
    assert card(hint, *where) == expected


WARNINGS = {
    "time_implausible", "rounding_added", "exchange_rate_ignored", "tax_charged", "not_kept_by_xero", "xero_warning",
    "stale_revision", "superseded", "company_paused",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cause", "count", "expected"),
    [
        (Cause("REJECTED", "product_not_found", value="10-204"), 7, "7 shipments wait for item 10-204"),
        (Cause("REJECTED", "product_not_sold", value="10-204"), 1, "1 shipment waits for item 10-204 (not sold)"),
        (Cause("REJECTED", "customer_archived", value="OLD"), 2, "2 shipments wait for customer OLD (archived)"),
        (Cause("REJECTED", "tracking_invalid", value="Region"), 1, "1 shipment waits for tracking Region"),
        (Cause("REJECTED", "field_missing", field="incoterms"), 2, "2 shipments rejected: incoterms missing"),
        (
            Cause("REJECTED", "field_invalid", field="lines[].unit_price"),
            1,
            "1 shipment rejected: unit price of a line not valid",
        ),
        (Cause("REJECTED", "field_too_long", field="lines"), 1, "1 shipment rejected: product lines too long"),
        (Cause("REJECTED", "document_paid", field="number"), 1, "1 shipment rejected: document is paid"),
        (Cause("REJECTED", "of_a_newer_version"), 1, "1 shipment rejected: of a newer version"),
        (Cause("WAITING", "out_of_quota"), 1_204, "1,204 shipments wait: Xero's limit of calls is used up"),
    ],
)
def test_the_headline_says_how_many_and_for_what(cause: Cause, count: int, expected: str) -> None:
    assert title_of(cause, count) == expected


def test_every_error_has_words_of_its_own() -> None:
    """What is never an error is never a cause."""
    errors = {each for each in Code if each not in WARNINGS and not each.startswith("attachment")}
    # The words of one are those of its code.
    assert {each for each in errors if cause_in_words(each) == each.replace("_", " ")} == {Code.EXCHANGE_RATE_MISSING}


def test_a_wait_is_said_once() -> None:
    waits = Cause("WAITING", "out_of_quota")
    affected = Affected("A", AT, "Xero's limit of calls is used up.", resume_at="2026-11-20T10:00:00.000Z")
    remedy = remedy_for(waits.status, waits.code)
    shown = cause_card(
        CauseGroup(waits, 1, (affected,), CauseLife(AT, AT, 1, 0, 0), remedy, resume_at=affected.resume_at)
    )
    assert (shown.title, shown.message) == ("1 shipment waits: Xero's limit of calls is used up", "")
    assert (shown.places, shown.how) == (
        "Nothing to do", "The shipments go on by themselves as soon as Xero takes calls again."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("buyer_code", "Buyer code"),
        ("lines[0].unit_price", "Line 1: unit price"),
        ("lines[11]", "Line 12"),
        ("lines", "Product lines"),
        ("charges.freight", "Charges: freight"),
        ("company.tax_type", "Profile: tax_type"),
        ("", ""),
    ],
)
def test_a_field_of_a_problem_is_in_words(field: str, expected: str) -> None:
    assert field_in_words(field) == expected
