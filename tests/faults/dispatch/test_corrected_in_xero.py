"""The guide's answer to a rejection: correct it in Xero, and press Sync Now. Nothing is faked but the clock."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from deploy.simulator.books.organisation import Organisation
from mappers.model.company import DocumentType
from mappers.model.master_data import Needs
from mappers.model.sync_request import Trigger
from tests.builders import ORGANISATION, make_company
from tests.faults.dispatch.full_stack import FullStackHarness, full_stack
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import assert_one_document_each
from tests.unit.streams.dispatch.requests import numbered

COMPANY = make_company(account_code="200", on_locked="refuse")
Change = Callable[[FullStackHarness], object]


def contact(**row: Any) -> Change:
    return lambda harness: books(harness).put_contact(row, harness.simulator.state.ids, now(harness))


def item(**row: Any) -> Change:
    return lambda harness: books(harness).put_item(row, harness.simulator.state.ids, now(harness))


def account(**row: Any) -> Change:
    return lambda harness: books(harness).codes.put_account(row, harness.simulator.state.ids)


def currency(code: str) -> Change:
    return lambda harness: books(harness).currencies.append(code)


def lock(day: date | None) -> Change:
    def change(harness: FullStackHarness) -> None:
        books(harness).period_lock_date = day

    return change


def books(harness: FullStackHarness) -> Organisation:
    return harness.xero


def now(harness: FullStackHarness) -> Any:
    return harness.simulator.state.clock.now()


def product(code: str) -> dict[str, Any]:
    return {"lines": [{**numbered(1).shipment["lines"][0], "product_code": code}]}


def nothing(_harness: FullStackHarness) -> None:
    """Xero is as the simulator's demonstration has it."""


CASES = {
    "an unknown customer": (nothing, {"buyer_code": "NEWCO"}, contact(Name="New", AccountNumber="NEWCO")),
    "an archived customer": (nothing, {"buyer_code": "GONE"}, contact(Name="Gone Fishing Ltd", ContactStatus="ACTIVE")),
    "two customers of one code": (
        contact(Name="Twin", AccountNumber="ALOK"),
        {},
        contact(Name="Twin", AccountNumber="TWIN"),
    ),
    "an unknown product": (nothing, product("BEEF-99"), item(Code="BEEF-99", Name="Best beef")),
    "a product that is not sold": (
        item(Code="HIDE-1", Name="Hide", IsSold=False),
        product("HIDE-1"),
        item(Code="HIDE-1", IsSold=True),
    ),
    "a currency that is not enabled": (nothing, {"currency": "GBP", "exchange_rate": None}, currency("GBP")),
    "an archived account": (
        account(Code="200", Status="ARCHIVED"),
        {},
        account(Code="200", Status="ACTIVE"),
    ),
    "a locked period": (lock(date(2026, 11, 30)), {}, lock(None)),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_is_corrected_in_xero_is_processed_at_the_next_sync_now(case: str, check: RequestCheck) -> None:
    wrong, fields, correction = CASES[case]
    async with full_stack(check, COMPANY) as harness, harness.owner() as partition:
        wrong(harness)
        harness.give(partition, [numbered(1, **fields)])
        (refused,) = await harness.answered(1)
        assert refused.status == "REJECTED"
        correction(harness)
        # Without a moment's pause, and whatever was looked up in vain a moment ago.
        asked = numbered(1, revision=2, **fields).model_copy(update={"trigger": Trigger.SYNC_NOW})
        harness.give(partition, [asked])
        outcomes = await harness.answered(2)
        assert [each.status for each in outcomes] == ["REJECTED", "PROCESSED"], outcomes[-1].errors
        await harness.until(lambda: not harness.topic.read().intents)
        assert_one_document_each(harness, DocumentType.INVOICE, 1)


async def test_after_a_flood_of_unknown_codes_a_person_who_asks_is_answered_from_xero(check: RequestCheck) -> None:
    """What master data may cost is spent; what is kept of it for people is not."""
    async with full_stack(check, make_company()) as harness, harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="NEWCO")])
        await harness.answered(1)
        flood = [Needs(frozenset({f"FLOOD-{number}"})) for number in range(100)]
        asked_at = harness.driven.monotonic
        answers = [await harness.cache.resolve(ORGANISATION, each, asked_at=asked_at()) for each in flood]
        assert answers[-1].as_of
        contact(Name="New", AccountNumber="NEWCO")(harness)
        harness.give(partition, [numbered(1, revision=2, buyer_code="NEWCO")])
        (error,) = (await harness.answered(2))[1].errors
        assert "so Xero was not asked again" in error.hint
        asked = numbered(1, revision=3, buyer_code="NEWCO").model_copy(update={"trigger": Trigger.SYNC_NOW})
        harness.give(partition, [asked])
        assert (await harness.answered(3))[2].status == "PROCESSED"


async def test_what_vanished_after_it_was_read_is_refused_in_the_guides_words_and_sent_once_it_is_back(
    check: RequestCheck,
) -> None:
    async with full_stack(check, make_company()) as harness, harness.owner() as partition:
        harness.give(partition, [numbered(1)])
        await harness.answered(1)
        (alok,) = [each for each in books(harness).contacts.by_id.values() if each.account_number == "ALOK"]
        contact(ContactID=alok.contact_id, ContactStatus="ARCHIVED")(harness)
        harness.give(partition, [numbered(2)])
        (_, refused) = await harness.answered(2)
        (error,) = refused.errors
        assert error.message == "Customer.Name(ALOK) : not found in XERO(Customer.Name)."
        assert "is sent by itself" in error.hint
        contact(ContactID=alok.contact_id, ContactStatus="ACTIVE")(harness)
        await harness.skip(60)
        assert (await harness.answered(3))[2].status == "PROCESSED"
