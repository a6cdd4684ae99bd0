"""What a note says: the causes that are new, and who removes each, where and how."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import quote, urlencode

import orjson
from pydantic import BaseModel, ConfigDict, Field

from mappers.model import Blocked, Cause, CauseGroup, excerpt, rfc3339

NOTE_TYPE: Final = "attention.causes_opened"
MOST_CAUSES: Final = 20
"""Causes that a note has in full; of the others it says how many there are."""

# Together with what was told a note has to fit in a record, whatever others wrote.
_LONGEST: Final = 500
_LONGEST_LINK: Final = 2_000
_MOST_CURRENCIES: Final = 10
_LONGEST_CURRENCY: Final = 20


def _is_absent(value: Any) -> bool:
    return value is None or value == ()


class NotedMoney(BaseModel):
    """What the shipments under a cause are worth in one currency."""

    model_config = ConfigDict(frozen=True)

    currency: str
    amount: str
    shipments: int


class NotedCause(BaseModel):
    """One cause as it stood when the note was made."""

    model_config = ConfigDict(frozen=True)

    status: str
    code: str
    field: str | None = Field(default=None, exclude_if=_is_absent)
    value: str | None = Field(default=None, exclude_if=_is_absent)
    message: str
    shipments: int
    since: str
    who: str
    where: tuple[str, ...]
    how: str
    blocked: tuple[NotedMoney, ...] = Field(default=(), exclude_if=_is_absent)
    xero_url: str | None = Field(default=None, exclude_if=_is_absent)
    url: str | None = Field(default=None, exclude_if=_is_absent)


class NoteData(BaseModel):
    """The new causes of one company, the most frequent first."""

    model_config = ConfigDict(frozen=True)

    company_id: str
    causes: tuple[NotedCause, ...]
    more_causes: int = 0
    url: str | None = Field(default=None, exclude_if=_is_absent)

    @property
    def count(self) -> int:
        """How many causes are new."""
        return len(self.causes) + self.more_causes


class AttentionNote(BaseModel):
    """The body of a note, in the three parts that Standard Webhooks recommends."""

    model_config = ConfigDict(frozen=True)

    type: Literal["attention.causes_opened"] = NOTE_TYPE
    timestamp: str
    data: NoteData


def attention_note(
    company_id: str, made_at: datetime, groups: Sequence[CauseGroup], more: int, page_url: str
) -> AttentionNote:
    """The note about these causes and `more` others. `page_url` is where the pages are; empty: nobody said."""
    page = f"{page_url}/companies/{quote(company_id, safe='')}" if page_url else ""
    data = NoteData(
        company_id=company_id,
        causes=tuple(_noted(each, page) for each in groups),
        more_causes=more,
        url=f"{page}/attention" if page else None,
    )
    return AttentionNote(timestamp=rfc3339(made_at), data=data)


def note_body(note: AttentionNote) -> bytes:
    """Its JSON; the same note gives the same bytes."""
    return orjson.dumps(note.model_dump(mode="json"))


def _noted(group: CauseGroup, page: str) -> NotedCause:
    first = group.shipments[0] if group.shipments else None
    return NotedCause(
        status=group.cause.status,
        code=group.cause.code,
        field=_cut(group.cause.field) or None,
        value=_cut(group.cause.value) or None,
        message=_cut(first.message if first else group.cause.code),
        shipments=group.count,
        since=group.life.opened_at,
        who=group.remedy.who,
        where=tuple(each.value for each in group.remedy.where),
        how=_cut(first.hint if first and first.hint else group.remedy.how),
        blocked=tuple(map(_money, group.blocked[:_MOST_CURRENCIES])),
        xero_url=group.xero_url,
        url=_link(page, group.cause),
    )


def _money(blocked: Blocked) -> NotedMoney:
    return NotedMoney(
        currency=_cut(blocked.currency, _LONGEST_CURRENCY), amount=blocked.amount, shipments=blocked.shipments
    )


def _cut(text: str, most: int = _LONGEST) -> str:
    """At most so long, and without halves of characters, which no UTF-8 has."""
    return excerpt(text, most).encode("utf-8", "replace").decode()


def _link(page: str, cause: Cause) -> str | None:
    """The page of the cause's shipments; none where nobody said where pages are, or where it would be endless."""
    status = "" if cause.holds_nothing_up else cause.status
    pairs = {"status": status, "code": cause.code, "field": cause.field, "value": cause.value}
    query = urlencode({name: value for name, value in pairs.items() if value}, errors="replace")
    link = f"{page}/shipments?{query}"
    return link if page and len(link) <= _LONGEST_LINK else None
