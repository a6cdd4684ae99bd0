"""Documents of ours that look like one another: one of them may be charged twice."""

from collections.abc import Iterable

from mappers.existing import is_alive
from mappers.model import Difference, DriftKind, ExistingDocument

MOST_REMEMBERED = 50_000
"""Documents of one night; of a larger ledger those beyond are not compared with each other."""

Looks = tuple[str | None, ...]


class Twins:
    """Those seen in this process's part of a night: two that a restart lies between are found the next night.

    `is_whole`: nothing of the night lies before, so that a document without a twin has none any more.
    """

    def __init__(self, *, is_whole: bool) -> None:
        self._is_whole = is_whole
        self._first: dict[Looks, tuple[str, str]] = {}

    def of(self, company_id: str, existing: ExistingDocument, standing: Iterable[Difference]) -> tuple[Difference, ...]:
        """The difference that the document is a second one, beside those that stand; of two, the one met later."""
        looks = _looks(company_id, existing)
        if looks is None:
            return ()
        if looks not in self._first and len(self._first) < MOST_REMEMBERED:
            self._first[looks] = (existing.xero_id, existing.number)
        xero_id, number = self._first.get(looks, (existing.xero_id, ""))
        if xero_id != existing.xero_id:
            return (Difference(kind=DriftKind.REFERENCE_TWICE, ledger=existing.number, xero=number),)
        return () if self._is_whole else kept(standing)


def kept(standing: Iterable[Difference]) -> tuple[Difference, ...]:
    """What one document alone does not tell."""
    return tuple(each for each in standing if each.kind is DriftKind.REFERENCE_TWICE)


def _looks(company_id: str, existing: ExistingDocument) -> Looks | None:
    if not is_alive(existing) or not existing.reference or not existing.total:
        return None
    total = f"{existing.total.normalize():f}"
    return company_id, existing.type.value, existing.contact_id, existing.reference, existing.currency or "", total
