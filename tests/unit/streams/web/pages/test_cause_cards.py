"""A card says once who removes its cause, and where."""

import pytest

from mappers.model.lists import CauseGroup, CauseLife, Place, Remedy
from mappers.model.shipment_log import Affected, Cause
from streams.web.pages.views.attention import cause_card

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
        ("Accounting: restore it.", [Place.XERO], ("In Xero, accounting", "Restore it.")),
        ("Shipping: correct it.", [Place.SHIPPING, Place.XERO], ("In shipping or in Xero", "Correct it.")),
        ("No item has it: ask.", [Place.XERO], ("In Xero", "No item has it: ask.")),
        ("Correct it.", [Place.PROFILE], ("In the profile", "Correct it.")),
        ("", [], ("Ask support", "Ask.")),
    ],
)
def test_who_and_where_are_said_once(hint: str, where: list[Place], expected: tuple[str, str]) -> None:
    assert card(hint, *where) == expected
