"""pyxero against the simulator, as its README shows it. It writes XML, which the simulator refuses in plain words."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import aiohttp
import pytest

from deploy.simulator.server import Simulator
from tests.simulator.client import ALOK, BEEF, Caller, invoice, quote

pyxero = pytest.importorskip("xero")

RETURN_TO = "https://app.example/callback"
SCOPES = "offline_access openid accounting.invoices accounting.contacts accounting.settings accounting.attachments"


async def run(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
    return await asyncio.to_thread(call, *args, **options)


@pytest.fixture
async def credentials(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Consented through the code flow; pyxero's addresses are constants of its module."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    authorize = f"{simulator.base_url}/identity/connect/authorize"
    monkeypatch.setattr("xero.auth.XERO_OAUTH2_TOKEN_URL", simulator.token_url)
    monkeypatch.setattr("xero.auth.XERO_OAUTH2_AUTHORIZE_URL", authorize)
    monkeypatch.setattr("xero.auth.XERO_BASE_URL", simulator.base_url)
    options = {"callback_uri": RETURN_TO, "scope": SCOPES.split()}
    made = pyxero.auth.OAuth2Credentials("demo-code-client", "demo-code-secret", **options)
    async with aiohttp.ClientSession() as browser, browser.get(made.generate_url(), allow_redirects=False) as reply:
        back = reply.headers["Location"]
    await run(made.verify, back)
    await run(made.set_default_tenant)
    return made


async def test_a_consent_leads_to_an_organisation_and_its_token_is_renewed(credentials: Any) -> None:
    assert credentials.tenant_id == BEEF
    (tenant,) = await run(credentials.get_tenants)
    assert await run(credentials.get_tenants, tenant["authEventId"]) == [tenant]
    assert credentials.expired() is False
    before = credentials.token["access_token"]
    assert (await run(credentials.refresh))["access_token"] != before
    assert len(await run(pyxero.Xero(credentials).organisations.all)) == 1


async def test_lists_are_read_filtered_and_sorted(credentials: Any, xero: Caller) -> None:
    await xero.put_quotes(quote("Q-1"))
    api = pyxero.Xero(credentials)
    assert [each["Name"] for each in await run(api.organisations.all)] == ["Southern Beef Exports"]
    actions = (await run(api.organisations.actions))["Actions"]
    assert "CreateDraftInvoice" in {each["Name"] for each in actions}
    found: list[tuple[Any, dict[str, Any], list[str]]] = [
        (api.contacts, {"Name": "Hanoi Foods"}, ["Hanoi Foods"]),
        (api.contacts, {"Name__tolower": "hanoi foods"}, ["Hanoi Foods"]),
        (api.contacts, {"Name__contains": "Hanoi", "Name__isnull": False}, ["Hanoi Foods"]),
        (api.contacts, {"IDs": [ALOK]}, ["Alok Trading"]),
        (api.contacts, {"raw": 'AccountNumber=="HANOI"'}, ["Hanoi Foods"]),
        (api.contacts, {"order": "Name DESC", "Name__startswith": "Alok"}, ["Alok Trading Mumbai", "Alok Trading"]),
        (api.items, {"Code": "BEEF-01"}, ["Chilled beef"]),
        (api.accounts, {"Code": "200"}, ["Sales"]),
        (api.taxrates, {"TaxType": "OUTPUT"}, ["GST on Income"]),
    ]
    for manager, asked, names in found:
        assert [each["Name"] for each in await run(manager.filter, **asked)] == names
    asked = {"Contact_ContactID": ALOK, "Date__gte": date(2026, 11, 1), "page": 1}
    (row,) = await run(api.invoices.filter, **asked)
    assert (row["InvoiceNumber"], row["Date"].year, len(row["LineItems"])) == ("INV-2026-0900", 2026, 1)
    asked = {"ContactID": ALOK, "DateFrom": date(2026, 11, 1), "DateTo": date(2026, 12, 1)}
    assert [each["QuoteNumber"] for each in await run(api.quotes.filter, **asked)] == ["Q-1"]
    assert [each["Code"] for each in await run(api.currencies.all)] == ["AUD", "USD", "EUR", "JPY"]


async def test_one_document_its_notes_files_and_email(credentials: Any, xero: Caller) -> None:
    made = (await xero.put_invoices(invoice("INV-1", Status="AUTHORISED"))).one("Invoices")["InvoiceID"]
    invoices = pyxero.Xero(credentials, unit_price_4dps=True).invoices
    (row,) = await run(invoices.get, made)
    assert row["InvoiceNumber"] == "INV-1"
    await run(invoices.put_attachment_data, made, "bill.txt", b"cargo", "text/plain", include_online=True)
    (file,) = (await run(invoices.get_attachments, made))["Attachments"]
    assert (file["FileName"], file["IncludeOnline"]) == ("bill.txt", True)
    assert await run(invoices.get_attachment_data, made, "bill.txt") == b"cargo"
    assert (await run(invoices.get_history, made))["HistoryRecords"] == []
    assert await run(invoices.email, made) == b""
    assert await run(invoices.online_invoice, made)


async def test_what_pyxero_cannot_have_it_is_told_in_its_own_exceptions(credentials: Any) -> None:
    api = pyxero.Xero(credentials)
    with pytest.raises(pyxero.exceptions.XeroNotFound):
        await run(api.invoices.get, BEEF)
    with pytest.raises(pyxero.exceptions.XeroBadRequest):
        await run(api.contacts.filter, Nmae="x")
    with pytest.raises(pyxero.exceptions.XeroExceptionUnknown) as xml:
        await run(api.contacts.save, {"Name": "New"})
    assert xml.value.response.status_code == 415
    assert "JSON" in xml.value.response.json()["Detail"]
