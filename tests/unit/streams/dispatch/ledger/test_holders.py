"""Who has a number is asked of the store once, and stays right while rows take and give up numbers."""

from mappers.model.company import DocumentType
from streams.dispatch.ledger.codec import encode_key
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import NumberReservation, Row, RowKey, State
from tests.builders import OCCURRED_AT, ORGANISATION, make_request
from tests.fakes.row_store import MemoryRowStore

NUMBER = "INV-1"
A, B = RowKey(ORGANISATION, "company", "a"), RowKey(ORGANISATION, "company", "b")


class CountingStore(MemoryRowStore):
    looks = 0

    def holders_by_number(self, organisation: str, kind: str, number_key: str) -> tuple[bytes, ...]:
        self.looks += 1
        return super().holders_by_number(organisation, kind, number_key)


def row(state: State, number: str | None) -> Row:
    reservation = None if number is None else NumberReservation(intent="i", kind=DocumentType.INVOICE, number=number)
    return Row(state=state, revision=1, occurred_at=OCCURRED_AT, request=make_request(), reservation=reservation)


def holder(ledger: Ledger) -> RowKey | None:
    return ledger.holder(ORGANISATION, DocumentType.INVOICE, NUMBER)


def test_a_number_that_one_shipment_takes_and_keeps_is_looked_up_once() -> None:
    store = CountingStore()
    ledger = Ledger(store)
    assert holder(ledger) is None
    for state, number in ((State.PENDING, None), (State.SENDING, NUMBER), (State.SENDING, NUMBER)):
        ledger.submit(LedgerTransaction(records={A: row(state, number)}))
        assert holder(ledger) == (None if number is None else A)
    assert store.looks == 1


def test_a_number_that_several_have_and_some_give_up_belongs_to_whom_it_should() -> None:
    ledger = Ledger(MemoryRowStore())
    assert holder(ledger) is None
    steps = ((B, NUMBER, B), (A, NUMBER, A), (A, "INV-2", B), (A, NUMBER, A), (B, None, A), (A, None, None))
    for key, number, expected in steps:
        ledger.submit(LedgerTransaction(records={key: row(State.SENDING, number)}))
        assert holder(ledger) == expected
    assert encode_key(A) < encode_key(B)
    ledger.submit(LedgerTransaction(records={B: row(State.SENDING, NUMBER)}))
    ledger.submit(LedgerTransaction(records={B: None}))
    assert holder(ledger) is None
