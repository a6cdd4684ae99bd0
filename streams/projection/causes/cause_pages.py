"""What stands still, in pages: a bounded amount of work for each answer, however many shipments there are."""

import base64
import binascii
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from mappers.model import Affected, AffectedPage, AttentionPage, Cause, CauseGroup, ResolvedCause
from mappers.outbound import master_data_url, remedy_for
from streams.projection.causes.blocked import blocked
from streams.projection.causes.stay_index import ended_since, life_of, resolved_life
from streams.projection.encoding import (
    ATTENTION,
    CAUSES,
    COMPANIES,
    RANKED,
    cause_key,
    cause_places,
    decode_affected,
    key,
    parts,
    ranked_cause,
)
from streams.projection.key_value import KeyValue
from streams.projection.place import Place, moment

LISTED_CAUSES: Final = 50
LISTED_SHIPMENTS: Final = 20
PAGE_BYTES: Final = 512_000
"""Of what is listed, as it is stored: a page ends after the cause or shipment that passes it."""
MOST_ENDED: Final = 10_000
"""Stays that are looked at for what is resolved."""


def attention_page(
    disk: KeyValue, company_id: str, limit: int, cursor: str | None, short_code: str = ""
) -> AttentionPage:
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
        listed = list(disk.scan(cause_key(company_id, cause, ATTENTION), b"", LISTED_SHIPMENTS))
        size += sum(len(value) for _, value in listed)
        last = stored
        if listed:  # Another thread may have folded an answer meanwhile.
            shipments = tuple(decode_affected(value) for _, value in listed)
            groups.append(_group(disk, company_id, cause, count, shipments, short_code))
    return AttentionPage(tuple(groups), _total(disk, company_id), _cursor(prefix, last) if is_more else None)


def _group(
    disk: KeyValue, company_id: str, cause: Cause, count: int, shipments: tuple[Affected, ...], short_code: str
) -> CauseGroup:
    resumes = [each.resume_at for each in shipments if each.resume_at is not None]
    return CauseGroup(
        cause,
        count,
        shipments,
        life_of(disk, company_id, cause, count, _last_seen_at(disk, company_id, cause, shipments)),
        remedy_for(cause.status, cause.code),
        blocked(disk, company_id, cause),
        master_data_url(cause.code, short_code),
        max(resumes) if len(resumes) == len(shipments) else None,
    )


def _last_seen_at(disk: KeyValue, company_id: str, cause: Cause, shipments: Sequence[Affected]) -> str:
    """When a shipment last came under the cause; where nothing stands still for it, of those that are listed.

    A shipment's place is where its outcome came, and says nothing of when a difference or a file was told of.
    """
    if cause.holds_nothing_up:
        return max(each.since for each in shipments)
    prefix = cause_places(company_id, cause.code, cause.field, cause.value)
    newest = (stored for stored, _ in disk.scan(prefix, b"", 1))
    return next((moment(Place.read(stored[len(prefix) :]).at) for stored in newest), shipments[0].since)


def affected_page(
    disk: KeyValue, company_id: str, cause: Cause, limit: int, cursor: str | None, short_code: str = ""
) -> AffectedPage:
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
    group = _group(disk, company_id, cause, count, tuple(shipments), short_code) if shipments else None
    return AffectedPage(group, _total(disk, company_id), _cursor(prefix, last) if is_more else None)


def standing_causes(disk: KeyValue, company_id: str, most: int) -> dict[Cause, int]:
    """The company's causes with how many shipments stand under each; the first `most` in the order of their keys."""
    rows = islice(disk.scan(key(CAUSES, company_id)), most)
    return {Cause(*parts(stored)[1:]): _number(value) for stored, value in rows}


def standing_still(disk: KeyValue) -> dict[tuple[str, str], int]:
    """How many shipments stand still, by company and code, as they are counted."""
    found: Counter[tuple[str, str]] = Counter()
    for stored, value in disk.scan(key(CAUSES)):
        company, _status, code, *_ = parts(stored)
        found[company, code] += _number(value)
    return dict(found)


def resolved_causes(disk: KeyValue, company_id: str, since: datetime, limit: int) -> tuple[ResolvedCause, ...]:
    """The causes under which the last shipment went on at that moment or later, the latest first."""
    ended = ended_since(disk, company_id, since, MOST_ENDED).items()
    gone = ((cause, at) for cause, at in ended if not _number(disk.get(cause_key(company_id, cause))))
    return tuple(_resolved(disk, company_id, cause, at) for cause, at in islice(gone, limit))


def _resolved(disk: KeyValue, company_id: str, cause: Cause, at: int) -> ResolvedCause:
    life = resolved_life(disk, company_id, cause, at)
    return ResolvedCause(cause, life, moment(at), remedy_for(cause.status, cause.code))


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
