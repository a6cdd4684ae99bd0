"""An intent outlives the members that are answered: whoever takes over finds the others by it."""

from datetime import UTC, datetime

from mappers.model.company import DocumentType
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent, NumberReservation, Row, RowKey
from streams.dispatch.ledger.transitions import Refusal, sending, take
from streams.dispatch.ledger.update import LedgerUpdate
from tests.builders import COMPANY_ID, ORGANISATION
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEYS = tuple(RowKey(ORGANISATION, COMPANY_ID, f"SHP-{index:05}") for index in (1, 2))
INTENT = Intent(
    key="k",
    organisation=ORGANISATION,
    kind=DocumentType.INVOICE,
    operation=Operation.CREATE,
    body="{}",
    begun_at=NOW,
    committed_at=NOW,
    members=KEYS,
)


class Submitted:
    """Takes updates into the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def submit(self, transaction: LedgerTransaction, *, deferred: bool = False) -> None:
        del deferred
        self._ledger.submit(transaction)


def under_way(index: int) -> Row:
    reservation = NumberReservation(intent="k", kind=DocumentType.INVOICE, number=f"INV-{index:05}")
    return sending(take(None, numbered(index), NOW)[1].row, reservation).row


def test_an_intent_is_forgotten_with_the_last_of_its_members() -> None:
    ledger = Ledger(MemoryRowStore())
    ledger.submit(LedgerTransaction(records={("intent", "k"): INTENT, KEYS[0]: under_way(1), KEYS[1]: under_way(2)}))
    for key, left in zip(KEYS, ({"k"}, set()), strict=True):
        update = LedgerUpdate(ledger, Submitted(ledger), NOW)  # type: ignore[arg-type]  # Nobody waits for it.
        update.rejected(key, Refusal(()))
        update.close(INTENT)
        update.submit()
        assert ledger.intents.keys() == left
