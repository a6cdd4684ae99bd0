"""The tables on a `KeyValue`: what the web reads, and the one write per poll."""

from collections.abc import Iterable, Mapping
from typing import Final

from mappers.model import (
    AffectedPage,
    AttentionPage,
    Cause,
    DocumentAttachments,
    DocumentChange,
    DocumentDrift,
    Outcome,
    ShipmentLog,
    Snapshot,
)
from streams.projection.acts import ToldAct, change_acts, entries_of_act
from streams.projection.causes import (
    LISTED_CAUSES,
    affected_page,
    attention_page,
    standing_causes,
    standing_still,
)
from streams.projection.encoding import (
    LAYOUT,
    LOGS,
    POSITIONS,
    SNAPSHOTS,
    Position,
    decode_log,
    decode_position,
    decode_snapshot,
    encode_log,
    encode_position,
    encode_snapshot,
    key,
    parts,
)
from streams.projection.fold import contradicts, fold_attachments, fold_change, fold_drift, fold_outcome, fold_snapshot
from streams.projection.indexes import Changes, ShipmentLists, change_indexes
from streams.projection.key_value import KeyValue

# Raised whenever the bytes of a row or a key change their meaning: an older store is rebuilt from the topics.
LAYOUT_VERSION: Final = b"6"

MOST_AFFECTED: Final = 100

Event = Outcome | DocumentChange | DocumentDrift | DocumentAttachments
Ids = tuple[str, str]
Partition = tuple[str, int]


class ProjectionStore:
    """Reads are single look-ups that take microseconds, or pages of a bounded size. There is one writer."""

    def __init__(self, disk: KeyValue) -> None:
        """Take over what is on `disk`; a store of another layout is emptied."""
        self._disk = disk
        self.lists = ShipmentLists(disk)
        if disk.get(LAYOUT) != LAYOUT_VERSION:
            self.reset()

    def log(self, company_id: str, shipment_id: str) -> ShipmentLog | None:
        """The shipment's log; empty where only its status changes are known, None where the shipment was never seen."""
        stored = self._disk.get(key(LOGS, company_id, shipment_id))
        if stored is None and self._disk.get(key(SNAPSHOTS, company_id, shipment_id)) is None:
            return None
        return decode_log(stored)

    def snapshot(self, company_id: str, shipment_id: str) -> Snapshot | None:
        """The newest known state of the shipment."""
        stored = self._disk.get(key(SNAPSHOTS, company_id, shipment_id))
        return decode_snapshot(stored) if stored is not None else None

    def attention(self, company_id: str, *, limit: int = LISTED_CAUSES, cursor: str | None = None) -> AttentionPage:
        """What stands still in the company, grouped by cause, the most frequent first.

        A cause lists its first shipments and counts all; `affected` has the others. A page may end before `limit`. A
        cause whose count changes between two pages may be met twice or not at all. Raises ValueError for a cursor that
        was not given here.
        """
        return attention_page(self._disk, company_id, limit, cursor, self.lists.short_code(company_id))

    def affected(
        self, company_id: str, cause: Cause, *, limit: int = MOST_AFFECTED, cursor: str | None = None
    ) -> AffectedPage:
        """The shipments that stand still for the cause. Raises ValueError for a cursor that was not given here."""
        return affected_page(self._disk, company_id, cause, limit, cursor, self.lists.short_code(company_id))

    def standing(self, company_id: str, most: int) -> dict[Cause, int]:
        """How many shipments stand under each of the company's causes, of `most` causes at most."""
        return standing_causes(self._disk, company_id, most)

    def standing_still(self) -> dict[tuple[str, str], int]:
        """How many shipments stand still, by company and code: one look at each cause."""
        return standing_still(self._disk)

    def positions(self) -> dict[Partition, Position]:
        """How far each partition is folded."""
        rows = ((parts(stored), value) for stored, value in self._disk.scan(key(POSITIONS)))
        return {(topic, int(number)): decode_position(value) for (topic, number), value in rows}

    def apply(
        self,
        outcomes: Iterable[tuple[int, Event]],
        snapshots: Iterable[Snapshot],
        positions: Mapping[Partition, Position],
        acts: Iterable[ToldAct] = (),
    ) -> tuple[Outcome, ...]:
        """Fold (offset, outcome) pairs and snapshots, each in the order of their partition, and step to `positions`.

        What people did to documents is among the outcomes, as it is in their topic; `acts` are what else they did.
        One write: after a crash the store has all of it or nothing. Returns the outcomes of requests that had ended
        otherwise; they are folded like the others.
        """
        before, logs, contradictions = self._fold_outcomes(outcomes)
        newest = self._fold_snapshots(snapshots)
        changes: Changes = {}
        for ids, log in logs.items():
            changes[key(LOGS, *ids)] = encode_log(log)
            change_acts(changes, *ids, before[ids], log)
        for told in acts:
            changes.update(entries_of_act(told))
        changes.update((key(SNAPSHOTS, *ids), encode_snapshot(snapshot)) for ids, snapshot in newest.items())
        change_indexes(self._disk, changes, logs, newest)
        for (topic, number), position in positions.items():
            changes[key(POSITIONS, topic, str(number))] = encode_position(position)
        self._disk.write(changes)
        return contradictions

    def reset(self) -> None:
        """Forget everything, to be rebuilt from the topics."""
        self._disk.reset()
        self._disk.write({LAYOUT: LAYOUT_VERSION})

    def close(self) -> None:
        """Close the files."""
        self._disk.close()

    def _fold_outcomes(
        self, outcomes: Iterable[tuple[int, Event]]
    ) -> tuple[dict[Ids, ShipmentLog], dict[Ids, ShipmentLog], tuple[Outcome, ...]]:
        """The logs as they were, those that are others now, and the outcomes of requests that had ended otherwise."""
        contradictions: list[Outcome] = []
        before: dict[Ids, ShipmentLog] = {}
        after: dict[Ids, ShipmentLog] = {}
        for offset, outcome in outcomes:
            ids = (outcome.company_id, outcome.shipment_id)
            if ids not in before:
                before[ids] = after[ids] = decode_log(self._disk.get(key(LOGS, *ids)))
            if isinstance(outcome, DocumentChange):
                after[ids] = fold_change(after[ids], outcome, offset)
                continue
            if isinstance(outcome, DocumentDrift):
                after[ids] = fold_drift(after[ids], outcome, offset)
                continue
            if isinstance(outcome, DocumentAttachments):
                after[ids] = fold_attachments(after[ids], outcome, offset)
                continue
            if contradicts(after[ids], outcome):
                contradictions.append(outcome)
            after[ids] = fold_outcome(after[ids], outcome, offset)
        changed = {ids: log for ids, log in after.items() if log is not before[ids]}
        return before, changed, tuple(contradictions)

    def _fold_snapshots(self, snapshots: Iterable[Snapshot]) -> dict[Ids, Snapshot]:
        newest: dict[Ids, Snapshot] = {}
        for change in snapshots:
            ids = (change.company_id, change.shipment_id)
            newest[ids] = fold_snapshot(newest.get(ids) or self.snapshot(*ids), change)
        return newest
