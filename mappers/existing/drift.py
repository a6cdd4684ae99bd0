"""In what a document in Xero differs from what the ledger knows of it, and nobody told."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from mappers.existing.changes import OwnVersion, SeenDocument
from mappers.model import Difference, DocumentState, DriftKind, ExistingDocument

_GONE: Final = {"VOIDED": DriftKind.VOIDED, "DELETED": DriftKind.DELETED}
_AMOUNTS: Final = ("total", "total_tax", "sub_total")


def differences(
    existing: ExistingDocument | None,
    own: OwnVersion,
    seen: SeenDocument | None,
    standing: Iterable[Difference] = (),
) -> tuple[Difference, ...] | None:
    """The differences; None where the answer is older than what is known, and says nothing.

    `existing` is None where Xero does not know the document. What Xero has as we wrote it differs in nothing. What was
    seen at a look was told then, and is no difference; but one that is `standing` stays one, also when it was seen
    meanwhile.
    """
    known = _Known(own, seen if seen is not None and seen.xero_id == own.ref.xero_id else None)
    stood = {each.kind for each in standing}
    if existing is None:
        return () if known.is_gone else (Difference(kind=DriftKind.MISSING, ledger=known.number),)
    if existing.updated_at is not None and any(each > existing.updated_at for each in known.times):
        return None
    return tuple(_differences(existing, known, stood))


def is_alive(existing: ExistingDocument) -> bool:
    """Whether the document counts in the books."""
    return existing.status not in _GONE


class _Known:
    """What the ledger knows: the newer of our own version and the last look; and our own alone."""

    def __init__(self, own: OwnVersion, seen: SeenDocument | None) -> None:
        self.own = own
        self._state: DocumentState | None = None
        times = (own.updated_at, None if seen is None else seen.updated_at)
        self.times = tuple(each for each in times if each is not None)
        if seen is not None and (
            own.updated_at is None or seen.updated_at is None or seen.updated_at >= own.updated_at
        ):
            self._state = seen.state

    @property
    def is_gone(self) -> bool:
        return self.status in _GONE

    @property
    def status(self) -> str:
        return self.own.ref.xero_status if self._state is None else self._state.xero_status

    @property
    def number(self) -> str:
        return self.own.ref.number if self._state is None else self._state.number

    def amount(self, name: str) -> str | None:
        """As it was seen, or written; None where that is not known."""
        seen: str | None = None if self._state is None else getattr(self._state, name)
        return seen or self.own_amount(name)

    def own_amount(self, name: str) -> str | None:
        written: str | None = getattr(self.own.ref, name)
        return written or None


def _differences(existing: ExistingDocument, known: _Known, stood: set[DriftKind]) -> Iterator[Difference]:
    own = known.own.ref
    gone = _GONE.get(existing.status)
    if gone is not None:
        if not known.is_gone or (gone in stood and own.xero_status not in _GONE):
            yield Difference(kind=gone, ledger=own.xero_status, xero=existing.status)
        return
    if existing.number != own.number and (existing.number != known.number or DriftKind.NUMBER in stood):
        yield Difference(kind=DriftKind.NUMBER, ledger=own.number, xero=existing.number)
    if existing.currency and own.currency and existing.currency != own.currency:
        yield Difference(kind=DriftKind.CURRENCY, ledger=own.currency, xero=existing.currency)
    for name in _AMOUNTS:
        shown, written = getattr(existing, name), known.own_amount(name)
        if _differ(written, shown) and (_differ(known.amount(name), shown) or DriftKind.AMOUNT in stood):
            yield Difference(kind=DriftKind.AMOUNT, ledger=written, xero=f"{shown:f}")
            return


def _differ(before: str | None, shown: Decimal | None) -> bool:
    return before is not None and shown is not None and Decimal(before) != shown
