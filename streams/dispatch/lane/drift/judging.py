"""One document of Xero's beside its row: what differs is told where it is news, and remembered as told."""

from datetime import datetime

from mappers.existing import differences
from mappers.model import ChangedDocument, Difference, DocumentDrift, ExistingDocument, drift_id
from streams.dispatch.lane.drift.twins import kept
from streams.dispatch.ledger import LedgerUpdate, Row, RowKey, State


class Judging:
    """For one update of the ledger. `night` is when the comparison began, or what takes its place in ids."""

    def __init__(self, update: LedgerUpdate, night: datetime, now: datetime) -> None:
        self._update = update
        self._night = night
        self._now = now

    def judge(
        self, key: RowKey, row: Row, existing: ExistingDocument | None, more: tuple[Difference, ...] | None = None
    ) -> tuple[Difference, ...]:
        """The differences of the row's document, and `more`; None: what of the kind stands.

        A row that is being written to is not judged.
        """
        if row.synced is None or row.state is State.SENDING:
            return row.drift
        found = differences(existing, row.synced.own_version, row.seen, row.drift)
        if found is None:
            return row.drift
        found += kept(row.drift) if more is None else more
        if found != row.drift:
            ref = row.synced.ref
            drift = DocumentDrift(
                outcome_id=drift_id(ref.xero_id, found, self._night),
                occurred_at=self._now,
                company_id=key.company_id,
                shipment_id=key.shipment_id,
                document=ChangedDocument.of(ref),
                differences=found,
            )
            self._update.drifted(key, drift)
        return found


def judge_again(update: LedgerUpdate, key: RowKey, row: Row, existing: ExistingDocument, now: datetime) -> None:
    """Between two nights, where a look shows a document that differed: it may not any more."""
    Judging(update, existing.updated_at or now, now).judge(key, row, existing)
