"""Which shipments stand still for which cause, and how many: kept with each write, read in pages.

Counting when somebody asks would walk over every shipment that stands still, and the answer would grow with them.
"""

import base64
import binascii
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from mappers.model import Affected, AffectedPage, AttentionPage, Cause, CauseGroup, CauseLife
from mappers.outbound import remedy_for
from streams.projection.encoding import (
    ATTENTION,
    CAUSES,
    COMPANIES,
    RANKED,
    attention_key,
    cause_in,
    cause_key,
    decode_affected,
    encode_affected,
    key,
    parts,
    ranked_cause,
    ranked_key,
)
from streams.projection.key_value import KeyValue

LISTED_CAUSES: Final = 50
LISTED_SHIPMENTS: Final = 20
PAGE_BYTES: Final = 512_000
"""Of what is listed, as it is stored: a page ends after the cause or shipment that passes it."""
_REPAIRED_AT_ONCE = 1000

Changes = dict[bytes, bytes | None]


class CauseMoves:
    """The changes of the index in one write: shipments come under causes and leave them."""

    def __init__(self, disk: KeyValue, changes: Changes) -> None:
        self._disk = disk
        self._changes = changes
        self._moved: dict[tuple[str, Cause], int] = {}

    def shipment(
        self, company_id: str, shipment_id: str, before: Iterable[Cause], after: dict[Cause, Affected]
    ) -> None:
        """The shipment stood under the causes `before`, and stands under those `after`.

        What is counted is what is stored: another version may have seen other causes in the same log.
        """
        for cause in before:
            stored = attention_key(company_id, cause, shipment_id)
            if cause not in after and self._disk.get(stored) is not None:
                self._changes[stored] = None
                self._count(company_id, cause, -1)
        for cause, affected in after.items():
            stored = attention_key(company_id, cause, shipment_id)
            if self._disk.get(stored) is None:
                self._count(company_id, cause, 1)
            self._changes[stored] = encode_affected(affected)

    def finish(self) -> None:
        """Add the new counts to the changes."""
        companies: dict[str, int] = {}
        for (company_id, cause), difference in self._moved.items():
            before = _number(self._disk.get(cause_key(company_id, cause)))
            after = before + difference
            if before == after:
                continue
            _recount(self._changes, company_id, cause, before, after)
            companies[company_id] = companies.get(company_id, 0) + (after > 0) - (before > 0)
        for company_id, difference in companies.items():
            causes = _total(self._disk, company_id) + difference
            self._changes[key(COMPANIES, company_id)] = str(causes).encode() if causes else None

    def _count(self, company_id: str, cause: Cause, difference: int) -> None:
        self._moved[company_id, cause] = self._moved.get((company_id, cause), 0) + difference


def attention_page(disk: KeyValue, company_id: str, limit: int, cursor: str | None) -> AttentionPage:
    """The causes after the cursor, the most frequent first, each with its first shipments.

    Raises ValueError for a cursor that was not given here.
    """
    prefix = key(RANKED, company_id)
    ranked = disk.scan(prefix, _start(prefix, cursor, of_parts=5), limit + 1)
    groups: list[CauseGroup] = []
    size = 0
    last, is_more = b"", False
    for stored, _ in ranked:
        if len(groups) == limit or size >= PAGE_BYTES:
            is_more = True
            break
        cause, count = ranked_cause(stored)
        listed = list(islice(_affected(disk, company_id, cause, None), LISTED_SHIPMENTS))
        size += sum(len(value) for _, value in listed)
        last = stored
        if listed:  # Another thread may have folded an answer meanwhile.
            groups.append(_group(cause, count, tuple(decode_affected(value) for _, value in listed)))
    return AttentionPage(tuple(groups), _total(disk, company_id), _cursor(prefix, last) if is_more else None)


def _group(cause: Cause, count: int, shipments: tuple[Affected, ...]) -> CauseGroup:
    times = [each.since for each in shipments]
    resumes = [each.resume_at for each in shipments if each.resume_at is not None]
    return CauseGroup(
        cause,
        count,
        shipments,
        CauseLife(min(times), max(times), count, 0, 0),
        remedy_for(cause.status, cause.code),
        resume_at=max(resumes) if len(resumes) == len(shipments) else None,
    )


def affected_page(disk: KeyValue, company_id: str, cause: Cause, limit: int, cursor: str | None) -> AffectedPage:
    """The shipments of one cause after the cursor, by id. Raises ValueError for a cursor that was not given here."""
    prefix = cause_key(company_id, cause, ATTENTION)
    shipments: list[Affected] = []
    size = 0
    last, is_more = b"", False
    for stored, value in disk.scan(prefix, _start(prefix, cursor, of_parts=1), limit + 1):
        if len(shipments) == limit or size >= PAGE_BYTES:
            is_more = True
            break
        shipments.append(decode_affected(value))
        size += len(value)
        last = stored
    count = _number(disk.get(cause_key(company_id, cause)))
    return AffectedPage(tuple(shipments), count, _total(disk, company_id), _cursor(prefix, last) if is_more else None)


def standing_still(disk: KeyValue) -> dict[tuple[str, str], int]:
    """How many shipments stand still, by company and code, as they are counted."""
    found: Counter[tuple[str, str]] = Counter()
    for stored, value in disk.scan(key(CAUSES)):
        company, _status, code, *_ = parts(stored)
        found[company, code] += _number(value)
    return dict(found)


def count_anew(disk: KeyValue) -> None:
    """Count what an earlier version listed without counting it. May be cut off, and begun again."""
    _write_in_parts(disk, ((stored, None) for table in (CAUSES, RANKED, COMPANIES) for stored, _ in disk.scan(table)))
    _write_in_parts(disk, _counted(disk))


def _counted(disk: KeyValue) -> Iterator[tuple[bytes, bytes | None]]:
    """Shipments of one cause, and causes of one company, lie side by side."""
    company, cause, count, causes = "", None, 0, 0

    def finished() -> Iterator[tuple[bytes, bytes | None]]:
        if cause is not None:
            found: Changes = {}
            _recount(found, company, cause, 0, count)
            yield from found.items()
            yield key(COMPANIES, company), str(causes).encode()

    for stored, _ in disk.scan(ATTENTION):
        of_company, of_cause = parts(stored)[0], cause_in(stored)
        if (of_company, of_cause) != (company, cause):
            yield from finished()
            causes = causes + 1 if of_company == company else 1
            company, cause, count = of_company, of_cause, 0
        count += 1
    yield from finished()


def _write_in_parts(disk: KeyValue, changes: Iterator[tuple[bytes, bytes | None]]) -> None:
    while part := dict(islice(changes, _REPAIRED_AT_ONCE)):
        disk.write(part)


def _recount(changes: Changes, company_id: str, cause: Cause, before: int, after: int) -> None:
    if before:
        changes[ranked_key(company_id, before, cause)] = None
    if after:
        changes[ranked_key(company_id, after, cause)] = b""
    changes[cause_key(company_id, cause)] = str(after).encode() if after else None


def _affected(disk: KeyValue, company_id: str, cause: Cause, most: int | None) -> Iterator[tuple[bytes, bytes]]:
    return disk.scan(cause_key(company_id, cause, ATTENTION), b"", most)


def _total(disk: KeyValue, company_id: str) -> int:
    return _number(disk.get(key(COMPANIES, company_id)))


def _number(stored: bytes | None) -> int:
    return 0 if stored is None else int(stored)


def _cursor(prefix: bytes, stored: bytes) -> str:
    return base64.urlsafe_b64encode(stored[len(prefix) :]).decode().rstrip("=")


def _start(prefix: bytes, cursor: str | None, *, of_parts: int) -> bytes:
    """The first key after the cursor's."""
    if cursor is None:
        return prefix
    try:
        rest = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not a cursor of this list") from error
    found = parts(RANKED + rest)
    if len(found) != of_parts or key(RANKED, *found) != RANKED + rest:
        raise ValueError("not a cursor of this list")
    return prefix + rest + b"\x00"
