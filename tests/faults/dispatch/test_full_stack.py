"""Nothing faked between dispatcher and simulator: tokens expire, consent is withdrawn, master data comes late."""

from datetime import date
from functools import partial

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.builders import ORGANISATION, make_company
from tests.faults.dispatch.fault_cases import told_to_wait
from tests.faults.dispatch.full_stack import FullStackHarness, full_stack
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import assert_one_document_each
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from tests.unit.streams.dispatch.requests import numbered

INVOICE = DocumentType.INVOICE
HALF_AN_HOUR = 1800
TEN_MINUTES = 600
AN_HOUR = 3_700
READS = ["Organisation", "Contacts", "Items"]
READ_FAULTS = {
    "drop_before": {"times": 2},
    "cut_json": {},
    "html_body": {"times": 2},
    "503_plain": {"times": 2},
    "minute_429": {"retry_after": 5},
}


async def answers(harness: FullStackHarness, count: int) -> list[str]:
    """What the outcomes of the first `count` terminal answers say: the action, or the codes of the errors."""
    await harness.answered(count)
    return [each.action or "+".join(error.code for error in each.errors) for each in harness.ended()]


async def read_again(harness: FullStackHarness) -> None:
    """Let the background read everything again: settings come by the hour."""
    await harness.skip(AN_HOUR)
    await harness.until(partial(harness.is_read_since, harness.driven.monotonic() - AN_HOUR / 2))


@pytest.mark.parametrize("name", READ_FAULTS)
@pytest.mark.parametrize("read", READS)
async def test_a_fault_while_master_data_is_read_delays_and_nothing_else(
    read: str, name: str, check: RequestCheck
) -> None:
    async with full_stack(check) as harness:
        fault = Fault(f"GET {read}", name, **READ_FAULTS[name])  # type: ignore[arg-type]  # By name, as the table says.
        harness.simulator.state.faults.add(fault)
        outcomes = await harness.drive([numbered(index) for index in range(3)])
        assert fault.met
        assert {each.action for each in outcomes} == {"created"}
        assert_one_document_each(harness, INVOICE, 3)


async def test_a_token_is_renewed_before_it_ends_and_xero_never_refuses_one(check: RequestCheck) -> None:
    async with full_stack(check) as harness:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.all_answered()
            await harness.skip(HALF_AN_HOUR)
            harness.give(partition, [numbered(2)])
            await harness.all_answered()
        assert harness.called("POST token") == 2
        assert "401" not in harness.simulator.state.counts.statuses
        assert_one_document_each(harness, INVOICE, 2)


async def test_a_token_server_that_is_away_delays_and_nothing_else(check: RequestCheck) -> None:
    async with full_stack(check) as harness:
        lost = Fault("POST token", "drop_before", times=5)
        harness.simulator.state.faults.add(lost)
        outcomes = await harness.drive([numbered(1)])
        assert lost.met == 5
        assert [each.status for each in outcomes] == ["PROCESSED"]


@pytest.mark.parametrize("how", ["revoked", "credentials refused"])
async def test_consent_that_went_and_came_back(how: str, check: RequestCheck) -> None:
    """Every shipment is told that it waits; when a person has consented again all are sent by themselves."""
    async with full_stack(check) as harness:
        world = harness.simulator.state
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.all_answered()
            world.tokens.revoke(CLIENT_ID)
            if how == "credentials refused":
                world.faults.add(Fault("POST token", "invalid_grant", times=100))
            harness.give(partition, [numbered(2), numbered(1, revision=2, exporter_reference="CHANGED")])
            await told_to_wait(harness, "disconnected")
            world.faults.clear()
            world.tokens.connect(CLIENT_ID, world.clock.now())
            await harness.skip(TEN_MINUTES)
            await harness.all_answered()
        assert {each.status for each in harness.ended()} == {"PROCESSED"}
        assert_one_document_each(harness, INVOICE, 2)


async def test_a_contact_an_item_and_a_currency_that_people_add_later(check: RequestCheck) -> None:
    """Rejected for each; sent by themselves, as requests of their own, once Xero has what they lacked."""
    async with full_stack(check) as harness:
        wrong = [
            numbered(1, buyer_code="NEWCO"),
            numbered(2, lines=[{**numbered(2).shipment["lines"][0], "product_code": "BEEF-99"}]),
            numbered(3, currency="GBP", exchange_rate=None),
        ]
        async with harness.owner() as partition:
            harness.give(partition, wrong)
            assert set(await answers(harness, 3)) == {"customer_not_found", "product_not_found", "currency_not_enabled"}
            world, now = harness.simulator.state, harness.simulator.state.clock.now()
            harness.xero.put_contact({"Name": "New Company", "AccountNumber": "NEWCO"}, world.ids, now)
            sales = {"AccountCode": "200", "TaxType": "EXEMPTEXPORT"}
            harness.xero.put_item({"Code": "BEEF-99", "Name": "Best beef", "SalesDetails": sales}, world.ids, now)
            harness.xero.currencies.append("GBP")
            await read_again(harness)
            assert (await answers(harness, 6))[3:] == ["created"] * 3
            await harness.until(lambda: not harness.topic.read().intents)
        assert len({each.request_id for each in harness.ended()}) == 6


async def test_a_contact_that_is_archived_and_restored(check: RequestCheck) -> None:
    async with full_stack(check) as harness, harness.owner() as partition:
        harness.give(partition, [numbered(1, buyer_code="GONE")])
        assert await answers(harness, 1) == ["customer_archived"]
        world = harness.simulator.state
        restored = {"Name": "Gone Fishing Ltd", "ContactStatus": "ACTIVE"}
        harness.xero.put_contact(restored, world.ids, world.clock.now())
        await harness.skip(TEN_MINUTES)
        assert await answers(harness, 2) == ["customer_archived", "created"]


async def test_a_lock_that_people_set_is_learnt_and_then_refused_without_a_write(check: RequestCheck) -> None:
    async with full_stack(check, make_company(on_locked="refuse")) as harness:
        async with harness.owner() as partition:
            harness.give(partition, [numbered(1)])
            await harness.all_answered()
            harness.xero.period_lock_date = date(2026, 11, 30)
            await read_again(harness)
            writes = harness.simulator.state.counts.write_calls
            harness.give(partition, [numbered(2), numbered(1, revision=2, exporter_reference="CHANGED")])
            assert (await answers(harness, 3))[1:] == ["period_locked", "period_locked"]
        assert harness.simulator.state.counts.write_calls == writes


async def test_ten_times_the_quota_of_missing_codes_leaves_the_good_shipments_their_calls(check: RequestCheck) -> None:
    """A poison shipment does not delay its neighbour (invariant 9)."""
    async with full_stack(check, make_company()) as harness:
        unknown = [numbered(index, buyer_code=f"NOBODY-{index}") for index in range(600)]
        good = [numbered(1000 + index) for index in range(50)]
        async with harness.owner() as partition:
            harness.give(partition, [*unknown, *good])
            await harness.until(lambda: sum(each.status == "PROCESSED" for each in harness.ended()) == 50)
            await harness.all_answered()
        assert harness.simulator.state.limits.refused == {}
        assert {each.organisation for each in harness.companies.values()} == {ORGANISATION}
