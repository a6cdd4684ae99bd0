"""Which shipments stand still for which cause, how many and for how much: changed with each write.

Counting when somebody asks would walk over every shipment that stands still, and the answer would grow with them.
"""

from collections import Counter
from collections.abc import Collection, Mapping

from mappers.model import Affected, Cause
from streams.projection.causes.blocked import BlockedMoves, Money
from streams.projection.encoding import COMPANIES, attention_key, cause_key, encode_affected, key, ranked_key
from streams.projection.key_value import KeyValue

Changes = dict[bytes, bytes | None]


class CauseMoves:
    """The changes of the index in one write: shipments come under causes and leave them."""

    def __init__(self, disk: KeyValue, changes: Changes) -> None:
        self._disk = disk
        self._changes = changes
        self._moved: Counter[tuple[str, Cause]] = Counter()
        self._blocked = BlockedMoves(disk, changes)

    def shipment(
        self, company_id: str, shipment_id: str, before: Collection[Cause], after: Mapping[Cause, Affected]
    ) -> None:
        """The shipment stands, as it is stored, under the causes `before`, and is to stand under those `after`."""
        for cause in before:
            if cause not in after:
                self._changes[attention_key(company_id, cause, shipment_id)] = None
                self._moved[company_id, cause] -= 1
        for cause, affected in after.items():
            self._changes[attention_key(company_id, cause, shipment_id)] = encode_affected(affected)
            if cause not in before:
                self._moved[company_id, cause] += 1

    def money(
        self,
        company_id: str,
        before: tuple[Collection[Cause], Money | None],
        after: tuple[Collection[Cause], Money | None],
    ) -> None:
        """What a shipment is worth stood under the causes `before`, and stands under those `after`."""
        if before != after:
            self._blocked.shipment(company_id, *before, -1)
            self._blocked.shipment(company_id, *after, 1)

    def finish(self) -> None:
        """Add the new counts and sums to the changes."""
        companies: Counter[str] = Counter()
        for (company_id, cause), difference in self._moved.items():
            counter = cause_key(company_id, cause)
            before = int(self._disk.get(counter) or 0)
            after = before + difference
            if before == after:
                continue
            if before:
                self._changes[ranked_key(company_id, before, cause)] = None
            if after:
                self._changes[ranked_key(company_id, after, cause)] = b""
            self._changes[counter] = str(after).encode() if after else None
            companies[company_id] += (after > 0) - (before > 0)
        for company_id, difference in companies.items():
            causes = int(self._disk.get(key(COMPANIES, company_id)) or 0) + difference
            self._changes[key(COMPANIES, company_id)] = str(causes).encode() if causes else None
        self._blocked.finish()
