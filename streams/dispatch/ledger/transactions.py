"""The transactional producer of one input partition: the fence between owners."""

import asyncio
import contextlib
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import InvalidProducerEpoch, KafkaError, ProducerFenced

from mappers.model import Outcome, outcome_key
from mappers.outbound import (
    attachments_headers,
    change_headers,
    drift_headers,
    encode_attachments,
    encode_change,
    encode_drift,
    encode_outcome,
    outcome_headers,
)
from streams.dispatch.ledger.group_commit import PartitionLostError
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent
from streams.dispatch.settings import ABANDON_END, CLIENT_END
from streams.ops import LedgerFailure, LedgerStep, bounded
from streams.topics import LARGEST_LEDGER_RECORD, TopicNames
from streams.tracing import PASS_ON, TRACEPARENT, Tracing

log = structlog.get_logger(__name__)

START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class ProducerSettings:
    """How the producers reach Kafka. Times in seconds."""

    connection: Mapping[str, Any]
    group_id: str
    transaction_timeout: float = 10.0
    commit_timeout: float = 10.0
    topics: TopicNames = field(default_factory=TopicNames)


class LedgerMetrics(Protocol):
    """What is counted about ledger transactions."""

    def ledger_transaction(self, step: LedgerStep, seconds: float) -> None:
        """One was committed."""
        ...

    def ledger_failure(self, reason: LedgerFailure) -> None:
        """One failed, or may have: fenced, timed_out, broker or error."""
        ...


class PartitionProducer:
    """Writes ledger records, outcomes, dead letters and the consumed offset of one partition in one transaction.

    The transactional id is the partition's, not the worker's: `init_transactions` of a new owner fences the old one
    and aborts what it left open (KIP-98). aiokafka sends no group metadata, so the id is the only fence.
    """

    def __init__(
        self, partition: int, settings: ProducerSettings, metrics: LedgerMetrics, tracing: Tracing = PASS_ON
    ) -> None:
        self._partition = partition
        self._settings = settings
        self._metrics = metrics
        self._tracing = tracing
        self._producer = AIOKafkaProducer(
            **settings.connection,
            transactional_id=f"{settings.group_id}-{partition}",
            transaction_timeout_ms=int(settings.transaction_timeout * 1000),
            acks="all",
            # Paid whenever a transaction follows another closely; the default of 100 ms is most of a fast commit.
            retry_backoff_ms=10,
            request_timeout_ms=int(settings.commit_timeout * 1000),
            # What the topic takes, the client must send.
            max_request_size=LARGEST_LEDGER_RECORD,
            # aiokafka sends one batch of a partition at a time, one round trip each: with its default of 16 kB a large
            # transaction is a long row of them. Below what the topic of outcomes takes (1 MiB by default).
            max_batch_size=512 * 1024,
        )

    async def start(self) -> None:
        """Fence the former owner and abort its open transaction. Raises TimeoutError, OSError, or Kafka's errors."""
        await bounded(self._producer.start(), START_SECONDS, "the start of the partition's producer")

    async def stop(self) -> None:
        """Close the connections; an open transaction is left to the next owner's fence. Bounded, and raises nothing."""
        try:
            await bounded(self._producer.stop(), CLIENT_END, "the end of the partition's producer")
        except Exception as error:  # noqa: BLE001  # It is given up, whatever is wrong with it.
            log.debug("producer_not_closed", partition=self._partition, error=repr(error)[:300])
            await self._abandon()

    async def _abandon(self) -> None:
        """End what an orderly stop waits for: the sender, which would try to write until the brokers answer."""
        sender = self._producer._sender.sender_task  # noqa: SLF001  # aiokafka has no way to stop without flushing.
        if sender is not None:
            sender.cancel()
        with contextlib.suppress(Exception):
            await bounded(self._producer.client.close(), ABANDON_END, "the end of its connections")

    async def commit(self, transaction: LedgerTransaction) -> int | None:
        """One transaction, bounded in time; anything but a confirmed commit loses the partition.

        Returns the offset after its last ledger record; None where it has none, or where Kafka did not tell.
        """
        started = time.monotonic()
        try:
            position = await bounded(self._transact(transaction), self._settings.commit_timeout, "the transaction")
        except Exception as error:
            self._metrics.ledger_failure(_reason(error))
            log.warning("ledger_transaction_failed", partition=self._partition, error=repr(error)[:300])
            raise PartitionLostError from error
        self._metrics.ledger_transaction(_name(transaction), time.monotonic() - started)
        return position

    async def _transact(self, transaction: LedgerTransaction) -> int | None:
        await self._producer.begin_transaction()
        sent: list[asyncio.Future[Any]] = []
        step = _name(transaction).value
        try:
            for topic, fields in _wire(transaction, self._partition, self._settings.topics, self._tracing):
                sent.append(await self._producer.send(topic, **fields))  # Each send may wait for a buffer.
                sys.audit("shipledger.record_sent", topic, step)
            if transaction.next_offset is not None:
                offsets = {
                    TopicPartition(self._settings.topics.sync_requests, self._partition): transaction.next_offset
                }
                await self._producer.send_offsets_to_transaction(offsets, self._settings.group_id)
            # One by one: most are done with the first, and a gathering costs a callback for each of hundreds.
            written = [await future for future in sent]
            sys.audit("shipledger.transaction_acknowledged", step)
        except BaseException:
            # Nobody reads the others; that is no error of ours.
            for future in sent:
                future.add_done_callback(lambda done: done.cancelled() or done.exception())
            raise
        await self._producer.commit_transaction()
        sys.audit("shipledger.transaction_committed", step)
        # A batch that was repeated after a lost reply has no offset: Kafka only says that it is there already.
        ledger = [each.offset for each in written if each.topic == self._settings.topics.document_ledger]
        return max(ledger) + 1 if ledger and min(ledger) >= 0 else None


def _wire(
    transaction: LedgerTransaction, partition: int, topics: TopicNames, tracing: Tracing
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Its messages; ledger records go to the partition of the same number as the requests they come from."""
    for record in transaction.wire.values():
        yield topics.document_ledger, {"key": record.key, "value": record.value, "partition": partition}
    for outcome in transaction.outcomes:
        yield (
            topics.sync_outcomes,
            {
                "key": outcome_key(outcome.company_id, outcome.shipment_id),
                "value": encode_outcome(outcome),
                "headers": [*outcome_headers(outcome), *_trace(outcome, transaction, tracing)],
            },
        )
    for change in transaction.changes:
        key, headers = outcome_key(change.company_id, change.shipment_id), change_headers(change)
        yield topics.sync_outcomes, {"key": key, "value": encode_change(change), "headers": headers}
    for drift in transaction.drifts:
        key, headers = outcome_key(drift.company_id, drift.shipment_id), drift_headers(drift)
        yield topics.sync_outcomes, {"key": key, "value": encode_drift(drift), "headers": headers}
    for told in transaction.attachments:
        key, headers = outcome_key(told.company_id, told.shipment_id), attachments_headers(told)
        yield topics.sync_outcomes, {"key": key, "value": encode_attachments(told), "headers": headers}
    for letter in transaction.dead_letters:
        # aiokafka sends nothing that has neither key nor value, and the letter would block its partition for ever.
        value = b"" if letter.key is None and letter.value is None else letter.value
        yield topics.dead_letters, {"key": letter.key, "value": value, "headers": list(letter.headers)}


def _trace(outcome: Outcome, transaction: LedgerTransaction, tracing: Tracing) -> list[tuple[str, bytes]]:
    onward = tracing.onward(outcome, transaction.traces.get(outcome.outcome_id))
    return [] if onward is None else [(TRACEPARENT, onward.encode())]


def _name(transaction: LedgerTransaction) -> LedgerStep:
    """What it is mostly about: several may have been merged into it."""
    if transaction.outcomes:
        return LedgerStep.ANSWER
    if any(isinstance(record, Intent) for record in transaction.records.values()):
        return LedgerStep.INTENT
    return LedgerStep.RELEASE if transaction.next_offset is None else LedgerStep.INTAKE


def _reason(error: Exception) -> LedgerFailure:
    match error:
        case ProducerFenced() | InvalidProducerEpoch():
            return LedgerFailure.FENCED
        case TimeoutError():
            return LedgerFailure.TIMED_OUT
        case KafkaError():
            return LedgerFailure.BROKER
        case _:
            return LedgerFailure.ERROR
