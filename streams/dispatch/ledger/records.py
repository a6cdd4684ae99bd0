"""The ledger's records: a shipment and its document, a batch that may be on its way, an organisation's backoff.

The stored names are older than some of the Python names: those are given as aliases and never change.

A version whose records this one must not read gives them a higher `schema_version`. What says none is of the first; a
record of the first that cannot be read is damaged, or nobody's (ADR 13).
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mappers.existing import OwnVersion, SeenDocument
from mappers.model import Difference, DocumentRef, DocumentType, PutFile, SyncRequest, WaitingReason
from streams.dispatch.ledger.files import AttachmentWork
from streams.dispatch.ledger.owners import Owners
from streams.dispatch.ledger.rates import AcceptedRate, RateKey
from xero_client.port import Operation


class RowKey(NamedTuple):
    """A shipment in an organisation's books."""

    organisation: str
    company_id: str
    shipment_id: str

    def __str__(self) -> str:
        return f"{self.company_id}/{self.shipment_id}"


class State(StrEnum):
    """Where a shipment's newest request stands."""

    PENDING = "pending"
    SENDING = "sending"
    WAITING = "waiting"
    DONE = "done"
    REJECTED = "rejected"


HELD = WaitingReason.PAUSED.value
OPEN = frozenset({State.PENDING, State.SENDING, State.WAITING})


class SyncedDocument(BaseModel):
    """The shipment's document in Xero, with the fingerprint of our own fields as we last saw them there."""

    model_config = ConfigDict(frozen=True)

    ref: DocumentRef
    fingerprint: str
    updated_at: AwareDatetime | None = None
    """When Xero last changed it, as of then; None in what older versions wrote."""

    @property
    def own_version(self) -> OwnVersion:
        """What later looks at the document are compared with."""
        return OwnVersion(self.ref, self.fingerprint, self.updated_at)

    @property
    def kind(self) -> DocumentType:
        """Invoice or quote."""
        return DocumentType(self.ref.type)


class NumberReservation(BaseModel):
    """The document number that a row in `sending` is about to have, for whom, and the batch that carries it."""

    model_config = ConfigDict(frozen=True)

    intent: str
    kind: DocumentType
    number: str
    contact_id: str = ""


class WaitReason(BaseModel):
    """Why a request waits. `until` is UTC, or None where the end is not known."""

    model_config = ConfigDict(frozen=True)

    reason: str
    until: AwareDatetime | None = None


class Row(BaseModel):
    """One shipment in the ledger.

    `request` is what is worked on, `queued` a newer one that came while `request` was being sent. `revision` and
    `occurred_at` are those of the newest request ever taken. A finished row keeps no snapshot, unless it was rejected
    for master data that may still appear (`missing`).

    `verify`: somebody asked, or the last answer was a refusal, so "unchanged" is said only after a look into Xero.
    `rounds` counts how often Xero's answer to the request led to no result, `faults` its writes that Xero answered with
    a fault of its own and that left no trace. `answered` and what follows it: see `AnsweredRequests`. `lost`: a newer
    row of the shipment could not be read, so what is in Xero is looked up before anything is written. `seen`: the
    document at the last look for what people do to it, where that had something to tell. `drift`: in what the document
    differed at the last comparison with Xero. `files`: what we have put on the document, or may have.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    state: State
    revision: int | None
    occurred_at: AwareDatetime
    request: SyncRequest | None = None
    queued: SyncRequest | None = None
    synced: SyncedDocument | None = Field(default=None, alias="became")
    reservation: NumberReservation | None = Field(default=None, alias="claim")
    wait_reason: WaitReason | None = Field(default=None, alias="hold")
    missing: tuple[str, ...] = ()
    # A write of this request may have happened: finding it in Xero is a recovery.
    maybe_written: bool = Field(default=False, alias="doubtful")
    attempts: int = 0
    rounds: int = 0
    faults: int = 0
    verify: bool = False
    answered: tuple[UUID, ...] = ()
    answered_earlier: str = ""
    answered_pages: int = 0
    ended_at: AwareDatetime | None = None
    lost: bool = False
    seen: SeenDocument | None = None
    drift: tuple[Difference, ...] = ()
    files: tuple[PutFile, ...] = ()
    schema_version: Literal[1] = 1

    @property
    def is_held(self) -> bool:
        """Whether its request waits for somebody to let the company go on."""
        return self.state is State.WAITING and self.wait_reason is not None and self.wait_reason.reason == HELD


class AnsweredPage(BaseModel):
    """Requests of a shipment that were answered long ago, by the digests of their ids; see `AnsweredRequests`.

    Written once, when they no longer fit the row. A shipment has as many pages as it needs: whoever replays everything
    that it ever asked for is answered by nothing, and what was never asked for is always answered.
    """

    model_config = ConfigDict(frozen=True)

    digests: str
    """Base64, oldest first."""
    schema_version: Literal[1] = 1


class Target(BaseModel):
    """A document that an update changes, and the fingerprint of what it was before.

    `was_approved` and `was_sent` (to the customer): the answer, whoever gives it, warns that such a one was changed.
    """

    model_config = ConfigDict(frozen=True)

    xero_id: str
    fingerprint: str
    was_approved: bool = False
    was_sent: bool = False


class SentMember(BaseModel):
    """What a member's row is while it is sent, as far as it differs from the row before, which is in the ledger.

    It holds for a row that still has this request and one attempt less; any other row has moved on.
    """

    model_config = ConfigDict(frozen=True)

    request_id: UUID
    attempt: int
    number: str
    contact_id: str = ""


class Intent(BaseModel):
    """A batch that may be on its way to Xero: written and committed before its first byte goes out.

    `body` is the exact request body, `key` its Idempotency-Key; whoever repeats the write sends these and no others.
    `begun_at` is the first commit, `committed_at` the latest: the first byte goes out only shortly after the latest.
    `targets` are the documents of an update, in the order of the members; empty for a create. `sent` is in that order
    too: by it a row is in `sending` without being written again with its snapshot. Older versions wrote the row.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    organisation: str
    kind: DocumentType
    operation: Operation
    body: str
    begun_at: AwareDatetime
    committed_at: AwareDatetime
    members: tuple[RowKey, ...]
    targets: tuple[Target, ...] = ()
    sent: tuple[SentMember | None, ...] = ()
    schema_version: Literal[1] = 1

    def latest_start(self, start_guard: float) -> datetime:
        """The time after which nobody may begin this write any more, not even a paused owner that resumes."""
        return self.committed_at + timedelta(seconds=start_guard)

    def target(self, key: RowKey) -> Target | None:
        """What the update changes for a member."""
        return dict(zip(self.members, self.targets, strict=False)).get(key)


class StoredBackoff(BaseModel):
    """An organisation that is not called before `until` (UTC)."""

    model_config = ConfigDict(frozen=True)

    organisation: str
    reason: str
    until: AwareDatetime
    schema_version: Literal[1] = 1


class WatchedSince(BaseModel):
    """How far an organisation's documents of a kind were watched: what changed before `since` is told.

    Where time alone leads no further, `page` is the next one of what changed since, the newest first, and `round_from`
    when the first of them was asked for.
    """

    model_config = ConfigDict(frozen=True)

    since: AwareDatetime
    page: int | None = None
    round_from: AwareDatetime | None = None


class NightlyWalk(BaseModel):
    """The newest comparison of an organisation's documents with Xero: how far it is.

    `begun_at` is when it was due; `after` the last row that was compared. `ended_at` is None while it goes on.
    """

    model_config = ConfigDict(frozen=True)

    begun_at: AwareDatetime
    after: RowKey | None = None
    ended_at: AwareDatetime | None = None
    compared: int = 0
    differing: int = 0


class WatchPosition(BaseModel):
    """How far an organisation is watched, and what that has cost: `owed` calls at `counted_at`, which time pays off.

    `files_owed` is the same of what it costs to put files on documents.
    """

    model_config = ConfigDict(frozen=True)

    organisation: str
    kinds: dict[DocumentType, WatchedSince] = Field(default_factory=dict)
    owed: float = 0.0
    counted_at: AwareDatetime
    night: NightlyWalk | None = None
    files_owed: float = 0.0
    files_counted_at: AwareDatetime | None = None
    schema_version: Literal[1] = 1


OwnerKey = tuple[Literal["owner"]]
OWNER: OwnerKey = ("owner",)
PageKey = tuple[Literal["answered"], str, str, str, str]
"""Organisation, company, shipment, and the number of the page."""
FilesKey = tuple[Literal["files"], str, str, str]
"""Organisation, company, shipment: its files that are not all on the document yet."""
Record = Row | AnsweredPage | Intent | StoredBackoff | WatchPosition | AcceptedRate | Owners | AttachmentWork
RecordKey = RowKey | PageKey | FilesKey | tuple[Literal["intent", "rest", "watch"], str] | RateKey | OwnerKey


def page_keys(key: RowKey, pages: int) -> tuple[PageKey, ...]:
    """The keys of a shipment's pages."""
    return tuple(("answered", *key, str(number)) for number in range(pages))


def files_key(key: RowKey) -> FilesKey:
    """The key of a shipment's files."""
    return ("files", *key)
