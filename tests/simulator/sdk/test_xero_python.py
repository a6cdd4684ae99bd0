"""Xero's own SDK reads every reply of the simulator: an outside judge of its shapes."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import urllib3
from xero_python.accounting import AccountingApi
from xero_python.accounting.models import (
    Account,
    Contact,
    Contacts,
    CurrencyCode,
    Invoice,
    Invoices,
    Item,
    Items,
    LineItem,
    Payment,
    Quote,
    Quotes,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token

from deploy.simulator.server import Simulator
from tests.simulator import openapi
from tests.simulator.client import ALOK, BEEF, Caller, invoice


@pytest.fixture
def api(simulator: Simulator, xero: Caller) -> Iterator[AccountingApi]:
    """The SDK against the simulator, with retries off."""
    token = {"access_token": xero.token, "scope": ["accounting.invoices"], "expires_in": 1800, "token_type": "Bearer"}
    held = token | {"expires_at": 4_102_444_800.0}
    client = ApiClient(Configuration(oauth2_token=OAuth2Token(client_id="demo-client", client_secret="demo-secret")))
    client.oauth2_token_getter(lambda: held)
    client.oauth2_token_saver(lambda _: None)
    client.set_oauth2_token(held)
    client.rest_client.pool_manager.connection_pool_kw["retries"] = urllib3.Retry(0)
    yield AccountingApi(client, base_url=f"{simulator.base_url}/api.xro/2.0")
    client.rest_client.pool_manager.clear()


async def read(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
    return await asyncio.to_thread(call, BEEF, *args, **options)


async def test_the_sdk_creates_and_reads_an_invoice(api: AccountingApi, xero: Caller) -> None:
    row = Invoice(
        type="ACCREC",
        invoice_number="INV-1",
        contact=Contact(contact_id=ALOK),
        line_items=[LineItem(description="Beef", quantity=2, unit_amount=1.2345, item_code="BEEF-01")],
        currency_code=CurrencyCode("USD"),
        status="DRAFT",
    )
    options = {"summarize_errors": False, "unitdp": 4, "idempotency_key": "K"}
    made = (await read(api.create_invoices, Invoices(invoices=[row]), **options)).invoices[0]
    again = (await read(api.get_invoice, made.invoice_id, unitdp=4)).invoices[0]
    assert (again.invoice_number, str(again.line_items[0].unit_amount)) == ("INV-1", "1.2345")
    assert (made.status_attribute_string, made.has_errors) == ("OK", False)
    assert (await xero.control("GET", "counts"))["unknown_fields"] == {}


async def test_the_sdk_creates_and_reads_a_quote(api: AccountingApi) -> None:
    row = Quote(quote_number="Q-1", contact=Contact(contact_id=ALOK), line_items=[LineItem(description="Beef")])
    await read(api.create_quotes, Quotes(quotes=[row]), summarize_errors=False)
    found = (await read(api.get_quotes, quote_number="Q-1")).quotes
    assert [each.quote_number for each in found] == ["Q-1"]


async def test_the_sdk_writes_contacts_items_and_payments(api: AccountingApi) -> None:
    contact = Contacts(contacts=[Contact(name="Nordic Foods", account_number="NORD")])
    made = (await read(api.create_contacts, contact, summarize_errors=False)).contacts[0]
    item = (await read(api.create_items, Items(items=[Item(code="HIDE", name="Hides")]))).items[0]
    lines = [LineItem(description="Hides", quantity=1, unit_amount=100, item_code=item.code, account_code="260")]
    row = Invoice(type="ACCREC", contact=Contact(contact_id=made.contact_id), line_items=lines, status="AUTHORISED")
    row.due_date = date(2026, 12, 19)
    invoice_id = (await read(api.create_invoices, Invoices(invoices=[row]))).invoices[0].invoice_id
    paid = Payment(invoice=Invoice(invoice_id=invoice_id), account=Account(code="090"), amount=110)
    assert (await read(api.create_payment, paid)).payments[0].invoice.status == "PAID"
    assert [each.amount for each in (await read(api.get_payments)).payments] == [110]


async def test_the_sdk_attaches_a_file_and_fetches_it_by_its_id(api: AccountingApi) -> None:
    (found,) = (await read(api.get_invoices, invoice_numbers=["INV-2026-0900"])).invoices
    put = partial(api.create_invoice_attachment_by_file_name, include_online=True)
    kept = (await read(put, found.invoice_id, "bill.txt", b"cargo")).attachments[0]
    assert (kept.include_online, kept.url.endswith("/Attachments/bill.txt")) == (True, True)
    path = await read(api.get_invoice_attachment_by_id, found.invoice_id, kept.attachment_id, "text/plain")
    assert await asyncio.to_thread(_taken, Path(path)) == b"cargo"


def _taken(path: Path) -> bytes:
    """What the SDK has put into a file, which goes."""
    content = path.read_bytes()
    path.unlink()
    return content


async def test_the_sdk_reads_errors_and_warnings_of_elements(api: AccountingApi) -> None:
    row = Invoice(type="ACCREC", invoice_number="INV-2026-0900", contact=Contact(contact_id=ALOK), line_items=[])
    refused = (await read(api.create_invoices, Invoices(invoices=[row]), summarize_errors=False)).invoices[0]
    assert refused.validation_errors[0].message == "Invoice # must be unique."


@pytest.mark.parametrize(
    ("method", "plural"),
    [
        ("get_contacts", "contacts"),
        ("get_items", "items"),
        ("get_currencies", "currencies"),
        ("get_accounts", "accounts"),
        ("get_tax_rates", "tax_rates"),
        ("get_organisations", "organisations"),
        ("get_organisation_actions", "actions"),
        ("get_tracking_categories", "tracking_categories"),
        ("get_branding_themes", "branding_themes"),
        ("get_invoices", "invoices"),
    ],
)
async def test_the_sdk_reads_every_list(api: AccountingApi, method: str, plural: str) -> None:
    assert getattr(await read(getattr(api, method)), plural)


async def test_the_description_finds_a_wrong_type_and_an_unknown_address() -> None:
    """The check of requests must be able to fail, or it proves nothing."""
    if not openapi.available():
        pytest.skip("Xero's OpenAPI description does not lie beside the repository")
    headers = {"Authorization": "Bearer x", "xero-tenant-id": BEEF}
    good = {"Invoices": [invoice("INV-1", CurrencyRate=1, LineItems=[{"Quantity": 1}])]}
    body = str(good).replace("'", '"').encode()
    assert openapi.validate("PUT", "Invoices", {"summarizeErrors": "False"}, headers, body) == []
    assert openapi.validate("PUT", "Invoices", {}, headers, body.replace(b"ACCREC", b"BOGUS")) != []
    assert openapi.validate("PUT", "Invoices", {}, headers, body.replace(b"1}]", b'"x"}]')) != []
    assert openapi.validate("PUT", "Invoices", {}, {"Authorization": "Bearer x"}, body) != []
    assert openapi.validate("PUT", "Nowhere", {}, headers, body) != []
    assert openapi.validate("PUT", "Invoices", {}, {"xero-tenant-id": BEEF}, body) == [
        "Authorization: Bearer is missing"
    ]
