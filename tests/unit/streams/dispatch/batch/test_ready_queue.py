"""What is ready and in flight: at most one plan a shipment, of its newest request, in batches that belong together."""

from dataclasses import replace

from mappers.model.company import DocumentType
from streams.dispatch.batch.ready_queue import (
    PLANNED_AHEAD,
    PLANNED_BYTES,
    PlannedWrite,
    ReadyQueue,
    Standing,
    WriteMode,
)
from streams.dispatch.ledger.records import RowKey
from tests.builders import COMPANY_ID, ORGANISATION, make_company
from tests.unit.mappers.existing.xero_documents import ORGANISATION as FACTS
from tests.unit.mappers.existing.xero_documents import document
from tests.unit.streams.dispatch.requests import numbered

BATCH = 50


def plan(index: int, *, mode: WriteMode = WriteMode.CREATE, urgent: bool = False, faults: int = 0) -> PlannedWrite:
    request = numbered(index)
    return PlannedWrite(
        key=RowKey(ORGANISATION, COMPANY_ID, request.shipment_id),
        request_id=request.request_id,
        document=document(type=DocumentType.INVOICE, number=f"INV-{index}"),
        warnings=(),
        company=make_company(),
        organisation=FACTS,
        mode=mode,
        urgent=urgent,
        since=0.0,
        faults=faults,
    )


def queue_of(*plans: PlannedWrite, replaced: frozenset[RowKey] = frozenset()) -> ReadyQueue:
    queue = ReadyQueue(lambda each: Standing.REPLACED if each.key in replaced else Standing.SENDABLE)
    for each in plans:
        queue.put(each)
    return queue


def test_peoples_requests_go_first_otherwise_in_order_of_arrival() -> None:
    queue = queue_of(plan(1), plan(2), plan(3, urgent=True), plan(4))
    assert queue.take(WriteMode.CREATE, 3) == [plan(3, urgent=True), plan(1), plan(2)]


def test_what_a_newer_request_replaced_is_dropped_and_fills_nothing() -> None:
    plans = [plan(index) for index in range(PLANNED_AHEAD)]
    replaced = frozenset(each.key for each in plans[1:])
    queue = queue_of(*plans, replaced=replaced)
    assert not queue.is_full
    assert queue.take(WriteMode.CREATE, BATCH) == plans[:1]
    assert queue.ready() == []


def test_a_batch_to_create_holds_no_plan_that_is_to_be_looked_up() -> None:
    looked_up = plan(1, mode=WriteMode.LOOK_UP_FIRST)
    queue = queue_of(looked_up, plan(2))
    assert queue.take(WriteMode.CREATE, BATCH) == [plan(2)]
    assert queue.take(WriteMode.LOOK_UP_FIRST, BATCH) == [looked_up]


def test_a_shipment_in_flight_is_not_planned_again_until_its_batch_ended() -> None:
    queue = queue_of(plan(1))
    taken = queue.take(WriteMode.CREATE, BATCH)
    newer = replace(plan(1), request_id=numbered(1, revision=2).request_id)
    assert queue.has(newer.key, newer.request_id)
    queue.changed.clear()
    queue.finished(taken)
    assert not queue.has(newer.key, newer.request_id)
    assert queue.changed.is_set()


def test_batches_are_halved_after_the_second_fault_and_hold_what_met_as_many() -> None:
    sizes = []
    for faults in range(9):
        queue = queue_of(*(plan(index, faults=faults) for index in range(60)))
        sizes.append(len(queue.take(WriteMode.CREATE, BATCH)))
    assert sizes == [50, 50, 25, 12, 6, 3, 1, 1, 1]
    mixed = queue_of(plan(1, faults=2), plan(2), plan(3, faults=2))
    assert [each.faults for each in mixed.take(WriteMode.CREATE, BATCH)] == [2, 2]


def test_a_batch_leaves_out_what_waits_for_a_number_and_names_what_another_document_has() -> None:
    standings = {plan(1).key: Standing.HELD, plan(2).key: Standing.RESERVED}
    queue = ReadyQueue(lambda each: standings.get(each.key, Standing.SENDABLE))
    for index in range(5):
        queue.put(plan(index))
    batch = queue.next_batch(BATCH)
    assert [each.key for each in batch.plans] == [plan(index).key for index in (0, 3, 4)]
    assert [each.key for each in batch.held] == [plan(1).key]


def test_the_queue_is_read_no_further_than_the_batch_needs() -> None:
    asked: list[PlannedWrite] = []

    def standing(each: PlannedWrite) -> Standing:
        asked.append(each)
        return Standing.SENDABLE

    queue = ReadyQueue(standing)
    for index in range(PLANNED_AHEAD - 1):
        queue.put(plan(index))
    assert not queue.is_full
    assert len(queue.next_batch(BATCH).plans) == BATCH
    assert len(asked) == BATCH


def test_a_request_that_a_person_makes_urgent_moves_to_the_front() -> None:
    queue = queue_of(plan(1), plan(2))
    queue.put(plan(2, urgent=True))
    assert queue.next_batch(BATCH).plans == [plan(2, urgent=True), plan(1)]
    queue.put(plan(2))
    assert queue.ready() == [plan(1), plan(2)]


def test_large_plans_fill_the_queue_by_their_bytes_those_under_way_included() -> None:
    """Two hundred plans of 900 kB are a gigabyte as objects."""
    half = [replace(plan(index), size=PLANNED_BYTES // 2) for index in range(3)]
    queue = queue_of(half[0])
    assert not queue.is_full
    queue.put(half[1])
    assert queue.is_full
    taken = queue.take(WriteMode.CREATE, BATCH)
    assert queue.is_full, "they are in memory until their batch ends"
    queue.finished(taken)
    assert not queue.is_full
