"""The simulator's pages: what a person changes there, Xero has; and nobody else's page can press their buttons."""

import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from itertools import product
from pathlib import Path

import aiohttp
import pytest

from deploy.demo import screen, shell
from deploy.demo.prometheus import HOW_TO_GET_IT
from deploy.demo.web import Addresses
from deploy.simulator.books import Contact, Document
from deploy.simulator.control.pages import PAGES
from deploy.simulator.server import Simulator
from tests.simulator.client import ALOK, BEEF

HERE = f"{PAGES}/{BEEF}"
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def browser(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.base_url, headers=OURS) as session:
        yield session


async def press(browser: aiohttp.ClientSession, tab: str, **fields: str) -> tuple[int, str]:
    """The status and the page after a form was sent and the browser went where it was sent."""
    async with browser.post(f"{HERE}/{tab}", data=fields) as answer:
        return answer.status, unescape(await answer.text())


def contact(simulator: Simulator, account: str) -> Contact:
    (found,) = simulator.state.organisations[BEEF].contacts.with_account(account)
    return found


def invoice(simulator: Simulator, number: str = "INV-2026-0900") -> Document:
    found = simulator.state.organisations[BEEF].document("invoice", number)
    assert found is not None
    return found


async def test_the_way_leads_from_the_organisations_to_the_lists(browser: aiohttp.ClientSession) -> None:
    async with browser.get(PAGES) as answer:
        assert f'href="{HERE}/contacts"' in await answer.text()
    async with browser.get(HERE) as answer:
        assert str(answer.url.path) == f"{HERE}/contacts"
        assert "Alok Trading Mumbai" in await answer.text()
    for tab, known in (("items", "BEEF-01"), ("documents", "INV-2026-0900")):
        async with browser.get(f"{HERE}/{tab}") as answer:
            assert known in await answer.text()


async def test_a_contact_is_made_renamed_archived_and_restored(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    status, page = await press(
        browser, "contacts", act="create", name=" Nina's <Deli> ", account_number="NINA", email="n@nina.example"
    )
    assert (status, "Done: created." in page) == (200, True)
    made = contact(simulator, "NINA")
    assert (made.name, made.email, made.status) == ("Nina's <Deli>", "n@nina.example", "ACTIVE")
    await press(browser, "contacts", act="rename", id=made.contact_id, name="Nina", account_number="NINA-2")
    assert contact(simulator, "NINA-2").name == "Nina"
    await press(browser, "contacts", act="archive", id=made.contact_id)
    assert contact(simulator, "NINA-2").status == "ARCHIVED"
    status, page = await press(browser, "contacts", act="rename", id=made.contact_id, name="Other")
    assert (status, "restore it first" in page) == (422, True)
    await press(browser, "contacts", act="restore", id=made.contact_id)
    assert contact(simulator, "NINA-2").status == "ACTIVE"


async def test_what_was_changed_is_newer_for_whoever_asks_for_changes(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    simulator.state.clock.advance(60)
    await press(browser, "contacts", act="archive", id=ALOK)
    assert contact(simulator, "ALOK").updated_at == simulator.state.clock.now()


@pytest.mark.parametrize(
    ("tab", "fields", "words"),
    [
        ("contacts", {"act": "create", "name": " "}, "The name has to be filled in."),
        ("contacts", {"act": "create", "name": "Alok Trading"}, "already assigned to another contact"),
        ("contacts", {"act": "create", "name": "New", "account_number": "ALOK"}, "Account Number already exists"),
        ("contacts", {"act": "archive", "id": "nobody"}, "This contact is gone."),
        ("contacts", {"act": "sell", "id": ALOK}, "no such act"),
        ("items", {"act": "create", "code": "BEEF-01"}, "an item with the code BEEF-01 already"),
        ("items", {"act": "create", "code": "X" * 31}, "longer than 30"),
        ("items", {"act": "create", "code": "NEW", "account_code": "99999"}, "not a valid code"),
        ("items", {"act": "create", "code": "NEW", "price": "dear"}, "is no number"),
        ("items", {"act": "create", "code": "NEW", "price": "NaN"}, "is no number"),
        ("items", {"act": "create", "code": "NEW", "price": "-1"}, "0 or more"),
        ("items", {"act": "delete", "id": "nothing"}, "This item is gone."),
        ("documents", {"act": "void", "id": "nothing"}, "This document is gone."),
    ],
)
async def test_what_xero_would_refuse_is_refused_with_the_reason_and_changes_nothing(
    simulator: Simulator, browser: aiohttp.ClientSession, tab: str, fields: dict[str, str], words: str
) -> None:
    before = simulator.state.organisations[BEEF].savepoint()
    status, page = await press(browser, tab, **fields)
    assert status == 422
    assert words in page
    after = simulator.state.organisations[BEEF].savepoint()
    assert (after.contacts.by_id, after.items.by_code) == (before.contacts.by_id, before.items.by_code)
    assert after.invoices.by_id == before.invoices.by_id


async def test_an_item_is_made_renamed_no_longer_sold_sold_again_and_deleted(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    items = simulator.state.organisations[BEEF].items
    await press(browser, "items", act="create", code="BEEF-99", name="Veal", price="12.50", account_code="200")
    made = items.find("BEEF-99")
    assert made is not None
    assert (made.name, str(made.unit_price), made.account_code, made.is_sold) == ("Veal", "12.50", "200", True)
    await press(browser, "items", act="rename", id=made.item_id, code="VEAL", name="Veal")
    assert items.find("BEEF-99") is None
    renamed = items.find("VEAL")
    assert renamed is not None
    assert renamed.item_id == made.item_id
    for act, is_sold in (("archive", False), ("restore", True)):
        await press(browser, "items", act=act, id=made.item_id)
        found = items.find("VEAL")
        assert found is not None
        assert found.is_sold is is_sold
    await press(browser, "items", act="delete", id=made.item_id)
    assert items.find("VEAL") is None


async def test_an_invoice_is_edited_approved_paid_and_its_payment_taken_back(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    draft = invoice(simulator)
    assert draft.status == "DRAFT"
    await press(browser, "documents", act="edit", id=draft.document_id, reference="By hand", due="2027-01-31")
    edited = invoice(simulator)
    assert (edited.texts["Reference"], str(edited.due)) == ("By hand", "2027-01-31")
    assert edited.updated_at > draft.updated_at
    status, page = await press(browser, "documents", act="pay", id=draft.document_id)
    assert (status, "is DRAFT, so this cannot be done to it" in page) == (422, True)
    await press(browser, "documents", act="approve", id=draft.document_id)
    await press(browser, "documents", act="pay", id=draft.document_id, amount="1")
    assert (invoice(simulator).status, str(invoice(simulator).amount_paid)) == ("AUTHORISED", "1")
    status, _ = await press(browser, "documents", act="void", id=draft.document_id)
    assert status == 422
    status, page = await press(browser, "documents", act="pay", id=draft.document_id, amount="1e9")
    assert (status, "does not fit" in page) == (422, True)
    await press(browser, "documents", act="pay", id=draft.document_id)
    assert invoice(simulator).status == "PAID"
    await press(browser, "documents", act="unpay", id=draft.document_id)
    await press(browser, "documents", act="void", id=draft.document_id)
    assert invoice(simulator).status == "VOIDED"


async def test_a_draft_is_deleted(simulator: Simulator, browser: aiohttp.ClientSession) -> None:
    await press(browser, "documents", act="delete", id=invoice(simulator).document_id)
    assert invoice(simulator).status == "DELETED"


@pytest.mark.parametrize(("due", "amount"), [("tomorrow", ""), ("2026-02-30", ""), ("", "much"), ("", "NaN")])
async def test_what_cannot_be_read_is_said_to_be_so(
    simulator: Simulator, browser: aiohttp.ClientSession, due: str, amount: str
) -> None:
    found = invoice(simulator)
    if amount:
        await press(browser, "documents", act="approve", id=found.document_id)
    status, page = await press(
        browser, "documents", act="pay" if amount else "edit", id=found.document_id, due=due, amount=amount
    )
    assert status == 422
    assert 'role="alert"' in page
    assert invoice(simulator).amount_paid == 0


def foreign() -> Iterator[dict[str, str]]:
    """What a form of somebody else's page says of where it comes from."""
    yield {}
    yield {"Origin": "https://elsewhere.example"}
    yield {"Origin": "null"}
    yield from ({"Sec-Fetch-Site": each} for each in ("cross-site", "same-site", "none"))


@pytest.mark.parametrize("headers", list(foreign()))
async def test_a_form_from_elsewhere_changes_nothing(simulator: Simulator, headers: dict[str, str]) -> None:
    async with (
        aiohttp.ClientSession(simulator.base_url, headers=headers) as session,
        session.post(f"{HERE}/contacts", data={"act": "archive", "id": ALOK}) as answer,
    ):
        assert answer.status == 403
    assert contact(simulator, "ALOK").status == "ACTIVE"


async def test_a_browser_without_fetch_metadata_is_known_by_its_origin(simulator: Simulator) -> None:
    async with (
        aiohttp.ClientSession(simulator.base_url, headers={"Origin": simulator.base_url}) as session,
        session.post(f"{HERE}/contacts", data={"act": "archive", "id": ALOK}) as answer,
    ):
        assert answer.status == 200
    assert contact(simulator, "ALOK").status == "ARCHIVED"


NASTY = "<script>alert('x')</script>\"&"


async def test_whatever_somebody_wrote_is_escaped_and_nothing_foreign_is_loaded(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    await press(browser, "contacts", act="create", name=NASTY)
    await press(browser, "items", act="create", code="N", name=NASTY, account_code="200")
    await press(browser, "documents", act="edit", id=invoice(simulator).document_id, reference=NASTY)
    for tab, query in product(("contacts", "items", "documents"), ("", NASTY)):
        async with browser.get(f"{HERE}/{tab}", params={"q": query, "done": NASTY}) as answer:
            body = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
        assert "<script" not in body
        assert re.findall(r'(?:src|href)="((?:https?:)?//[^"]*)"', body) == []
        assert "default-src 'none'" in policy
        assert "script-src" not in policy


async def test_what_is_not_there_is_a_404(browser: aiohttp.ClientSession) -> None:
    for path in (f"{PAGES}/nobody", f"{PAGES}/nobody/contacts", f"{HERE}/payroll"):
        async with browser.get(path) as answer:
            assert answer.status == 404
            assert "There is no such page." in await answer.text()


async def test_long_lists_show_the_newest_and_search_finds_the_rest(
    simulator: Simulator, browser: aiohttp.ClientSession
) -> None:
    organisation = simulator.state.organisations[BEEF]
    for index in range(150):
        organisation.put_contact({"Name": f"Customer {index:03}"}, simulator.state.ids, simulator.state.clock.now())
    async with browser.get(f"{HERE}/contacts") as answer:
        body = await answer.text()
    assert "Customer 149" in body
    assert "Customer 010" not in body
    assert "older ones are not shown" in body
    async with browser.get(f"{HERE}/contacts", params={"q": "customer 010"}) as answer:
        assert "Customer 010" in await answer.text()


def test_the_demo_says_where_the_pages_are(tmp_path: Path) -> None:
    where = Addresses("k", "http://127.0.0.1:1", "http://127.0.0.1:2", "t", "http://127.0.0.1:3")
    shown = "\n".join(str(each) for each in screen.addresses(where, tmp_path, tmp_path).renderables)
    assert f"http://127.0.0.1:1{PAGES}" in shown
    assert "http://127.0.0.1:3/alerts" in shown
    assert shell.write(where, tmp_path).read_text(encoding="utf-8").endswith("export PROMETHEUS=http://127.0.0.1:3\n")


def test_the_demo_says_how_to_get_a_prometheus_where_none_runs_beside_it(tmp_path: Path) -> None:
    where = Addresses("k", "http://127.0.0.1:1", "http://127.0.0.1:2", "t")
    shown = "\n".join(str(each) for each in screen.addresses(where, tmp_path, tmp_path).renderables)
    assert HOW_TO_GET_IT in shown
    assert shell.write(where, tmp_path).read_text(encoding="utf-8").endswith("export PROMETHEUS=''\n")
