"""The changes of the index in one write: what a line was found by goes, what it is found by now comes."""

from collections import Counter

from streams.projection.encoding import COUNTS, LINES, key
from streams.projection.indexes.entries import entries_of
from streams.projection.indexes.line_row import LineRow, decode_line, encode_line
from streams.projection.key_value import KeyValue

Changes = dict[bytes, bytes | None]

NO_LINE = LineRow(None, None)


class LineMoves:
    """What is taken away is what was written for the line that is stored: nothing can be left behind."""

    def __init__(self, disk: KeyValue, changes: Changes) -> None:
        self._disk = disk
        self._changes = changes
        self._counted: Counter[tuple[str, str]] = Counter()

    def shipment(self, company_id: str, shipment_id: str, before: LineRow, after: LineRow) -> None:
        """The shipment's stored line is `before`, and is to be `after`. To be called once for a shipment."""
        if before == after:
            return
        self._changes[key(LINES, company_id, shipment_id)] = encode_line(after)
        old, new = entries_of(company_id, shipment_id, before), entries_of(company_id, shipment_id, after)
        self._changes.update((entry, None) for entry in old if entry not in new)
        self._changes.update((entry, value) for entry, value in new.items() if old.get(entry) != value)
        if before != NO_LINE:
            self._counted[company_id, before.status] -= 1
        self._counted[company_id, after.status] += 1

    def finish(self) -> None:
        """Add the new counts to the changes."""
        for (company_id, status), difference in self._counted.items():
            if difference:
                counter = key(COUNTS, company_id, status)
                count = int(self._disk.get(counter) or 0) + difference
                self._changes[counter] = str(count).encode() if count else None


def stored_line(disk: KeyValue, company_id: str, shipment_id: str) -> LineRow:
    """The shipment's line as it is stored; `NO_LINE` where there is none."""
    stored = disk.get(key(LINES, company_id, shipment_id))
    return NO_LINE if stored is None else decode_line(stored)
