"""What the profile names must be in the organisation, as far as the organisation is known."""

from dataclasses import replace
from typing import Any

import pytest

from mappers.model.master_data import Account, TrackingCategory
from mappers.model.problem import Code
from mappers.planning.profile_check import branding_theme_id, check_profile, line_tracking
from tests.builders import make_company
from tests.fakes.references import reference_data

UNKNOWN = reference_data()
THEME_ID = "0d8f0f5e-6a0d-4f6e-9d55-7e1f3b7f4c11"
KNOWN = replace(
    reference_data(
        accounts=[
            Account("200", "Sales"),
            Account("201", "Old", active=False),
            Account("090", "Bank", type="BANK"),
            Account("610", "Receivables", system="DEBTORS"),
            Account("860", "Rounding", system="ROUNDING"),
        ],
        tax_types=["OUTPUT", "EXEMPTEXPORT"],
    ),
    tax_types_not_for_sales=frozenset({"INPUT"}),
    tracking={"Region": TrackingCategory("category-id", {"North": "north-id", "South": "south-id"})},
    branding_themes={"Export": THEME_ID},
)
NORTH = {"category": "Region", "option": "North"}


@pytest.mark.parametrize(
    "profile",
    [
        {},
        {"account_code": "200", "rounding_account": "200", "charges": {"freight": "200"}},
        {"tax_type": "OUTPUT"},
        {"rounding_account": "860"},
        {"tracking": (NORTH,)},
        {"branding_theme": "Export"},
        {"branding_theme": THEME_ID},
        {"document_status": "AUTHORISED"},
        {"document": "quote", "document_status": "SENT"},
        {"description_template": "{product_code} {description} {quantity} {unit_of_measure} {item_name}"},
        {"reference_template": "{exporter_reference}/{incoterms}"},
        {"document_url": "https://example.test/{company_id}/{shipment_id}"},
    ],
)
def test_what_the_organisation_has_is_right(profile: dict[str, Any]) -> None:
    assert check_profile(make_company(**profile), KNOWN) == ()


@pytest.mark.parametrize(
    ("profile", "code", "field", "value", "named"),
    [
        ({"account_code": "999"}, Code.ACCOUNT_INVALID, "account_code", "999", "is not in Xero"),
        ({"account_code": "201"}, Code.ACCOUNT_INVALID, "account_code", "201", "archived"),
        ({"rounding_account": "999"}, Code.ACCOUNT_INVALID, "rounding_account", "999", "is not in Xero"),
        ({"charges": {"freight": "999"}}, Code.ACCOUNT_INVALID, "charges.freight", "999", "is not in Xero"),
        ({"charges": {"freight": " "}}, Code.PROFILE_INVALID, "charges.freight", "", "no account"),
        ({"account_code": "090"}, Code.ACCOUNT_INVALID, "account_code", "090", "bank account"),
        ({"charges": {"freight": "610"}}, Code.ACCOUNT_INVALID, "charges.freight", "610", "system account"),
        ({"tax_type": "INPUT"}, Code.TAX_TYPE_INVALID, "tax_type", "INPUT", "cannot be used on sales"),
        ({"tax_type": "output"}, Code.TAX_TYPE_INVALID, "tax_type", "output", "OUTPUT"),
        (
            {"tracking": ({"category": "Zone", "option": "North"},)},
            Code.TRACKING_INVALID,
            "tracking",
            "Zone",
            "Region",
        ),
        (
            {"tracking": ({"category": "Region", "option": "West"},)},
            Code.TRACKING_INVALID,
            "tracking",
            "West",
            "North, South",
        ),
        ({"branding_theme": "Import"}, Code.BRANDING_THEME_INVALID, "branding_theme", "Import", "Export"),
        ({"document_status": "SENT"}, Code.PROFILE_INVALID, "document_status", "SENT", "DRAFT"),
        (
            {"document": "quote", "document_status": "AUTHORISED"},
            Code.PROFILE_INVALID,
            "document_status",
            "AUTHORISED",
            "SENT",
        ),
        (
            {"description_template": "{colour}"},
            Code.PROFILE_INVALID,
            "description_template",
            "{colour}",
            "colour",
        ),
        ({"reference_template": "{quantity}"}, Code.PROFILE_INVALID, "reference_template", "{quantity}", "incoterms"),
        (
            {"document_url": "https://example.test/{id}"},
            Code.PROFILE_INVALID,
            "document_url",
            "https://example.test/{id}",
            "shipment_id",
        ),
    ],
)
def test_what_the_organisation_lacks_is_named(
    profile: dict[str, Any], code: Code, field: str, value: str, named: str
) -> None:
    (problem,) = check_profile(make_company(**profile), KNOWN)
    assert (problem.code, problem.field, problem.value) == (code, f"company.{field}", value)
    assert named in problem.message + problem.hint


@pytest.mark.parametrize(
    ("tax_type", "named"), [("output", "OUTPUT"), ("exemptexport", "EXEMPTEXPORT"), ("ZERO", "EXEMPTEXPORT, OUTPUT")]
)
def test_a_tax_type_that_differs_in_case_is_told_the_one_that_is_meant_and_any_other_all_of_them(
    tax_type: str, named: str
) -> None:
    (problem,) = check_profile(make_company(tax_type=tax_type), KNOWN)
    assert problem.hint == f"Accounting: set tax_type in the profile to one that Xero has: {named}."


def test_what_could_not_be_read_of_the_organisation_is_not_checked() -> None:
    company = make_company(account_code="999", tax_type="X", tracking=(NORTH,), branding_theme=THEME_ID)
    assert check_profile(company, UNKNOWN) == ()


def test_a_theme_by_name_needs_the_organisations_list() -> None:
    (problem,) = check_profile(make_company(branding_theme="Export"), UNKNOWN)
    assert problem.code is Code.BRANDING_THEME_INVALID


@pytest.mark.parametrize(("theme", "sent"), [("Export", THEME_ID), (THEME_ID, THEME_ID), ("", None), ("x", None)])
def test_a_theme_is_sent_as_its_id(theme: str, sent: str | None) -> None:
    assert branding_theme_id(make_company(branding_theme=theme), KNOWN) == sent


@pytest.mark.parametrize(
    ("known", "ids"),
    [
        ({}, (None, None)),
        ({"Region": TrackingCategory("category-id", {"North": "north-id"})}, ("category-id", "north-id")),
        ({"Region": TrackingCategory("", {"North": ""})}, (None, None)),
    ],
)
def test_a_lines_tracking_has_the_ids_that_are_known(
    known: dict[str, TrackingCategory], ids: tuple[str | None, str | None]
) -> None:
    (tracked,) = line_tracking(make_company(tracking=(NORTH,)), replace(UNKNOWN, tracking=known))
    assert (tracked.category, tracked.option) == ("Region", "North")
    assert (tracked.category_id, tracked.option_id) == ids


def test_every_fault_is_named_at_once() -> None:
    company = make_company(account_code="999", tax_type="X", branding_theme="Import", document_status="SENT")
    assert len(check_profile(company, KNOWN)) == 4
