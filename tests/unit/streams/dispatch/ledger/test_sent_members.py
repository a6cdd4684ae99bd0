"""A shipment's snapshot is in the topic once, also while it is being sent."""

import orjson

from streams.dispatch.ledger.codec import encode_key
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.records import Intent, Row, RowKey, SentMember, State
from streams.dispatch.ledger.transitions import sending, sent_with, telling
from tests.fakes.row_store import MemoryRowStore
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.ledger.test_transitions import PENDING, SENDING
from tests.unit.streams.dispatch.requests import numbered

REQUEST = numbered(1)
KEY = RowKey(REQUEST.organisation, REQUEST.company_id, REQUEST.shipment_id)


def state_in(transaction: LedgerTransaction) -> str | None:
    """Of the row as the transaction writes it; None where it does not."""
    record = transaction.wire.get(encode_key(KEY))
    return None if record is None or record.value is None else str(orjson.loads(record.value)["state"])


async def test_the_row_is_not_written_again_when_it_is_sent_and_a_new_owner_has_it_nevertheless() -> None:
    harness = Harness()
    states: list[str | None] = []
    owners: list[Ledger] = []

    def after(transaction: LedgerTransaction) -> None:
        states.append(state_in(transaction))
        if any(isinstance(each, Intent) for each in transaction.records.values()):
            owners.append(harness.topic.read())

    async with harness.owner() as partition:
        harness.fence.after = after
        harness.give(partition, [REQUEST])
        await harness.answered(1)
    assert [each for each in states if each] == ["pending", "done"]
    row = owners[0].rows[KEY]
    assert row.request is not None
    assert (row.state, row.attempts, row.request.request_id) == (State.SENDING, 1, REQUEST.request_id)
    assert row.reservation is not None
    assert row.reservation.number == "INV-00001"


def make_intent() -> Intent:
    assert SENDING.reservation is not None
    return Intent.model_validate(
        {
            "key": SENDING.reservation.intent,
            "organisation": KEY.organisation,
            "kind": "invoice",
            "operation": "create",
            "body": "{}",
            "begun_at": REQUEST.occurred_at,
            "committed_at": REQUEST.occurred_at,
            "members": (KEY,),
        }
    )


def test_a_row_that_is_taken_and_sent_in_one_transaction_is_in_it_as_it_was_taken() -> None:
    ledger = Ledger(MemoryRowStore())
    taken = LedgerTransaction(records={KEY: PENDING})
    sent = LedgerTransaction(records={("intent", "k"): make_intent(), KEY: SENDING})
    for each in (taken, sent):
        ledger.submit(each)
    assert state_in(sent) is None
    taken.merge(sent)
    assert state_in(taken) == "pending"
    assert ledger.rows[KEY] == SENDING


def test_a_row_that_changes_otherwise_too_is_written() -> None:
    """What the intent tells would not be all of it."""
    ledger = Ledger(MemoryRowStore())
    ledger.submit(LedgerTransaction(records={KEY: PENDING}))
    sent = LedgerTransaction(records={("intent", "k"): make_intent(), KEY: SENDING.model_copy(update={"verify": True})})
    ledger.submit(sent)
    assert state_in(sent) == "sending"


def member(row: Row) -> SentMember:
    """What an intent tells of the row."""
    (told,) = telling(make_intent(), None, {KEY: row}).sent
    assert told is not None
    return told


def test_a_row_is_in_sending_by_its_intent_while_it_is_the_one_that_was_sent() -> None:
    waiting = PENDING.model_copy(update={"state": State.WAITING})
    assert sent_with(PENDING, make_intent(), member(SENDING)) == SENDING
    assert sent_with(waiting, make_intent(), member(SENDING)) == SENDING
    assert SENDING.reservation is not None
    for attempts in (1, 2):
        released = PENDING.model_copy(update={"attempts": attempts})
        again = sending(released, SENDING.reservation).row
        assert (member(again).attempt, sent_with(released, make_intent(), member(again))) == (attempts + 1, again)


def test_a_row_that_has_moved_on_is_not_in_sending_by_its_intent() -> None:
    others = [
        SENDING,
        PENDING.model_copy(update={"request": None}),
        PENDING.model_copy(update={"request": numbered(1, revision=2)}),
        PENDING.model_copy(update={"attempts": 1}),
        PENDING.model_copy(update={"state": State.DONE}),
        PENDING.model_copy(update={"state": State.REJECTED}),
    ]
    assert [sent_with(each, make_intent(), member(SENDING)) for each in others] == [None] * 6
    assert sent_with(PENDING, make_intent(), None) is None


def test_an_intent_goes_on_telling_of_the_members_that_are_not_sent_again() -> None:
    """Older versions told of none."""
    other = RowKey(KEY.organisation, KEY.company_id, "SHP-00002")
    intent = make_intent().model_copy(update={"members": (KEY, other)})
    told = telling(intent, None, {KEY: SENDING})
    assert told.sent == (member(SENDING), None)
    assert telling(intent, told, {other: SENDING}).sent == (member(SENDING), member(SENDING))
    assert telling(intent, intent, {other: SENDING}).sent == (None, member(SENDING))
    assert telling(intent, None, {KEY: PENDING, other: PENDING}).sent == (None, None)
