"""What the ledger's indexes say is what a walk through all rows would say, after any changes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import DocumentType
from mappers.model.sync_request import Trigger
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.records import NumberReservation, Row, RowKey, State, SyncedDocument
from streams.ops.labels import LaneState
from tests.builders import OCCURRED_AT
from tests.unit.streams.dispatch.ledger.test_transitions import DOCUMENT
from tests.unit.streams.dispatch.requests import numbered

START = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = {State.PENDING: LaneState.PENDING, State.SENDING: LaneState.SENDING, State.WAITING: LaneState.WAITING}
KEYS = [RowKey(organisation, "c", f"S{index}") for organisation in ("one", "two") for index in range(5)]


def make_row(state: State, minutes: int, document: int, trigger: Trigger) -> Row:
    occurred_at = OCCURRED_AT + timedelta(minutes=minutes)
    request = numbered(1).model_copy(update={"occurred_at": occurred_at, "trigger": trigger})
    reference = DOCUMENT.ref.model_copy(update={"number": f"INV-{document}", "xero_id": f"id-{document}"})
    is_open = state in OPEN
    return Row(
        state=state,
        revision=1,
        occurred_at=occurred_at,
        request=request if is_open else None,
        ended_at=None if is_open else START + timedelta(hours=minutes),
        reservation=NumberReservation(intent="k", kind=DocumentType.INVOICE, number=f"INV-{document}")
        if state is State.SENDING
        else None,
        synced=SyncedDocument(ref=reference, fingerprint="f") if state is State.DONE else None,
    )


ROWS = st.builds(
    make_row,
    st.sampled_from(State),
    st.integers(0, 200),
    st.integers(0, 3),
    st.sampled_from([Trigger.STATUS, Trigger.SYNC_NOW]),
)


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.none() | ROWS), max_size=60), st.integers(0, 200))
def test_the_indexes_agree_with_the_rows(changes: list[tuple[RowKey, Row | None]], hours: int) -> None:
    ledger = Ledger()
    for key, row in changes:
        ledger.apply({key: row})
    horizon = START + timedelta(hours=hours)
    for organisation in ("one", "two"):
        own = {key: row for key, row in ledger.rows.items() if key.organisation == organisation}
        is_open = {key for key, row in own.items() if row.state in OPEN}
        listed = [key for key, _ in ledger.open_rows(organisation)]
        urgent = [own[key].request.trigger is Trigger.SYNC_NOW for key in listed if own[key].request is not None]  # type: ignore[union-attr]  # Looked at just before.
        assert (set(listed), len(listed)) == (is_open, len(is_open))
        assert urgent == sorted(urgent, reverse=True)
        for state, shown in OPEN.items():
            assert ledger.depths(organisation)[shown] == sum(row.state is state for row in own.values())
        for document in range(4):
            assert_holders(ledger, organisation, own, document)
    occurred = [row.request.occurred_at for row in ledger.rows.values() if row.request is not None]
    assert ledger.oldest() == min(occurred, default=None)
    old = {key for key, row in ledger.rows.items() if row.ended_at is not None and row.ended_at < horizon}
    assert set(ledger.expired(horizon, 100)) == old
    assert len(ledger.expired(horizon, 1)) == min(1, len(old))


def assert_holders(ledger: Ledger, organisation: str, own: dict[RowKey, Row], document: int) -> None:
    with_id = {key for key, row in own.items() if row.synced and row.synced.ref.xero_id == f"id-{document}"}
    reserved = {key for key, row in own.items() if row.reservation and row.reservation.number == f"INV-{document}"}
    by_id = ledger.holder_by_id(organisation, f"ID-{document}")
    by_number = ledger.holder(organisation, DocumentType.INVOICE, f" inv-{document} ")
    assert (by_id in with_id) if with_id else by_id is None
    assert (by_number in with_id | reserved) if with_id | reserved else by_number is None
