"""How requests are answered: an outcome for each way one can end or wait, and the memory of which were answered."""

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mappers.model import Action, Code, DocumentRef, Outcome, Problem, Status, SyncRequest, Waiting, outcome_id

TERMINAL = frozenset({Status.PROCESSED, Status.REJECTED, Status.SKIPPED})

# The newest answered requests keep their whole ids; hardly a shipment has more.
WHOLE_IDS = 50
# So many earlier ones are told apart in the row by a digest, in 11 bytes each; when there are more, they go to a page.
DIGESTS = 1000
# Ids are SHA-1 digests themselves (UUIDv5): two of a thousand begin alike once in 10^13 shipments.
DIGEST_BYTES = 8


def processed(
    request: SyncRequest,
    action: Action,
    document: DocumentRef,
    now: datetime,
    *,
    warnings: tuple[Problem, ...] = (),
    attempt: int = 1,
) -> Outcome:
    """The document is in Xero as the shipment says."""
    return _outcome(
        request, Status.PROCESSED, now, action=action, document=document, warnings=warnings, attempt=attempt
    )


def rejected(
    request: SyncRequest,
    errors: tuple[Problem, ...],
    now: datetime,
    *,
    document: DocumentRef | None = None,
    warnings: tuple[Problem, ...] = (),
    attempt: int = 1,
) -> Outcome:
    """Somebody has to correct something; `document` is what is in Xero nevertheless."""
    return _outcome(request, Status.REJECTED, now, errors=errors, document=document, warnings=warnings, attempt=attempt)


def skipped(request: SyncRequest, why: Problem, now: datetime) -> Outcome:
    """A newer request is sent instead."""
    return _outcome(request, Status.SKIPPED, now, warnings=(why,))


def waiting(
    request: SyncRequest,
    waiting: Waiting,
    now: datetime,
    *,
    attempt: int = 1,
    warnings: tuple[Problem, ...] = (),
) -> Outcome:
    """Not sent yet; it will be once what it waits for is over. `warnings` say more of that."""
    return _outcome(request, Status.WAITING, now, waiting=waiting, attempt=attempt, warnings=warnings)


def superseded(replaced: SyncRequest, by: SyncRequest) -> Problem:
    """Why a request was skipped for a newer one."""
    return Problem(
        code=Code.SUPERSEDED,
        field="revision",
        value=None if replaced.revision is None else str(replaced.revision),
        message=f"A newer request for the shipment (event {by.event_id}) came before this one was sent.",
        hint="Nothing to do: the newer request is sent instead.",
    )


def answered_by(outcome: Outcome, requests: Iterable[SyncRequest | None]) -> SyncRequest | None:
    """The one of the requests that the outcome answers."""
    return next((each for each in requests if each is not None and each.request_id == outcome.request_id), None)


def _outcome(request: SyncRequest, status: Status, now: datetime, **parts: object) -> Outcome:
    fields = {
        "outcome_id": outcome_id(request.request_id, status),
        "occurred_at": now,
        "company_id": request.company_id,
        "shipment_id": request.shipment_id,
        "revision": request.revision,
        "request_id": request.request_id,
        "event_id": request.event_id,
        "trigger": request.trigger,
        "status": status,
        "requested_by": request.requested_by,
        **parts,
    }
    return Outcome.model_validate(fields)


@dataclass(frozen=True, slots=True)
class AnsweredRequests:
    """Which requests of a shipment were answered: the newest by their whole id, the earlier ones by eight bytes each.

    It never takes a request that it has not seen for one that it has, and forgets none: no order of revisions or times
    tells a straggler from a repeat. The row that it lies in is bounded all the same, because every thousand of them are
    handed over to a page of their own, which is looked at only for a request that the row does not know.
    """

    newest: tuple[UUID, ...]
    earlier: str
    pages: int

    def __contains__(self, request_id: UUID) -> bool:
        return request_id in self.newest or is_among(self.earlier, request_id)

    def adding(self, request_id: UUID) -> dict[str, object]:
        """The fields of a row that remembers this one too; with a further page, what was `earlier` is that page."""
        newest = (*self.newest, request_id)
        if len(newest) <= WHOLE_IDS:
            return {"answered": newest}
        digests, pages = b64decode(self.earlier), self.pages
        if len(digests) >= DIGESTS * DIGEST_BYTES:
            digests, pages = b"", pages + 1
        digests += b"".join(_digest(each) for each in newest[:-WHOLE_IDS])
        return {
            "answered": newest[-WHOLE_IDS:],
            "answered_earlier": b64encode(digests).decode(),
            "answered_pages": pages,
        }


def is_among(digests: str, request_id: UUID) -> bool:
    """Whether the request is one of those, given in base64."""
    if not digests:
        return False
    stored, wanted = b64decode(digests), _digest(request_id)
    place = stored.find(wanted)
    while place % DIGEST_BYTES and place != -1:
        place = stored.find(wanted, place + 1)
    return place != -1


def _digest(request_id: UUID) -> bytes:
    return request_id.bytes[:DIGEST_BYTES]
