"""Requests as they come from Kafka: read, checked, and turned into one ledger step a poll."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from aiokafka.partitioner import murmur2
from pydantic import ValidationError

from mappers.inbound import Coordinates, Poison, PoisonReason, dead_letter_headers
from mappers.model import SyncRequest, decode_request
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import DeadLetter, Ledger, Row, RowKey, Step, Taken, take
from streams.ops import PreventedBy, RequestResult

_RESULTS = {
    Taken.ACCEPTED: RequestResult.ACCEPTED,
    Taken.DUPLICATE: RequestResult.DUPLICATE,
    Taken.STALE: RequestResult.STALE,
}


class Arrivals:
    """Takes one partition's records into its ledger. `partitions` is the topic's number of partitions."""

    def __init__(
        self,
        partition: int,
        partitions: int,
        version: str,
        metrics: DispatchMetrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._partition = partition
        self._partitions = partitions
        self._version = version
        self._metrics = metrics
        self._clock = clock

    def step(self, ledger: Ledger, records: Sequence[Any]) -> tuple[Step, set[str]]:
        """What the records change, and the organisations that have new work. The offset moves behind the last one."""
        step = Step(next_offset=records[-1].offset + 1)
        organisations: set[str] = set()
        for record in records:
            request = self._read(step, record)
            if request is not None and self._take(step, ledger, request):
                organisations.add(request.organisation)
        return step, organisations

    def _take(self, step: Step, ledger: Ledger, request: SyncRequest) -> bool:
        key = RowKey(request.organisation, request.company_id, request.shipment_id)
        before = step.records.get(key, ledger.rows.get(key))
        intake = take(before if isinstance(before, Row) else None, request, self._clock())
        self._metrics.request(_RESULTS[intake.taken])
        if intake.taken is Taken.DUPLICATE:
            self._metrics.duplicate_prevented(PreventedBy.LEDGER)
            return False
        step.records[key] = intake.row
        step.outcomes.extend(intake.outcomes)
        return intake.taken is Taken.ACCEPTED

    def _read(self, step: Step, record: Any) -> SyncRequest | None:
        try:
            request = decode_request(record.value or b"")
        except ValidationError as error:
            self._put_aside(
                step,
                record,
                PoisonReason.REQUEST_UNREADABLE,
                f"{error.error_count()} faults: {error.errors()[0]['msg']}",
            )
            return None
        expected = home(request.organisation, self._partitions)
        if expected != self._partition:
            # Two partitions with one organisation would be two writers in it, each with half of the ledger.
            self._put_aside(
                step, record, PoisonReason.WRONG_PARTITION, f"{request.organisation} belongs to partition {expected}"
            )
            return None
        return request

    def _put_aside(self, step: Step, record: Any, reason: PoisonReason, message: str) -> None:
        where = Coordinates(record.topic, record.partition, record.offset)
        headers = dead_letter_headers(
            Poison(reason, message), where, record.headers, failed_at=self._clock(), worker_version=self._version
        )
        step.dead_letters.append(DeadLetter(record.key, record.value, tuple(headers)))
        self._metrics.dead_letter(reason)
        self._metrics.request(RequestResult.DEAD_LETTERED)


def home(organisation: str, partitions: int) -> int:
    """The partition of an organisation's requests: Kafka's default partitioner (murmur2) over the key."""
    return int((murmur2(organisation.encode()) & 0x7FFFFFFF) % partitions)
