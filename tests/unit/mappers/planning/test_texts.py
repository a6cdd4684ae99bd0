"""The texts on a document: reference, descriptions and the link back."""

from typing import Any

import pytest

from mappers.model.document import Document
from mappers.model.problem import Code
from mappers.planning.plan import Planned, Rejected
from mappers.planning.texts import render, unknown_names
from tests.at_once import plan
from tests.builders import OMIT, make_company, make_line, make_request, make_shipment
from tests.fakes.references import contact, item, reference_data

REFERENCE = reference_data(contacts=[contact("ALOK")], items=[item("BEEF-01")])


def made(shipment: dict[str, Any] | None = None, **profile: Any) -> Document:
    answer = plan(make_request(shipment=shipment or make_shipment()), make_company(**profile), REFERENCE)
    assert isinstance(answer, Planned), answer
    return answer.document


def described(line: dict[str, Any] | None = None, **profile: Any) -> str:
    return made(make_shipment(lines=[line or make_line()]), **profile).lines[0].description


@pytest.mark.parametrize(
    ("profile", "fields", "reference"),
    [
        ({}, {}, "EXP-77 FOB Port Botany"),
        ({}, {"incoterms_place": OMIT}, "EXP-77 FOB"),
        ({}, {"exporter_reference": OMIT}, "SHP-000123 FOB Port Botany"),
        ({}, {"exporter_reference": OMIT, "shipment_number": OMIT}, "FOB Port Botany"),
        ({"incoterms_to": "none"}, {}, "EXP-77"),
        ({"incoterms_to": "line"}, {}, "EXP-77"),
        ({"reference_from": ["invoice_number"]}, {}, "INV-2026-0042 FOB Port Botany"),
        ({"reference_template": "{exporter_reference}/{shipment_number}"}, {}, "EXP-77/SHP-000123"),
        ({"reference_template": "Our {exporter_reference}  {incoterms}"}, {"exporter_reference": OMIT}, "Our FOB"),
    ],
)
def test_the_reference(profile: dict[str, Any], fields: dict[str, Any], reference: str) -> None:
    assert made(make_shipment(**fields), **profile).reference == reference


@pytest.mark.parametrize(
    ("line", "profile", "text"),
    [
        ({}, {}, "Chilled beef"),
        ({"description": OMIT}, {}, "BEEF-01 name"),
        ({}, {"incoterms_to": "line"}, "Chilled beef, FOB Port Botany"),
        ({}, {"description_template": "{product_code}: {description}"}, "BEEF-01: Chilled beef"),
        ({}, {"description_template": "{quantity} {unit_of_measure} {item_name}"}, "12.5 KG BEEF-01 name"),
        (
            {},
            {"incoterms_to": "line", "description_template": "{description} ({incoterms})"},
            "Chilled beef (FOB)",
        ),
        (
            {},
            {"incoterms_to": "line", "description_template": "{line_number}. {description}"},
            "1. Chilled beef, FOB Port Botany",
        ),
        ({"unit_of_measure": OMIT}, {"description_template": "{unit_of_measure}"}, "Chilled beef"),
    ],
)
def test_the_description_of_a_line(line: dict[str, Any], profile: dict[str, Any], text: str) -> None:
    assert described(make_line(**line), **profile) == text


def test_a_shipment_cannot_smuggle_names_into_a_template() -> None:
    line = make_line(description="{product_code} {colour}")
    assert described(line, description_template="{description}!") == "{product_code} {colour}!"


@pytest.mark.parametrize(
    ("document", "fields", "profile", "field"),
    [
        ("invoice", {"incoterms_place": "x" * 245}, {}, "reference"),
        ("invoice", {}, {"description_template": "{product_code}" + "x" * 3994}, "lines[0].description"),
        ("quote", {}, {"reference_template": "x" * 4001}, "reference"),
    ],
)
def test_a_composed_text_that_is_too_long_is_a_problem(
    document: str, fields: dict[str, Any], profile: dict[str, Any], field: str
) -> None:
    company = make_company(document=document, **profile)
    answer = plan(make_request(shipment=make_shipment(**fields)), company, REFERENCE)
    assert isinstance(answer, Rejected)
    assert [(each.code, each.field) for each in answer.problems] == [(Code.FIELD_TOO_LONG, field)]


def test_a_composed_text_may_be_as_long_as_xero_takes_it() -> None:
    longest = made(make_shipment(incoterms_place="x" * 244), description_template="{product_code}" + "x" * 3993)
    assert (len(longest.reference), len(longest.lines[0].description)) == (255, 4000)


def test_a_quote_takes_a_longer_reference() -> None:
    assert len(made(make_shipment(incoterms_place="x" * 250), document="quote").reference) == 261


@pytest.mark.parametrize(
    ("template", "url"),
    [
        ("", None),
        ("https://ship.test/{company_id}/{shipment_id}", "https://ship.test/southern-beef/SHP-000123"),
        ("https://ship.test/?n={invoice_number}", "https://ship.test/?n=INV-2026-0042"),
        ("/shipments/{shipment_id}", None),
        ("https://xero.test/{shipment_id}", None),
    ],
)
def test_the_link_back_is_absolute_or_left_out(template: str, url: str | None) -> None:
    assert made(document_url=template).url == url


def test_a_code_cannot_change_where_the_link_leads() -> None:
    shipment = make_shipment(invoice_number="../?admin=1&x=a b")
    assert made(shipment, document_url="https://ship.test/{invoice_number}").url == (
        "https://ship.test/..%2F%3Fadmin%3D1%26x%3Da%20b"
    )


def test_a_quote_has_no_link() -> None:
    assert made(document="quote", document_url="https://ship.test/{shipment_id}").url is None


def test_unknown_names_of_a_template_are_found() -> None:
    assert unknown_names("{a} {b} {c}", frozenset({"b"})) == ("a", "c")


def test_blanks_that_an_empty_name_leaves_are_closed() -> None:
    assert render(" {a} x {b}\n{c} ", {"a": "1", "c": "3"}) == "1 x \n3"
