"""What must never happen in a lane is counted where it would: each test makes it happen behind the lane's back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aiokafka.errors import KafkaConnectionError

from mappers.model.company import Company, DocumentType
from mappers.model.document import ExistingDocument
from streams.dispatch.batch.invariants import broken_at_write
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent, RowKey
from streams.dispatch.ownership.owner import PartitionOwner, Producer
from streams.dispatch.ownership.partition import Partition
from streams.ops.labels import Invariant
from streams.ops.supervision import End
from tests.builders import COMPANY_ID, ORGANISATION, make_company, make_request
from tests.unit.streams.dispatch.harness import Harness, IntentCheckingAccounting
from xero_client.port import ElementReply, Grant, Operation

OTHER_ORGANISATION = "99999999-8888-7777-6666-555555555555"


def violations(harness: Harness) -> dict[str, float]:
    """The counts that are not 0."""
    counts = {
        each: harness.metrics.registry.get_sample_value("shipledger_invariant_violations_total", {"invariant": each})
        for each in Invariant
    }
    return {str(invariant): count for invariant, count in counts.items() if count}


Meddle = Callable[[Harness, Partition], None]


def forget_the_intent(_harness: Harness, partition: Partition) -> None:
    partition._ledger.intents.clear()


def change_rows(partition: Partition, fields: dict[str, object]) -> None:
    rows = partition._ledger.rows
    transaction = LedgerTransaction(records={key: row.model_copy(update=fields) for key, row in rows.items()})
    partition._ledger.submit(transaction)


def open_the_rows(_harness: Harness, partition: Partition) -> None:
    """The intent is there, but the shipment does not travel in it."""
    change_rows(partition, {"reservation": None})


def take_a_newer_revision(_harness: Harness, partition: Partition) -> None:
    change_rows(partition, {"revision": 99})


@pytest.mark.parametrize(
    ("meddle", "invariant"),
    [
        (forget_the_intent, "intent_before_write"),
        (open_the_rows, "intent_before_write"),
        (take_a_newer_revision, "revision_order"),
    ],
)
async def test_a_write_that_would_break_an_invariant_is_counted(meddle: Meddle, invariant: str) -> None:
    """Something goes wrong between the intent's commit and the first byte of the write."""
    harness = Harness()
    async with harness.owner() as partition:

        def after(step: LedgerTransaction) -> None:
            if any(isinstance(record, Intent) for record in step.records.values()):
                meddle(harness, partition)

        harness.fence.after = after
        harness.give(partition, [make_request()])
        await harness.until(lambda: harness.accounting.writes)
    assert violations(harness) == {invariant: 1}


def test_a_write_into_another_organisation_would_be_counted() -> None:
    """A company that the profile moves meanwhile is no fault: its write is not begun (see test_profile_changes)."""
    ledger, now = Harness().topic.read(), datetime.now(UTC)
    key = RowKey(ORGANISATION, COMPANY_ID, "SHP-1")
    intent = Intent(
        key="k",
        organisation=ORGANISATION,
        kind=DocumentType.INVOICE,
        operation=Operation.CREATE,
        body="",
        begun_at=now,
        committed_at=now,
        members=(key,),
    )
    ours, others = make_company(), make_company(organisation=OTHER_ORGANISATION)
    assert Invariant.OWN_ORGANISATION not in set(broken_at_write(intent, ledger, {COMPANY_ID: ours}, now))
    assert Invariant.OWN_ORGANISATION in set(broken_at_write(intent, ledger, {COMPANY_ID: others}, now))


async def test_a_write_in_order_breaks_nothing() -> None:
    harness = Harness()
    async with harness.owner() as partition:
        harness.give(partition, [make_request(), make_request(event_id="2", revision=8)])
        await harness.answered(2)
    assert violations(harness) == {}


class BrokenCompanies(dict[str, Company]):
    """A fault of our own: the company is known, but its rules cannot be read while planning."""

    def __getitem__(self, company_id: str) -> Company:
        raise RuntimeError("planted")


async def test_a_fault_while_planning_is_counted_and_answered() -> None:
    harness = Harness()
    harness.companies = BrokenCompanies(harness.companies)
    async with harness.owner() as partition:
        harness.give(partition, [make_request()])
        (outcome,) = await harness.answered(1)
    assert [problem.code for problem in outcome.errors] == ["internal_error"]
    assert violations(harness) == {"agent_body": 1}


async def test_two_live_documents_under_one_number_are_counted() -> None:
    """Xero itself may allow two quotes of one number; which of them is the shipment's, a person decides."""
    harness = Harness(make_company(document=DocumentType.QUOTE))
    async with harness.owner() as partition:
        harness.give(partition, [make_request()])
        await harness.answered(1)
        (made,) = harness.accounting.documents(ORGANISATION)
        harness.accounting.put(ORGANISATION, made.model_copy(update={"xero_id": "twin"}))
        request = make_request(event_id="2", shipment_id="SHP-2", revision=8)
        harness.topic.ledger.clear()
    async with harness.owner() as successor:
        harness.give(successor, [request])
        outcomes = await harness.answered(2)
    assert [problem.code for problem in outcomes[1].errors] == ["number_ambiguous"]
    assert violations(harness) == {"one_document": 1}


class OneCentMore(IntentCheckingAccounting):
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
    harness = Harness()
    harness.accounting = OneCentMore(harness.topic, harness.clock)
    async with harness.owner() as partition:
        harness.give(partition, [make_request()])
        (outcome,) = await harness.answered(1)
    assert [problem.code for problem in outcome.errors] == ["amount_differs"]
    assert violations(harness) == {"to_the_cent": 1}


class NoTakeOver:
    """None is made in these tests."""

    async def partition(self, number: int, on_step: Callable[[], None]) -> tuple[Partition, Producer]:
        raise NotImplementedError(number, on_step)


@pytest.mark.parametrize(
    ("error", "counted"),
    [
        (ExceptionGroup("lost", [RuntimeError("a fault of ours")]), {"agent_body": 1}),
        (ExceptionGroup("lost", [PartitionLostError(), KafkaConnectionError()]), {}),
    ],
    ids=["our fault", "the brokers'"],
)
async def test_a_partition_that_ends_by_a_fault_of_ours_is_counted(error: Exception, counted: dict[str, float]) -> None:
    harness = Harness()
    ends: list[BaseException] = []
    owner = PartitionOwner(
        0,
        NoTakeOver(),
        harness.context(),
        began=lambda _: None,
        ended=lambda _: None,
        fatal=ends.append,
        fenced_pause=1.0,
    )
    assert owner._on_end(End(error, lasted=1.0, quick_ends=0)) == 0.5
    assert ends == []
    assert violations(harness) == counted
