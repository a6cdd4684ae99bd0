"""Content hashes are stored: what the version before taxes, discounts and tracking ids computed is computed today.

Otherwise an upgrade would make every repeated status change look like a change of its shipment, and have documents
rewritten, or refused because they are approved, that nobody touched (docs/adr/0010-tax-is-decided-by-us.md).
"""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from mappers.model.code_matching import RecordsByCode
from mappers.model.document import DocumentLine, LineTracking, content_hash
from mappers.model.master_data import Account, ReferenceData, TrackingCategory
from mappers.planning.plan import Planned
from tests.at_once import plan
from tests.builders import make_company, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data
from tests.unit.xero_client.accounting.documents import make_document

SHIPMENT = make_shipment(charges={"freight": "850.00"})
NORTH = {"category": "Region", "option": "North\tÜ"}
REFERENCE = replace(
    reference_data(
        contacts=[contact("ALOK", "Alok")],
        items=[item("BEEF-01")],
        accounts=[Account("200", "Sales", tax_type="OUTPUT"), Account("425", "Freight", tax_type="INPUT")],
    ),
    tracking={"Region": TrackingCategory("category-id", {"North\tÜ": "option-id"})},
)


def hash_of(reference: ReferenceData = REFERENCE, shipment: dict[str, Any] = SHIPMENT, **profile: Any) -> str:
    answer = plan(make_request(shipment=shipment), make_company(**profile), reference)
    assert isinstance(answer, Planned), answer
    return content_hash(answer.document)


@pytest.mark.parametrize(
    ("profile", "recorded"),
    [
        ({}, "e13e97c0f55ee29b68914c5f2662d06ffe2829d34678248f82b29cfc8de19339"),
        (
            {"tax_type": "OUTPUT", "tracking": [NORTH]},
            "0a1171e2ba50b7e9ba1e7376b324eafd2a857256287da59487bb4dde78acfa4c",
        ),
        (
            {"document": "quote", "charges": {"freight": "425"}, "account_code": "200"},
            "d7b7907a739e2b777688fea6112ba04c835c4bc5a8db632fd815bcf9e2c2c504",
        ),
    ],
)
def test_a_shipment_has_the_hash_that_version_8a20cad_gave_it(profile: dict[str, Any], recorded: str) -> None:
    assert hash_of(**profile) == recorded


def test_what_only_xeros_master_data_decides_does_not_change_the_hash() -> None:
    """A tax rate that changes in Xero is no change of the shipment: nothing that was sent is reopened for it."""
    taxed = replace(REFERENCE, items=RecordsByCode({"beef-01": (item("BEEF-01", tax_type="EXEMPTEXPORT"),)}))
    by_account = replace(REFERENCE, items=RecordsByCode({"beef-01": (item("BEEF-01", tax_type=None),)}))
    assert len({hash_of(each) for each in (REFERENCE, taxed, by_account)}) == 1


def test_what_the_shipment_and_the_profile_say_changes_the_hash() -> None:
    cheaper = make_shipment(lines=[SHIPMENT["lines"][0] | {"discount_rate": "10", "item_value": "1139.06"}])
    by_amount = make_shipment(lines=[SHIPMENT["lines"][0] | {"unit_price": "101.24996", "item_value": "1265.62"}])
    found = [hash_of(), hash_of(tax_type="EXEMPTEXPORT"), hash_of(shipment=cheaper), hash_of(shipment=by_amount)]
    assert len(set(found)) == len(found)


def test_every_field_of_a_line_is_in_its_hash_but_the_source_of_its_tax() -> None:
    """They are written out by name: one that is added and forgotten there would change nothing in Xero, ever."""
    line = DocumentLine(
        item_code="BEEF-01",
        description="Beef",
        quantity=Decimal(1),
        unit_amount=Decimal(2),
        line_amount=Decimal(2),
        discount_rate=Decimal(3),
        discount_amount=Decimal(4),
        account_code="200",
        tax_type="OUTPUT",
        tracking=(LineTracking(category="Region", option="North"),),
    )
    emptied: dict[str, Any] = {name: None for name in DocumentLine.model_fields if name != "tax_source"}
    others = [line.model_copy(update={name: empty}) for name, empty in (emptied | {"tracking": ()}).items()]
    assert len({content_hash(make_document(lines=(each,))) for each in (line, *others)}) == len(others) + 1
