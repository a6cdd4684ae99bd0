"""What must hold whenever a batch goes to Xero (architecture §2), looked at once more behind its committed intent.

Planning, intake and the ledger see to it that it holds. Where it does not, that is a fault of ours: it is counted, and
nothing is repaired here.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from mappers.model import Company, is_older
from streams.dispatch.ledger import Intent, Ledger, Row, RowKey
from streams.ops import Invariant


def broken_at_write(
    intent: Intent, ledger: Ledger, companies: Mapping[str, Company], now: datetime
) -> Iterator[Invariant]:
    """The invariants that the write behind `intent` would break, each once."""
    rows = {key: ledger.rows.get(key) for key in intent.members}
    if not _is_committed(intent, ledger, rows):
        yield Invariant.INTENT_BEFORE_WRITE
    if any(not _is_own(intent, companies.get(key.company_id)) for key in rows):
        yield Invariant.OWN_ORGANISATION
    if any(row is not None and _is_overtaken(row, now) for row in rows.values()):
        yield Invariant.REVISION_ORDER


def _is_committed(intent: Intent, ledger: Ledger, rows: Mapping[RowKey, Row | None]) -> bool:
    """Whether the ledger, which is durable up to here, holds the bytes and names the batch for each of its members."""
    held = ledger.intents.get(intent.key)
    if held is None or held.body != intent.body:
        return False
    reservations = [None if row is None else row.reservation for row in rows.values()]
    return all(each is not None and each.intent == intent.key for each in reservations)


def _is_own(intent: Intent, company: Company | None) -> bool:
    return company is not None and company.organisation == intent.organisation


def _is_overtaken(row: Row, now: datetime) -> bool:
    """Whether what is sent is older than what was taken; a newer one that came while it is sent follows it."""
    if row.request is None or row.queued is not None:
        return False
    return is_older(row.request, row, now)
