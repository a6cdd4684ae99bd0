"""Requests as they come from Kafka: read, checked, and turned into one ledger transaction a poll."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import structlog
from aiokafka.partitioner import murmur2
from pydantic import ValidationError

from mappers.inbound import Poison, PoisonReason, letter_size, why_not_ours
from mappers.model import COMMAND_HEADER, LARGEST_REQUEST, LOOK_AT, LookAt, SyncRequest, decode_request, kafka_time
from streams.dispatch.context import DispatchMetrics
from streams.dispatch.ledger import ForgetRates, IntakeResult, Ledger, LedgerUpdate
from streams.dispatch.ownership.letters import letter_of
from streams.dispatch.ownership.replacement import Replacement
from streams.ops import PreventedBy, RequestResult
from streams.reading import poison_of
from streams.topics import DOCUMENT_LEDGER

log = structlog.get_logger(__name__)

_RESULTS = {
    IntakeResult.ACCEPTED: RequestResult.ACCEPTED,
    IntakeResult.DUPLICATE: RequestResult.DUPLICATE,
    IntakeResult.STALE: RequestResult.STALE,
}

MOST_LETTERS = 4_000_000
"""Bytes of dead letters from one poll, after which they go without their values: a transaction has to end in time."""


LONGEST_ORGANISATION = 100
"""Characters; Xero's ids have 36."""


MOST_STRANGERS = 100
"""Organisations of a partition that no company of the profile has. Each has a lane, of some 50 kB and a dozen tasks."""


class Admission:
    """Which organisations' requests are taken: others may write to their topic, and name as many as they like."""

    def __init__(self, ours: Collection[str], present: Iterable[str]) -> None:
        """`ours` are the profile's; `present` those that have a lane."""
        self._ours = ours
        self._strangers = set(present).difference(ours)

    def admits(self, organisation: str) -> bool:
        """Whether it is ours, or there is room for it: a company may just have been taken out of the profile."""
        if organisation not in self._ours and len(self._strangers) < MOST_STRANGERS:
            self._strangers.add(organisation)
        return organisation in self._ours or organisation in self._strangers


class RequestIntake:
    """Takes one partition's records into its ledger. `partitions` is the topic's number of partitions."""

    def __init__(
        self,
        partition: int,
        partitions: int,
        version: str,
        metrics: DispatchMetrics,
        clock: Callable[[], datetime],
        ledger: str = DOCUMENT_LEDGER,
    ) -> None:
        self._ledger_topic = ledger
        self._partition = partition
        self._partitions = partitions
        self._version = version
        self._metrics = metrics
        self._clock = clock
        self._room = MOST_LETTERS
        self._looks: list[LookAt] = []

    def replacement(self, ledger: Ledger) -> Replacement:
        """What tells of the unreadable records in the partition's ledger."""
        return Replacement(
            ledger, self._partition, self._is_home, self._version, self._metrics, self._clock, self._ledger_topic
        )

    def _is_home(self, organisation: str) -> bool:
        return partition_of(organisation, self._partitions) == self._partition

    def take(self, update: LedgerUpdate, records: Sequence[Any], admission: Admission) -> dict[str, list[SyncRequest]]:
        """Take the records into the update. Returns the new work of each organisation."""
        update.consumed(records[-1].offset + 1)
        self._room = MOST_LETTERS
        accepted: dict[str, list[SyncRequest]] = {}
        for record in records:
            command = dict(record.headers).get(COMMAND_HEADER)
            if command is not None:
                self._obey(update, record, command)
                continue
            request = self._read(update, record)
            if request is None:
                continue
            if not admission.admits(request.organisation):
                message = f"of organisations that no company of the profile has, {MOST_STRANGERS} are here already"
                self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, message)
            elif self._take_in(update, request):
                accepted.setdefault(request.organisation, []).append(request)
        return accepted

    def looks(self) -> list[LookAt]:
        """What Xero's webhook said since this was last asked."""
        looks, self._looks = self._looks, []
        return looks

    def _obey(self, update: LedgerUpdate, record: Any, command: bytes | None) -> None:
        if command == LOOK_AT.encode():
            self._note_look(update, record)
        else:
            self._carry_out(update, record)

    def _note_look(self, update: LedgerUpdate, record: Any) -> None:
        try:
            look = LookAt.model_validate_json(record.value or b"")
        except ValidationError as error:
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, _first_fault(error))
            return
        if self._belongs_here(update, record, look.organisation):
            self._looks.append(look)

    def _take_in(self, update: LedgerUpdate, request: SyncRequest) -> bool:
        result = update.take(request)
        self._metrics.request(_RESULTS[result])
        if result is IntakeResult.DUPLICATE:
            self._metrics.duplicate_prevented(PreventedBy.LEDGER)
        return result is IntakeResult.ACCEPTED

    def _carry_out(self, update: LedgerUpdate, record: Any) -> None:
        """What an operator asks of the ledger: only its owner writes there, so the command comes with the requests."""
        try:
            command = ForgetRates.model_validate_json(record.value or b"")
        except ValidationError as error:
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, _first_fault(error))
            return
        organisation = command.organisation.lower()
        if self._belongs_here(update, record, organisation):
            forgotten = update.forget_rates(organisation, command.currency)
            log.info("rates_forgotten", organisation=organisation, currency=command.currency, records=forgotten)

    def _read(self, update: LedgerUpdate, record: Any) -> SyncRequest | None:
        unreadable = poison_of(record.value)
        if unreadable is not None:
            self._put_aside(update, record, unreadable.reason, unreadable.message)
            return None
        if (size := len(record.value or b"")) > LARGEST_REQUEST:
            # Its answer might not fit into its topic, and would come back for ever.
            message = f"the request has {size} bytes, more than {LARGEST_REQUEST}"
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, message)
            return None
        try:
            request = self._with_time(record, _one_spelling(decode_request(record.value or b"")))
        except ValidationError as error:
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, _first_fault(error))
            return None
        if why_not := why_not_ours(request):
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, why_not)
            return None
        return request if self._belongs_here(update, record, request.organisation) else None

    def _with_time(self, record: Any, request: SyncRequest) -> SyncRequest:
        """A Send goes straight to this topic: it was asked for when its record was made."""
        if request.asked_at is not None:
            return request
        return request.model_copy(update={"asked_at": kafka_time(record.timestamp) or self._clock()})

    def _belongs_here(self, update: LedgerUpdate, record: Any, organisation: str) -> bool:
        """An organisation in two partitions would have two writers, each with half of its ledger.

        One with an endless name is none: the partition is worked out by each of its bytes, and kept.
        """
        if len(organisation) > LONGEST_ORGANISATION:
            message = f"organisation has more than {LONGEST_ORGANISATION} characters"
            self._put_aside(update, record, PoisonReason.REQUEST_UNREADABLE, message)
            return False
        expected = partition_of(organisation, self._partitions)
        if expected != self._partition:
            self._put_aside(
                update, record, PoisonReason.WRONG_PARTITION, f"{organisation} belongs to partition {expected}"
            )
        return expected == self._partition

    def _put_aside(self, update: LedgerUpdate, record: Any, reason: PoisonReason, message: str) -> None:
        poison, is_full = Poison(reason, message), self._room <= 0
        letter = letter_of(record, poison, self._clock(), self._version, bare=is_full)
        self._room -= letter_size(letter.key, letter.value, letter.headers)
        update.put_aside(letter)
        self._metrics.dead_letter(reason)
        self._metrics.request(RequestResult.DEAD_LETTERED)


def _first_fault(error: ValidationError) -> str:
    return f"{error.error_count()} faults: {error.errors()[0]['msg']}"


def _one_spelling(request: SyncRequest) -> SyncRequest:
    """The request with its organisation as the profile has it: before, a UUID in capitals made a lane of its own."""
    organisation = request.organisation.lower()
    return (
        request if organisation == request.organisation else request.model_copy(update={"organisation": organisation})
    )


@lru_cache(maxsize=4096)
def partition_of(organisation: str, partitions: int) -> int:
    """The partition of an organisation's requests: Kafka's default partitioner (murmur2) over the key.

    aiokafka computes it in Python, and each organisation is asked for with each of its requests.
    """
    return int((murmur2(organisation.encode()) & 0x7FFFFFFF) % partitions)
