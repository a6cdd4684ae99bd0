"""The events of the outcomes' topic as they are read: only such as can be written, found and shown again.

We alone write there, and whoever else does must not be the end of every worker's lists.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

from mappers.inbound import ID_LENGTH, MAX_REVISION
from mappers.model import (
    DocumentAttachments,
    DocumentChange,
    DocumentDrift,
    DocumentRef,
    DocumentState,
    Outcome,
    has_utc,
)
from mappers.outbound import (
    ATTACHMENTS_TYPE,
    CHANGE_TYPE,
    DRIFT_TYPE,
    decode_attachments,
    decode_change,
    decode_drift,
    decode_outcome,
)

Told = TypeVar("Told", Outcome, DocumentChange, DocumentDrift, DocumentAttachments)
Event = Outcome | DocumentChange | DocumentDrift | DocumentAttachments

_TYPES: Final = frozenset(
    {b"accounting.sync_outcome", CHANGE_TYPE.encode(), DRIFT_TYPE.encode(), ATTACHMENTS_TYPE.encode()}
)
_AMOUNT: Final = re.compile(r"(?:-?[0-9]{1,60}(\.[0-9]{1,60})?)?")


def read_outcome(value: bytes | None) -> Event | None:
    """The outcome, or another event of its topic; None for bytes that are none of these."""
    value = value or b""
    outcome: Event | None = _read(decode_outcome, value) or _read(decode_change, value)
    outcome = outcome or _read(decode_drift, value) or _read(decode_attachments, value)
    return outcome if outcome is not None and _can_be_kept(outcome) else None


def is_of_another_type(headers: Sequence[tuple[str, bytes | None]]) -> bool:
    """Whether it is what a later version tells: readers skip what they do not know."""
    kinds = [value for name, value in headers if name == "ce_type"]
    return bool(kinds) and kinds[0] not in _TYPES


def _read(decode: Callable[[bytes], Told], value: bytes) -> Told | None:
    try:
        return decode(value)
    except ValueError:
        return None


def _can_be_kept(event: Event) -> bool:
    return (
        all(each.strip() and len(each) <= ID_LENGTH for each in (event.company_id, event.shipment_id))
        and all(map(has_utc, _times(event)))
        and all(abs(each) <= MAX_REVISION for each in _numbers(event))
        and all(map(_AMOUNT.fullmatch, _amounts(event)))
    )


def _times(event: Event) -> Iterator[datetime]:
    yield event.occurred_at
    if isinstance(event, DocumentChange) and event.updated_at is not None:
        yield event.updated_at
    if isinstance(event, Outcome) and event.waiting is not None and event.waiting.resume_at is not None:
        yield event.waiting.resume_at


def _numbers(event: Event) -> Iterator[int]:
    if isinstance(event, Outcome):
        yield from (event.revision or 0, event.attempt)
    if isinstance(event, DocumentAttachments):
        yield from (each.size or 0 for each in event.attachments)


def _amounts(event: Event) -> Iterator[str]:
    """Those that are there. The digits of 1E+999999999, written out, would fill the memory."""
    if isinstance(event, Outcome) and event.document is not None:
        yield from _present(event.document)
    if isinstance(event, DocumentChange):
        for state in (event.before, event.after):
            yield from _present(state)
            yield from (each for each in (state.amount_paid, state.amount_credited) if each is not None)


def _present(amounts: DocumentRef | DocumentState) -> Iterator[str]:
    return (each for each in (amounts.sub_total, amounts.total_tax, amounts.total) if each is not None)
