"""Files that a shipment's document lacks, as somebody told; nothing stands still for them."""

from collections.abc import Iterator

from mappers.model import Affected, Cause, ShipmentLog
from mappers.outbound import lacking

State = tuple[int, tuple[Cause, ...]]
"""A time in microseconds since 1970, and the causes that stood from then on."""


def files_of(shipment_id: str, log: ShipmentLog) -> dict[Cause, Affected]:
    """The causes for which the document lacks a file, each once; a log without an outcome stands nowhere."""
    told = log.attachments
    if told is None or log.latest is None or log.answered_since_files is not None:
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
    # That request wants other files, or none, and then nothing is told of them. That the causes of one that wants some
    # are away until its own event comes is the lesser evil.
    if log.answered_since_files is not None:
        yield log.answered_since_files.at, ()
