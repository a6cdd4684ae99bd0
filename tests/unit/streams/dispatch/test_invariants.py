"""What must never happen in a lane is counted where it would: each test makes it happen behind the lane's back."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from aiokafka.errors import KafkaConnectionError

from mappers.model.company import Company, DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger import Step
from streams.dispatch.ledger.records import Intent
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.partition import Partition
from streams.ops.labels import Invariant
from tests.builders import ORGANISATION, make_company, make_request
from tests.unit.streams.dispatch.harness import Bench, WitnessedAccounting
from xero_client.port import ElementReply, Grant, Operation

OTHER_ORGANISATION = "99999999-8888-7777-6666-555555555555"


def violations(bench: Bench) -> dict[str, float]:
    """The counts that are not 0."""
    counts = {
        each: bench.metrics.registry.get_sample_value("shipledger_invariant_violations_total", {"invariant": each})
        for each in Invariant
    }
    return {str(invariant): count for invariant, count in counts.items() if count}


Meddle = Callable[[Bench, Partition], None]


def forget_the_intent(_bench: Bench, partition: Partition) -> None:
    partition._ledger.intents.clear()


def open_the_rows(_bench: Bench, partition: Partition) -> None:
    """The intent is there, but the shipment does not travel in it."""
    rows = partition._ledger.rows
    rows.update({key: row.model_copy(update={"claim": None}) for key, row in rows.items()})


def move_the_company(bench: Bench, _partition: Partition) -> None:
    bench.companies.update({each: make_company(id=each, organisation=OTHER_ORGANISATION) for each in bench.companies})


def take_a_newer_revision(_bench: Bench, partition: Partition) -> None:
    rows = partition._ledger.rows
    rows.update({key: row.model_copy(update={"revision": 99}) for key, row in rows.items()})


@pytest.mark.parametrize(
    ("meddle", "invariant"),
    [
        (forget_the_intent, "intent_before_write"),
        (open_the_rows, "intent_before_write"),
        (move_the_company, "own_organisation"),
        (take_a_newer_revision, "revision_order"),
    ],
)
async def test_a_write_that_would_break_an_invariant_is_counted(meddle: Meddle, invariant: str) -> None:
    """Something goes wrong between the intent's commit and the first byte of the write."""
    bench = Bench()
    async with bench.owner() as partition:

        def after(step: Step) -> None:
            if any(isinstance(record, Intent) for record in step.records.values()):
                meddle(bench, partition)

        bench.fence.after = after
        bench.give(partition, [make_request()])
        await bench.until(lambda: bench.accounting.writes)
    assert violations(bench) == {invariant: 1}


async def test_a_write_in_order_breaks_nothing() -> None:
    bench = Bench()
    async with bench.owner() as partition:
        bench.give(partition, [make_request(), make_request(event_id="2", revision=8)])
        await bench.answered(2)
    assert violations(bench) == {}


class BrokenCompanies(dict[str, Company]):
    """A fault of our own: the company is known, but its rules cannot be read while planning."""

    def __getitem__(self, company_id: str) -> Company:
        raise RuntimeError("planted")


async def test_a_fault_while_planning_is_counted_and_answered() -> None:
    bench = Bench()
    bench.companies = BrokenCompanies(bench.companies)
    async with bench.owner() as partition:
        bench.give(partition, [make_request()])
        (outcome,) = await bench.answered(1)
    assert [problem.code for problem in outcome.errors] == ["internal_error"]
    assert violations(bench) == {"agent_body": 1}


async def test_two_live_documents_under_one_number_are_counted() -> None:
    """Xero itself may allow two quotes of one number; which of them is the shipment's, a person decides."""
    bench = Bench(make_company(document=DocumentType.QUOTE))
    async with bench.owner() as partition:
        bench.give(partition, [make_request()])
        await bench.answered(1)
        (made,) = bench.accounting.documents(ORGANISATION)
        bench.accounting.put(ORGANISATION, made.model_copy(update={"xero_id": "twin"}))
        request = make_request(event_id="2", shipment_id="SHP-2", revision=8)
        bench.topic.ledger.clear()
    async with bench.owner() as successor:
        bench.give(successor, [request])
        outcomes = await bench.answered(2)
    assert [problem.code for problem in outcomes[1].errors] == ["number_ambiguous"]
    assert violations(bench) == {"one_document": 1}


class OneCentMore(WitnessedAccounting):
    """Xero takes the document, and shows it with a cent more."""

    async def write(
        self,
        grant: Grant,
        kind: DocumentType,
        operation: Operation,
        body: bytes,
        *,
        idempotency_key: str,
        start_before: float,
    ) -> tuple[ElementReply, ...]:
        replies = await super().write(
            grant, kind, operation, body, idempotency_key=idempotency_key, start_before=start_before
        )
        return tuple(replace(each, document=_dearer(each.document)) for each in replies)


def _dearer(document: ExistingDocument | None) -> ExistingDocument | None:
    if document is None or document.total is None or document.sub_total is None:
        return document
    cent = Decimal("0.01")
    return document.model_copy(update={"total": document.total + cent, "sub_total": document.sub_total + cent})


async def test_a_document_of_another_amount_is_counted() -> None:
    bench = Bench()
    bench.accounting = OneCentMore(bench.topic, bench.clock)
    async with bench.owner() as partition:
        bench.give(partition, [make_request()])
        (outcome,) = await bench.answered(1)
    assert [problem.code for problem in outcome.errors] == ["amount_differs"]
    assert violations(bench) == {"to_the_cent": 1}


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (ExceptionGroup("lost", [RuntimeError("a fault of ours")]), {"agent_body": 1}),
        (ExceptionGroup("lost", [PartitionLostError(), KafkaConnectionError()]), {}),
    ],
    ids=["our fault", "the brokers'"],
)
async def test_a_partition_that_ends_by_a_fault_of_ours_is_counted(error: Exception, counted: dict[str, float]) -> None:
    bench = Bench()
    connection = {"bootstrap_servers": "127.0.0.1:1"}
    ends: list[BaseException] = []
    dispatcher = Dispatcher(connection, bench.world(), "test", ends.append, session_timeout=6.0, heartbeat_interval=1.0)
    dispatcher._report_loss(0, error)
    await dispatcher.stop(0.0)
    assert ends == []
    assert violations(bench) == counted
