"""Nothing faked between dispatcher and simulator: tokens that end, consent that goes, master data that comes late."""

from datetime import date
from functools import partial

import pytest

from deploy.simulator.state.faults import Fault
from mappers.model.company import DocumentType
from tests.builders import ORGANISATION, make_company
from tests.faults.dispatch.bad_days import told_to_wait
from tests.faults.dispatch.full_stack import WholeBench, whole
from tests.faults.dispatch.request_check import RequestCheck
from tests.faults.dispatch.simulated import assert_one_document_each
from tests.faults.dispatch.xero_doubles import CLIENT_ID
from tests.unit.streams.dispatch.test_flow import numbered

INVOICE = DocumentType.INVOICE
HALF_AN_HOUR = 1800
TEN_MINUTES = 600
READS = ["Organisation", "Contacts", "Items"]
TROUBLES = {
    "drop_before": {"times": 2},
    "cut_json": {},
    "html_body": {"times": 2},
    "503_plain": {"times": 2},
    "minute_429": {"retry_after": 5},
}


async def answers(bench: WholeBench, count: int) -> list[str]:
    """What the outcomes of the first `count` terminal answers say: the action, or the codes of the errors."""
    await bench.answered(count)
    return [each.action or "+".join(error.code for error in each.errors) for each in bench.ended()]


async def refreshed_twice(bench: WholeBench) -> None:
    """Let the background read everything again: settings come with every second refresh."""
    for _ in range(2):
        wanted = bench.refreshes + 1
        await bench.skip(TEN_MINUTES)
        await bench.until(partial(bench.is_refreshed, wanted))


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.parametrize("read", READS)
async def test_trouble_while_master_data_is_read_delays_and_nothing_else(
    read: str, trouble: str, check: RequestCheck
) -> None:
    async with whole(check) as bench:
        fault = Fault(f"GET {read}", trouble, **TROUBLES[trouble])  # type: ignore[arg-type]  # By name, as the table says.
        bench.simulator.state.faults.add(fault)
        outcomes = await bench.drive([numbered(index) for index in range(3)])
        assert fault.met
        assert {each.action for each in outcomes} == {"created"}
        assert_one_document_each(bench, INVOICE, 3)


async def test_a_token_is_renewed_before_it_ends_and_xero_never_refuses_one(check: RequestCheck) -> None:
    async with whole(check) as bench:
        async with bench.owner() as partition:
            bench.give(partition, [numbered(1)])
            await bench.all_answered()
            await bench.skip(HALF_AN_HOUR)
            bench.give(partition, [numbered(2)])
            await bench.all_answered()
        assert bench.called("POST token") == 2
        assert "401" not in bench.simulator.state.counts.statuses
        assert_one_document_each(bench, INVOICE, 2)


async def test_a_token_server_that_is_away_delays_and_nothing_else(check: RequestCheck) -> None:
    async with whole(check) as bench:
        lost = Fault("POST token", "drop_before", times=5)
        bench.simulator.state.faults.add(lost)
        outcomes = await bench.drive([numbered(1)])
        assert lost.met == 5
        assert [each.status for each in outcomes] == ["PROCESSED"]


@pytest.mark.parametrize("how", ["revoked", "credentials refused"])
async def test_consent_that_went_and_came_back(how: str, check: RequestCheck) -> None:
    """Everybody is told that they wait; when a person has mended it the shipments go by themselves."""
    async with whole(check) as bench:
        state = bench.simulator.state
        async with bench.owner() as partition:
            bench.give(partition, [numbered(1)])
            await bench.all_answered()
            state.tokens.revoke(CLIENT_ID)
            if how == "credentials refused":
                state.faults.add(Fault("POST token", "invalid_grant", times=100))
            bench.give(partition, [numbered(2), numbered(1, revision=2, exporter_reference="CHANGED")])
            await told_to_wait(bench, "disconnected")
            state.faults.clear()
            state.tokens.connect(CLIENT_ID, state.clock.now())
            await bench.skip(TEN_MINUTES)
            await bench.all_answered()
        assert {each.status for each in bench.ended()} == {"PROCESSED"}
        assert_one_document_each(bench, INVOICE, 2)


async def test_a_contact_an_item_and_a_currency_that_people_add_later(check: RequestCheck) -> None:
    """Rejected for each; sent by themselves, as requests of their own, once Xero has what they lacked."""
    async with whole(check) as bench:
        wrong = [
            numbered(1, buyer_code="NEWCO"),
            numbered(2, lines=[{**numbered(2).shipment["lines"][0], "product_code": "BEEF-99"}]),
            numbered(3, currency="GBP", exchange_rate=None),
        ]
        async with bench.owner() as partition:
            bench.give(partition, wrong)
            assert set(await answers(bench, 3)) == {"customer_not_found", "product_not_found", "currency_not_enabled"}
            state, now = bench.simulator.state, bench.simulator.state.clock.now()
            bench.xero.put_contact({"Name": "New Company", "AccountNumber": "NEWCO"}, state.ids, now)
            bench.xero.put_item({"Code": "BEEF-99", "Name": "Best beef"}, state.ids, now)
            bench.xero.currencies.append("GBP")
            await refreshed_twice(bench)
            assert (await answers(bench, 6))[3:] == ["created"] * 3
            await bench.until(lambda: not bench.topic.read().intents)
        assert len({each.request_id for each in bench.ended()}) == 6


async def test_a_contact_that_is_archived_and_restored(check: RequestCheck) -> None:
    async with whole(check) as bench, bench.owner() as partition:
        bench.give(partition, [numbered(1, buyer_code="GONE")])
        assert await answers(bench, 1) == ["customer_archived"]
        state = bench.simulator.state
        restored = {"Name": "Gone Fishing Ltd", "ContactStatus": "ACTIVE"}
        bench.xero.put_contact(restored, state.ids, state.clock.now())
        await bench.skip(TEN_MINUTES)
        assert await answers(bench, 2) == ["customer_archived", "created"]


async def test_a_lock_that_people_set_is_learnt_and_then_refused_without_a_write(check: RequestCheck) -> None:
    async with whole(check) as bench:
        async with bench.owner() as partition:
            bench.give(partition, [numbered(1)])
            await bench.all_answered()
            bench.xero.period_lock_date = date(2026, 11, 30)
            await refreshed_twice(bench)
            writes = bench.simulator.state.counts.write_calls
            bench.give(partition, [numbered(2), numbered(1, revision=2, exporter_reference="CHANGED")])
            assert (await answers(bench, 3))[1:] == ["period_locked", "period_locked"]
        assert bench.simulator.state.counts.write_calls == writes


async def test_ten_times_the_quota_of_missing_codes_leaves_the_good_shipments_their_calls(check: RequestCheck) -> None:
    """A poison shipment does not delay its neighbour (invariant 9)."""
    async with whole(check, make_company()) as bench:
        unknown = [numbered(index, buyer_code=f"NOBODY-{index}") for index in range(600)]
        good = [numbered(1000 + index) for index in range(50)]
        async with bench.owner() as partition:
            bench.give(partition, [*unknown, *good])
            await bench.until(lambda: sum(each.status == "PROCESSED" for each in bench.ended()) == 50, 5)
            await bench.all_answered()
        assert bench.simulator.state.limits.refused == {}
        assert {each.organisation for each in bench.companies.values()} == {ORGANISATION}
