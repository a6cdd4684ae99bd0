"""Addresses in any case, custom connections, and what every answer carries."""

import pytest

from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from tests.simulator.client import BEEF, DAIRY, Caller, calling, invoice

CUSTOM = ("demo-custom-client", "demo-custom-secret")


@pytest.mark.parametrize(
    ("path", "plural"),
    [
        ("Organisations", "Organisations"),
        ("organisation", "Organisations"),
        ("Organisations/actions", "Actions"),
        ("INVOICES", "Invoices"),
        ("taxrates", "TaxRates"),
    ],
)
async def test_the_case_of_an_address_does_not_matter(xero: Caller, path: str, plural: str) -> None:
    answer = await xero.call("GET", path, checked=False)
    assert (answer.status, plural in answer.json) == (200, True)


async def test_the_case_of_notes_files_and_connections_does_not_matter(xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1"))).one("Invoices")
    for path, plural in (("history", "HistoryRecords"), ("attachments/", "Attachments")):
        answer = await xero.call("GET", f"invoices/{made['InvoiceID']}/{path}", checked=False)
        assert answer.json[plural] == []
    headers = {"Authorization": f"Bearer {xero.token}"}
    async with xero.session.get(f"{xero.base_url}/Connections", headers=headers) as reply:
        assert len(await reply.json()) == 2


async def test_a_custom_connection_need_not_name_its_organisation(xero: Caller) -> None:
    await xero.log_in(*CUSTOM)
    for tenant in ("", BEEF):
        xero.tenant = tenant
        assert (await xero.call("GET", "Organisation", checked=False)).one("Organisations")["OrganisationID"] == BEEF
    xero.tenant = DAIRY
    assert (await xero.call("GET", "Organisation", checked=False)).status == 403
    await xero.control("POST", "switches", {"custom_connection_tenant": "required"})
    xero.tenant = ""
    assert (await xero.call("GET", "Organisation", checked=False)).status == 403


async def test_an_app_with_two_organisations_has_to_name_one(xero: Caller) -> None:
    xero.tenant = ""
    assert (await xero.call("GET", "Organisation", checked=False)).status == 403


async def test_every_answer_has_a_number_that_support_can_ask_for(xero: Caller) -> None:
    answers = [await xero.get("Organisation"), await xero.get(f"Invoices/{BEEF}")]
    ids = [each.headers["Xero-Correlation-Id"] for each in answers]
    assert len(set(ids)) == 2


async def test_limits_are_told_or_not_by_a_switch(xero: Caller) -> None:
    assert "X-DayLimit-Remaining" in (await xero.get("Organisation")).headers
    await xero.control("POST", "switches", {"limit_headers": False})
    assert "X-DayLimit-Remaining" not in (await xero.get("Organisation")).headers


@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=utf-8", "application/json"])
async def test_a_body_of_xml_is_told_to_be_json(xero: Caller, kind: str) -> None:
    answer = await xero.call(
        "PUT", "Contacts", b"<Contact><Name>X</Name></Contact>", {"Content-Type": kind}, checked=False
    )
    assert (answer.status, answer.json["Title"]) == (415, "UnsupportedMediaType")
    assert "JSON" in answer.json["Detail"]


async def test_an_app_of_before_march_2026_writes_with_its_broad_scope() -> None:
    (app, *_), organisations = Seed.demo().apps, Seed.demo().organisations
    broad = ("accounting.transactions", "accounting.contacts", "accounting.settings")
    old = type(app)(app.client_id, app.client_secret, tenants=app.tenants, scopes=broad)
    async with Simulator.started(Seed((old,), organisations)) as simulator, calling(simulator) as xero:
        assert (await xero.put_invoices(invoice("INV-1"))).status == 200


async def test_an_organisation_is_a_demo_company_or_not(xero: Caller) -> None:
    assert (await xero.get("Organisation")).one("Organisations")["IsDemoCompany"] is True
    await xero.control("POST", "organisation", {"tenant": BEEF, "set": {"IsDemoCompany": False}})
    assert (await xero.get("Organisation")).one("Organisations")["IsDemoCompany"] is False
