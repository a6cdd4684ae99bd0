"""What the ledger learns of exchange rates, from whom, and who may replace or forget it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import orjson
import pytest

from mappers.model.changes import COMMAND_HEADER
from mappers.model.document import ExistingDocument
from mappers.model.outcome import Outcome
from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.rates import AcceptedRate, ForgetRates
from tests.builders import OMIT, ORGANISATION, make_company
from tests.fakes.accounting import Fault
from tests.unit.streams.dispatch.harness import Harness, IntentCheckingAccounting, Record
from tests.unit.streams.dispatch.requests import numbered
from xero_client.errors import EffectUnknownError
from xero_client.port import ElementReply

TURNED, RIGHT = "1.5283", "0.6543"


async def answers(harness: Harness, *requests: SyncRequest) -> list[Outcome]:
    """Give one request after the other; each is answered before the next."""
    earlier = len(harness.ended())
    async with harness.owner() as partition:
        for count, request in enumerate(requests, 1):
            harness.give(partition, [request])
            await harness.answered(earlier + count)
    return harness.ended()[earlier:]


def codes(outcomes: list[Outcome]) -> list[list[str]]:
    return [[problem.code for problem in each.errors] for each in outcomes]


IMPLAUSIBLE = ["exchange_rate_implausible"]


async def test_a_rate_far_from_the_last_accepted_one_is_refused_and_names_its_shipment() -> None:
    found = await answers(Harness(), numbered(1, exchange_rate=TURNED), numbered(2, exchange_rate=RIGHT))
    assert codes(found) == [[], IMPLAUSIBLE]
    assert "southern-beef/SHP-00001" in found[1].errors[0].message


async def test_the_shipment_that_brought_a_rate_may_replace_it_and_the_right_one_counts_then() -> None:
    found = await answers(
        Harness(),
        numbered(1, exchange_rate=TURNED),
        numbered(1, revision=2, exchange_rate=RIGHT),
        numbered(2, exchange_rate=RIGHT),
        numbered(3, exchange_rate=TURNED),
    )
    assert codes(found) == [[], [], [], IMPLAUSIBLE]


async def test_a_rate_of_one_is_refused_and_teaches_nothing() -> None:
    found = await answers(Harness(), numbered(1, exchange_rate="1"), numbered(2, exchange_rate=RIGHT))
    assert codes(found) == [IMPLAUSIBLE, []]


async def test_a_rate_that_xero_warned_of_teaches_nothing_and_the_warning_is_told() -> None:
    harness = Harness()
    harness.accounting.fault(Fault(warn={"INV-00001": "The currency rate looks inverted."}))
    found = await answers(harness, numbered(1, exchange_rate=TURNED), numbered(2, exchange_rate=RIGHT))
    assert codes(found) == [[], []]
    assert [problem.code for problem in found[0].warnings] == ["xero_warning"]


async def test_a_write_whose_reply_was_lost_teaches_nothing_for_its_warnings_are_lost_too() -> None:
    harness = Harness()
    lost = EffectUnknownError("a fault of Xero's own", status=500)
    harness.accounting.fault(Fault(after=lost, cached=True))
    found = await answers(harness, numbered(1, exchange_rate=TURNED), numbered(2, exchange_rate=RIGHT))
    assert found[0].action == "recovered"
    assert codes(found) == [[], []]


async def test_the_memory_belongs_to_the_direction_of_the_profile() -> None:
    harness = Harness()
    await answers(harness, numbered(1, exchange_rate=TURNED))
    harness.companies["southern-beef"] = make_company(exchange_rate_quoted="base_per_foreign")
    found = await answers(harness, numbered(2, exchange_rate=TURNED), numbered(3, exchange_rate=RIGHT))
    assert codes(found) == [[], IMPLAUSIBLE]


class XeroPicks(IntentCheckingAccounting):
    """A Xero that picks a rate for documents without one."""

    async def write(self, *given: Any, **named: Any) -> tuple[ElementReply, ...]:
        """As the port says."""
        replies = await super().write(*given, **named)
        picked = tuple(replace(each, document=_with_rate(each.document)) for each in replies)
        for each in picked:
            if each.document is not None:
                self.put(ORGANISATION, each.document)
        return picked


def _with_rate(document: ExistingDocument | None) -> ExistingDocument | None:
    if document is None or document.currency_rate != 1:
        return document
    return document.model_copy(update={"currency_rate": Decimal(RIGHT)})


async def test_the_rate_that_xero_picked_is_xeros_own_and_no_shipment_may_go_against_it() -> None:
    harness = Harness()
    harness.accounting = XeroPicks(harness.topic, harness.clock)
    found = await answers(harness, numbered(1, exchange_rate=OMIT), numbered(1, revision=2, exchange_rate=TURNED))
    assert codes(found) == [[], IMPLAUSIBLE]
    assert "Xero's own" in found[1].errors[0].message


async def test_an_update_without_a_rate_teaches_nothing_for_it_keeps_the_one_that_was_there() -> None:
    harness = Harness()
    harness.accounting = XeroPicks(harness.topic, harness.clock)
    found = await answers(
        harness,
        numbered(1, exchange_rate=TURNED),
        numbered(1, revision=2, exchange_rate=OMIT, exporter_reference="EXP-78"),
        numbered(1, revision=3, exchange_rate="2.5"),
    )
    assert codes(found) == [[], [], []]


def stored(harness: Harness, *names: str, **fields: Any) -> None:
    """A record that lies in the ledger's topic."""
    record = AcceptedRate.model_validate({"organisation": ORGANISATION, "currency": "USD", **fields})
    harness.topic.ledger[orjson.dumps(["rate", ORGANISATION, "USD", *names])] = record.model_dump_json(
        exclude_defaults=True
    ).encode()


AT = "2026-11-20T00:00:00Z"
LATER = "2026-11-21T00:00:00Z"


@pytest.mark.parametrize("quoted", ["foreign_per_base", "base_per_foreign"])
async def test_xeros_own_rate_binds_in_either_direction(quoted: Any) -> None:
    harness = Harness(make_company(exchange_rate_quoted=quoted))
    stored(harness, "xero", rate=RIGHT, at=AT)
    right, wrong = (RIGHT, TURNED) if quoted == "foreign_per_base" else (TURNED, RIGHT)
    found = await answers(harness, numbered(1, exchange_rate=wrong), numbered(2, exchange_rate=right))
    assert codes(found) == [IMPLAUSIBLE, []]
    assert "Xero's own" in found[0].errors[0].message


async def test_xeros_newer_own_rate_goes_before_a_shipments() -> None:
    harness = Harness()
    stored(harness, "foreign_per_base", rate=TURNED, at=AT, given_by="southern-beef/X")
    stored(harness, "xero", rate=RIGHT, at=LATER)
    assert codes(await answers(harness, numbered(1, exchange_rate=RIGHT))) == [[]]


@pytest.mark.parametrize(("accepted_at", "then"), [("2027-02-20T00:00:00Z", IMPLAUSIBLE), ("2027-02-21T00:00:00Z", [])])
async def test_xeros_own_rate_binds_for_a_quarter_though_others_were_accepted_since(
    accepted_at: str, then: list[str]
) -> None:
    harness = Harness()
    stored(harness, "xero", rate=RIGHT, at=AT)
    stored(harness, "foreign_per_base", rate="0.80", at=accepted_at, given_by="southern-beef/X")
    assert codes(await answers(harness, numbered(1, exchange_rate="1.02"))) == [then]


async def test_a_record_without_a_direction_counts_in_both_until_a_newer_one_comes() -> None:
    harness = Harness()
    stored(harness, rate=RIGHT)
    found = await answers(harness, numbered(1, exchange_rate=TURNED), numbered(2, exchange_rate="0.80"))
    assert codes(found) == [IMPLAUSIBLE, []]
    found = await answers(harness, numbered(3, exchange_rate="1.0"), numbered(4, exchange_rate="0.99"))
    assert codes(found) == [IMPLAUSIBLE, []]


async def test_a_record_of_exactly_one_that_an_older_version_learned_is_not_believed() -> None:
    harness = Harness()
    stored(harness, rate="1")
    assert codes(await answers(harness, numbered(1, exchange_rate="0.30"))) == [[]]


async def test_what_an_operator_asks_to_forget_is_forgotten_once_and_for_good() -> None:
    harness = Harness()
    await answers(harness, numbered(1, exchange_rate=TURNED))
    async with harness.owner() as partition:
        partition.take([forget(harness, "USD")])
        harness.give(partition, [numbered(2, exchange_rate=RIGHT)])
        found = await harness.answered(2)
    assert codes(found) == [[], []]
    assert codes(await answers(harness, numbered(3, exchange_rate=TURNED))) == [IMPLAUSIBLE]
    assert harness.topic.dead_letters == []


async def test_another_currencys_rates_stay() -> None:
    harness = Harness()
    await answers(harness, numbered(1, exchange_rate=RIGHT))
    async with harness.owner() as partition:
        partition.take([forget(harness, "EUR")])
        await harness.until(lambda: harness.topic.offset == len(harness.sent))
    assert codes(await answers(harness, numbered(2, exchange_rate=TURNED))) == [IMPLAUSIBLE]


async def test_a_command_that_cannot_be_read_is_a_dead_letter() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        partition.take([replace(forget(harness, "USD"), value=b'{"command":"forget_everything"}')])
        await harness.until(lambda: harness.topic.dead_letters)
    (letter,) = harness.topic.dead_letters
    assert dict(letter.headers)["dlq.reason"] == b"request_unreadable"


def forget(harness: Harness, currency: str) -> Record:
    command = ForgetRates(organisation=ORGANISATION, currency=currency)
    record = Record(command.model_dump_json().encode(), len(harness.sent), headers=((COMMAND_HEADER, b"forget_rates"),))
    harness.sent.append(record)
    return record
