"""Files that a shipment's document lacks, as somebody told; nothing stands still for them."""

from collections.abc import Iterator

from mappers.model import Affected, Cause, LogEntry, LoggedAttachments, ShipmentLog, Status
from mappers.outbound import lacking

State = tuple[int, tuple[Cause, ...]]
"""A time in microseconds since 1970, and the causes that stood from then on."""


def files_of(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    """The causes for which the document lacks a file, each once; a log without an outcome stands nowhere."""
    told = log.attachments
    if told is None or log.latest is None or _answered_since(log, told) is not None:
        return {}
    since, causes = told.event["occurred_at"], dict[Cause, Affected]()
    for cause, problem in lacking(told.event):
        words = problem["message"], problem["hint"]
        causes.setdefault(cause, Affected(shipment_id, since, *words, problem["value"]))
    return causes


def file_states(log: ShipmentLog) -> Iterator[State]:
    """What was told of the shipment's files, the oldest first."""
    told = log.attachments
    if told is None:
        return
    yield from reversed(told.earlier)
    yield told.at, tuple(cause for cause, _ in lacking(told.event))
    answered = _answered_since(log, told)
    if answered is not None:
        yield answered.at, ()


def _answered_since(log: ShipmentLog, told: LoggedAttachments) -> LogEntry | None:
    """The request that was answered after this: it wants other files, or none, and its own event says how they stand.

    One that wants none has no event; that the causes of one that wants some are away until then is the lesser evil.
    """
    done = (each for each in log.entries if each.status is Status.PROCESSED)
    newest = next(done, None)
    return newest if newest is not None and newest.offset > told.offset else None
