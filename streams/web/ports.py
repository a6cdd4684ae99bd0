"""What the API needs of others. Reads come from memory or a local disk and take microseconds, unless said otherwise."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from mappers.model import (
    ActFilter,
    ActPage,
    AffectedPage,
    AttentionPage,
    Cause,
    CompanyPause,
    Following,
    ResolvedCause,
    ShipmentDetail,
    ShipmentFilter,
    ShipmentLine,
    ShipmentLog,
    ShipmentPage,
    Snapshot,
    SyncRequest,
)


class LogReader(Protocol):
    """The integration log."""

    def log(self, company_id: str, shipment_id: str) -> ShipmentLog | None:
        """None where the shipment was never seen."""
        ...

    def attention(self, company_id: str, *, limit: int, cursor: str | None = None) -> AttentionPage:
        """What stands still, the most frequent cause first. Raises ValueError for a cursor that was not given here."""
        ...

    def affected(self, company_id: str, cause: Cause, *, limit: int, cursor: str | None = None) -> AffectedPage:
        """The shipments that stand still for the cause. Raises ValueError as `attention` does."""
        ...


class ListReader(Protocol):
    """The list of shipments, and the page of one. Each call takes milliseconds: it runs in a thread."""

    def shipments(
        self, company_id: str, wanted: ShipmentFilter, *, limit: int, cursor: str | None = None
    ) -> ShipmentPage:
        """The shipments after the cursor, newest first. Raises ValueError for a cursor that was not given here."""
        ...

    def every_shipment(self, company_id: str, wanted: ShipmentFilter) -> Iterator[tuple[ShipmentLine, ...]]:
        """All of them, newest first, a part at a time; each part is read when it is asked for."""
        ...

    def counts(self, company_id: str) -> Mapping[str, int]:
        """How many shipments the company has, by status; one that has none is left out."""
        ...

    def resolved(self, company_id: str, since: datetime, *, limit: int) -> tuple[ResolvedCause, ...]:
        """The causes under which the last shipment went on at that moment or later, the latest first."""
        ...

    def acts(
        self, companies: Iterable[str] | None, wanted: ActFilter, *, limit: int, cursor: str | None = None
    ) -> ActPage:
        """What people did, newest first, of these companies; None: of all, and of none. Raises as `shipments` does."""
        ...

    def detail(self, company_id: str, shipment_id: str) -> ShipmentDetail | None:
        """Everything about one shipment; None where it was never seen."""
        ...


class FollowingReader(Protocol):
    """How fresh the lists are."""

    def following(self) -> Following:
        """Answers from memory."""
        ...


class SnapshotReader(Protocol):
    """The latest snapshots."""

    def snapshot(self, company_id: str, shipment_id: str) -> Snapshot | None:
        """None where no status change of the shipment was seen."""
        ...


class PublishError(Exception):
    """The broker could not be told, or it is not known whether it was; the person may ask again."""


class RecordTooLargeError(PublishError):
    """Kafka, or what is behind it, takes no record of this size; no repetition changes that."""


@dataclass(frozen=True, slots=True)
class FedEvent:
    """A status change as it goes on its topic: what was sent, to the byte."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()


class StatusChangePublisher(Protocol):
    """Puts status changes on `shipment.status-changes.v1`."""

    async def publish(self, events: Sequence[FedEvent]) -> Sequence[PublishError | None]:
        """What became of each, in their order: None where the broker has it. Raises nothing."""
        ...


class NoFeed:
    """Takes nothing: where this process has no producer."""

    async def publish(self, events: Sequence[FedEvent]) -> Sequence[PublishError | None]:
        """As the port says."""
        return [PublishError("This worker publishes no status changes.") for _ in events]


class RequestPublisher(Protocol):
    """Puts requests on `accounting.sync-requests.v1`."""

    async def publish(self, request: SyncRequest) -> None:
        """Return when the broker has the request. Raises PublishError."""
        ...


class PauseReader(Protocol):
    """What this worker has heard of pauses."""

    def why_not_ready(self) -> str:
        """Empty where it is known which companies are paused; else the reason."""
        ...

    def said_of(self, company_id: str) -> CompanyPause | None:
        """What was last said of the company; None where nobody ever said anything."""
        ...

    async def has_read(self, partition: int, offset: int) -> None:
        """Return when the record at this place is heard. Without a bound: that is the caller's."""
        ...


class PausePublisher(Protocol):
    """Says in `accounting.company-pauses.v1` that a company is paused, or goes on."""

    async def say(self, pause: CompanyPause) -> None:
        """Return when the broker has it. Raises PublishError."""
        ...


class DryRunner(Protocol):
    """Plans a request without sending anything."""

    async def run(self, request: SyncRequest) -> Mapping[str, Any]:
        """The exact Xero document, or every problem, as a JSON object.

        May raise the errors of `xero_client.errors`, where Xero had to be asked.
        """
        ...
