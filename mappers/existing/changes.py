"""What people did to a document since it was last looked at: the difference of two states, in a few kinds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from mappers.existing.fingerprint import fingerprint, is_unedited
from mappers.model import ChangeKind, DocumentRef, DocumentState, DocumentType, ExistingDocument, is_absent

_GONE: Final = {"VOIDED": ChangeKind.VOIDED, "DELETED": ChangeKind.DELETED}
_SENT_QUOTES: Final = frozenset({"SENT", "ACCEPTED", "DECLINED", "INVOICED"})
_SENT: Final = "SENT"
_AMOUNTS: Final = ("sub_total", "total_tax", "total")


class SeenDocument(BaseModel):
    """A document as it was at the last look at it: what was told of it, people need not be told again."""

    model_config = ConfigDict(frozen=True)

    xero_id: str
    state: DocumentState
    fingerprint: str | None = Field(default=None, exclude_if=is_absent)
    """None where its lines were not shown."""
    updated_at: datetime | None = Field(default=None, exclude_if=is_absent)


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """The document as we last wrote it, or found it equal: what the ledger remembers of it."""

    ref: DocumentRef
    fingerprint: str
    updated_at: datetime | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be told, in this order, and what is remembered from now on."""

    kinds: tuple[ChangeKind, ...]
    before: DocumentState
    seen: SeenDocument


def seen_now(existing: ExistingDocument) -> SeenDocument:
    """The document as it is shown now."""
    return SeenDocument(
        xero_id=existing.xero_id,
        state=_state(existing),
        fingerprint=fingerprint(existing) if existing.has_lines else None,
        updated_at=existing.updated_at,
    )


def compare(existing: ExistingDocument, own: OwnVersion, seen: SeenDocument | None) -> Comparison | None:
    """What changed since the last look; None where nothing is to be told or remembered.

    None too where a version is shown that is older than one that is known: the answer to a read that was overtaken by a
    write of ours says nothing of anybody else.

    Payments, ends and sending are told as often as they are seen anew, whoever looked at the document in between: a
    request that was refused because the invoice is paid has told its own log, and no other service. Content is compared
    with what is newer, our own version or the last look.
    """
    seen = seen if seen is not None and seen.xero_id == existing.xero_id else None
    if _is_overtaken(existing, own, seen):
        return None
    now = seen_now(existing)
    if seen is not None and (seen.state, seen.fingerprint) == (now.state, now.fingerprint):
        return None
    base = _Base.of(own, seen)
    kinds = tuple(_kinds(existing, base, now))
    if seen is None and not kinds:
        return None
    return Comparison(kinds, base.state, now)


@dataclass(frozen=True, slots=True)
class _Base:
    """What a document is compared with."""

    state: DocumentState
    fingerprint: str
    told: DocumentState | None
    """What was told of payments, ends and sending; None before the first look."""

    @classmethod
    def of(cls, own: OwnVersion, seen: SeenDocument | None) -> "_Base":
        written = _written(own)
        if seen is None:
            return cls(written, own.fingerprint, None)
        if not _is_later(own.updated_at, seen.updated_at):
            return cls(seen.state, seen.fingerprint or own.fingerprint, seen.state)
        money = {name: getattr(seen.state, name) for name in ("amount_paid", "amount_credited", "sent_to_contact")}
        return cls(written.model_copy(update=money), own.fingerprint, seen.state)


def _kinds(existing: ExistingDocument, base: _Base, now: SeenDocument) -> Iterator[ChangeKind]:
    gone_before = _GONE.get("" if base.told is None else base.told.xero_status)
    gone = _GONE.get(existing.status)
    if gone is not None:
        if gone is not gone_before:
            yield gone
        return
    if _is_edited(existing, base, now):
        yield ChangeKind.EDITED
    if _is_sent(existing) and not _was_sent(existing.type, base):
        yield ChangeKind.SENT
    paid_before = ChangeKind.UNPAID if base.told is None else _payment(base.told)
    paid = _payment(now.state)
    if paid is not paid_before or (paid is ChangeKind.PART_PAID and _moved(base.told, now.state)):
        yield paid
    elif existing.status not in (base.state.xero_status, _SENT):
        yield ChangeKind.STATUS_CHANGED


def _is_edited(existing: ExistingDocument, base: _Base, now: SeenDocument) -> bool:
    if now.state.number != base.state.number:
        return True
    amounts = ((getattr(base.state, name), getattr(now.state, name)) for name in _AMOUNTS)
    if any(was is not None and shown is not None and Decimal(was) != Decimal(shown) for was, shown in amounts):
        return True
    return existing.has_lines and not is_unedited(existing, base.fingerprint)


def _payment(state: DocumentState) -> ChangeKind:
    if state.xero_status == "PAID":
        return ChangeKind.PAID
    return ChangeKind.PART_PAID if _settled(state) else ChangeKind.UNPAID


def _settled(state: DocumentState) -> Decimal:
    return Decimal(state.amount_paid or 0) + Decimal(state.amount_credited or 0)


def _moved(before: DocumentState | None, now: DocumentState) -> bool:
    return before is not None and _settled(before) != _settled(now)


def _is_sent(existing: ExistingDocument) -> bool:
    if existing.type is DocumentType.QUOTE:
        return existing.status in _SENT_QUOTES
    return existing.sent_to_contact


def _was_sent(kind: DocumentType, base: _Base) -> bool:
    if kind is DocumentType.QUOTE:
        # The profile may have us send quotes: what we wrote as sent, nobody else has sent.
        return base.state.xero_status in _SENT_QUOTES
    return base.told is not None and bool(base.told.sent_to_contact)


def _is_overtaken(existing: ExistingDocument, own: OwnVersion, seen: SeenDocument | None) -> bool:
    known = (own.updated_at, None if seen is None else seen.updated_at)
    return any(_is_later(each, existing.updated_at) for each in known if existing.updated_at is not None)


def _is_later(one: datetime | None, other: datetime | None) -> bool:
    """What has no time is older than what has one."""
    return one is not None and (other is None or one > other)


def _state(existing: ExistingDocument) -> DocumentState:
    is_invoice = existing.type is DocumentType.INVOICE
    return DocumentState(
        xero_status=existing.status,
        number=existing.number,
        sub_total=_text(existing.sub_total),
        total_tax=_text(existing.total_tax),
        total=_text(existing.total),
        amount_paid=_text(existing.amount_paid) if is_invoice else None,
        amount_credited=_text(existing.amount_credited) if is_invoice else None,
        sent_to_contact=existing.sent_to_contact if is_invoice else None,
    )


def _written(own: OwnVersion) -> DocumentState:
    """What the ledger knows of our own version."""
    ref = own.ref
    return DocumentState(
        xero_status=ref.xero_status,
        number=ref.number,
        sub_total=ref.sub_total,
        total_tax=ref.total_tax,
        total=ref.total or None,
    )


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
