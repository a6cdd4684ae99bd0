"""What the API needs of others. Reads answer from memory or a local disk, in microseconds unless it is said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from mappers.model import SyncRequest


class ShipmentLog(Protocol):
    """The log of one shipment."""

    @property
    def sync_status(self) -> str | None:
        """How the shipment stands; null before its first outcome."""
        ...

    @property
    def synced_at(self) -> str | None:
        """When it came to stand so, RFC 3339 in UTC."""
        ...

    @property
    def outcomes(self) -> Sequence[Mapping[str, Any]]:
        """The outcomes as the contract's objects (6.2), newest first."""
        ...


class Snapshot(Protocol):
    """The newest known state of a shipment, as its status change had it."""

    @property
    def revision(self) -> int | None:
        """Null where the shipping system counts none."""
        ...

    @property
    def occurred_at(self) -> datetime:
        """The status change's own time, in UTC."""
        ...

    @property
    def status(self) -> str:
        """The shipment's status."""
        ...

    @property
    def shipment(self) -> Mapping[str, Any]:
        """The event's `shipment`, decimals as texts."""
        ...


class Cause(Protocol):
    """Why shipments stand still; empty texts where not said."""

    @property
    def status(self) -> str:
        """REJECTED or WAITING."""
        ...

    @property
    def code(self) -> str:
        """The error's code, or the reason of the wait."""
        ...

    @property
    def field(self) -> str:
        """The shipment's field, where the cause is in it."""
        ...

    @property
    def value(self) -> str:
        """The value that is the same for all of them."""
        ...


class Affected(Protocol):
    """One shipment under a cause."""

    @property
    def shipment_id(self) -> str:
        """The shipment."""
        ...

    @property
    def since(self) -> str:
        """RFC 3339 in UTC."""
        ...

    @property
    def message(self) -> str:
        """In the words of its outcome."""
        ...

    @property
    def hint(self) -> str:
        """Who fixes what."""
        ...

    @property
    def value(self) -> str | None:
        """Its own value."""
        ...

    @property
    def resume_at(self) -> str | None:
        """When it goes on by itself; null where only an event releases it."""
        ...


class CauseGroup(Protocol):
    """A cause and its shipments; `count` is of all, `shipments` may be the first of them."""

    @property
    def cause(self) -> Cause:
        """The cause."""
        ...

    @property
    def count(self) -> int:
        """How many shipments."""
        ...

    @property
    def shipments(self) -> Sequence[Affected]:
        """Some of them."""
        ...


class LogReader(Protocol):
    """The integration log."""

    def log(self, company_id: str, shipment_id: str) -> ShipmentLog | None:
        """None where the shipment was never seen."""
        ...

    def attention(self, company_id: str) -> Sequence[CauseGroup]:
        """What stands still, the most frequent cause first. Blocks for as long as a scan of the company's index."""
        ...


class SnapshotReader(Protocol):
    """The latest snapshots."""

    def snapshot(self, company_id: str, shipment_id: str) -> Snapshot | None:
        """None where no status change of the shipment was seen."""
        ...


class PublishError(Exception):
    """The broker could not be told, or it is not known whether it was; the person may ask again."""


class RequestPublisher(Protocol):
    """Puts requests on `accounting.sync-requests.v1`."""

    async def publish(self, request: SyncRequest) -> None:
        """Return when the broker has the request. Raises PublishError."""
        ...


class Explainer(Protocol):
    """The dry run."""

    async def explain(self, request: SyncRequest) -> Mapping[str, Any]:
        """The exact Xero document, or every problem, as a JSON object; nothing is written.

        May raise the errors of `xero_client.errors`, where Xero had to be asked.
        """
        ...
