"""The ledger over its store on disk, against one that keeps everything in dicts and answers by walking.

Steps are submitted, committed some at a time, lost by a crash; the disk is behind now and then.
"""

import asyncio
import shutil
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from mappers.model.company import DocumentType
from mappers.model.outcome import WaitingReason
from mappers.model.sync_request import Trigger
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.indexing import index, indexed, to_micros
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ledger.ledger_transaction import LedgerTransaction
from streams.dispatch.ledger.owners import Owner, Owners
from streams.dispatch.ledger.rates import AcceptedRate, RateKey, rate_key
from streams.dispatch.ledger.records import (
    OWNER,
    Intent,
    NumberReservation,
    Record,
    RecordKey,
    Row,
    RowKey,
    State,
    StoredBackoff,
    SyncedDocument,
    WaitReason,
)
from streams.dispatch.store import Identity, LedgerStore, Micros, StoreBusyError, StoreMemory, Trust, WireRecord
from streams.dispatch.store import open_store as open_on_disk
from streams.ops.labels import LaneState
from tests.builders import OCCURRED_AT
from tests.unit.streams.dispatch.ledger.test_transitions import DOCUMENT
from tests.unit.streams.dispatch.requests import numbered
from xero_client.port import Operation

START = datetime(2026, 1, 1, tzinfo=UTC)
OPEN = {State.PENDING: LaneState.PENDING, State.SENDING: LaneState.SENDING, State.WAITING: LaneState.WAITING}
ORGANISATIONS = ("one", "two")
KEYS = [RowKey(organisation, "c", f"S{number}") for organisation in ORGANISATIONS for number in range(4)]
DOCUMENTS = range(3)
RATE_KEYS: list[RateKey] = [
    rate_key(organisation, "USD", source)
    for organisation in ORGANISATIONS
    for source in ("", "xero", "foreign_per_base")
]
RATES = (Decimal("0.65"), Decimal("0.66"))
NOW = to_micros(START)
LOG = Trust(Identity("cluster", "ledger", 0), now=NOW, delete_retention=1_000_000)


def make_row(state: State, minutes: int, document: int, trigger: Trigger, missing: tuple[str, ...]) -> Row:
    occurred_at = OCCURRED_AT + timedelta(minutes=minutes)
    request = numbered(1).model_copy(update={"occurred_at": occurred_at, "trigger": trigger})
    reference = DOCUMENT.ref.model_copy(update={"number": f"INV-{document}", "xero_id": f"id-{document}"})
    is_open = state in OPEN
    missing = missing if state is State.REJECTED else ()
    reservation = NumberReservation(intent="k", kind=DocumentType.INVOICE, number=f"INV-{document}")
    return Row(
        state=state,
        revision=1,
        occurred_at=occurred_at,
        request=request if is_open or missing else None,
        ended_at=None if is_open else START + timedelta(hours=minutes),
        reservation=reservation if state is State.SENDING else None,
        synced=SyncedDocument(ref=reference, fingerprint="f") if state is State.DONE else None,
        missing=missing,
    )


ROWS = st.builds(
    make_row,
    st.sampled_from(State),
    st.integers(0, 200),
    st.sampled_from(DOCUMENTS),
    st.sampled_from([Trigger.STATUS, Trigger.SYNC_NOW]),
    st.sampled_from([(), ("contact:A",)]),
)


def make_intent(key: str) -> Intent:
    return Intent(
        key=key,
        organisation="one",
        kind=DocumentType.INVOICE,
        operation=Operation.CREATE,
        body="{}",
        begun_at=START,
        committed_at=START,
        members=(),
    )


@st.composite
def others(draw: st.DrawFn) -> tuple[RecordKey, Record | None]:
    """A record that is no row."""
    name = draw(st.sampled_from(ORGANISATIONS))
    match draw(st.sampled_from(("intent", "rest", "rate", "owner"))):
        case "intent":
            return ("intent", name), draw(st.sampled_from([None, make_intent(name)]))
        case "rest":
            backoff = StoredBackoff(organisation=name, reason="out_of_quota", until=START)
            return ("rest", name), draw(st.sampled_from([None, backoff]))
        case "rate":
            key = draw(st.sampled_from([each for each in RATE_KEYS if each[1] == name]))
            rate = AcceptedRate(organisation=name, currency="USD", rate=draw(st.sampled_from(RATES)))
            return key, draw(st.sampled_from([None, rate]))
        case _:
            return OWNER, Owners(owners=(Owner(id=name, after=0),))


CHANGES = st.lists(st.tuples(st.sampled_from(KEYS), st.none() | ROWS) | others(), max_size=5)
Records = dict[RecordKey, Record | None]


class BusyStore(LedgerStore):
    """A store whose disk is behind when a test says so."""

    is_busy = False

    def apply(self, records: Iterable[WireRecord], position: int, equal_at: Micros | None = None) -> None:
        if self.is_busy:
            raise StoreBusyError("the disk is behind")
        super().apply(records, position, equal_at)


class LedgerModel(RuleBasedStateMachine):
    """`committed` is what the topic says, `known` what was submitted over it."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="shipledger-ledger-"))
        self.memory = StoreMemory()
        self.committed: Records = {}
        self.known: Records = {}
        self.steps: list[tuple[int, Records]] = []
        self.position = 0
        self.missed: Records = {}
        """What was committed and is not on the disk: a catch-up brings it."""
        self.open()

    def open(self) -> None:
        opened = open_on_disk(self.root / "0", LOG, self.memory, index).store
        self.store = BusyStore(opened._database, opened._meta, index)
        wire = [wired(key, record) for key, record in self.missed.items()]
        self.store.apply(wire, self.position, equal_at=NOW)
        self.missed = {}
        self.ledger = Ledger(self.store)

    @rule(changes=CHANGES)
    def submit(self, changes: list[tuple[RecordKey, Record | None]]) -> None:
        records = dict(changes)
        step = self.ledger.submit(LedgerTransaction(records=dict(records)))
        self.steps.append((step, records))
        self.known.update(records)

    @rule(count=st.integers(1, 3), busy=st.booleans())
    def commit(self, count: int, *, busy: bool) -> None:
        done, self.steps = self.steps[:count], self.steps[count:]
        if not done:
            return
        for _, records in done:
            self.committed.update(records)
            self.missed.update(records)
            self.position += len(records)
        self.store.is_busy = busy
        asyncio.run(self.ledger.committed(done[-1][0], self.position, START))
        self.missed = self.missed if busy else {}

    @rule()
    def crash(self) -> None:
        """The steps that were not committed are lost; what was, is read from the topic if the disk has it not."""
        self.store.close()
        self.steps, self.known = [], dict(self.committed)
        self.open()

    @invariant()
    def it_says_what_a_walk_says(self) -> None:
        rows = {key: row for key, row in self.known.items() if isinstance(key, RowKey) and isinstance(row, Row)}
        assert dict(self.ledger.rows) == rows
        assert {key: self.ledger.rows.get(key) for key in KEYS} == {key: rows.get(key) for key in KEYS}
        for organisation in ORGANISATIONS:
            self.the_organisation_agrees(
                organisation, {k: r for k, r in rows.items() if k.organisation == organisation}
            )
        occurred = [row.request.occurred_at for row in rows.values() if row.state in OPEN and row.request is not None]
        assert self.ledger.oldest() == min(occurred, default=None)
        assert {("intent", key) for key in self.ledger.intents} == self.keys_of(Intent)
        assert {("rest", name) for name in self.ledger.backoffs} == self.keys_of(StoredBackoff)
        rates = {key: self.ledger.rates.get(key) for key in RATE_KEYS}
        assert rates == {key: self.known.get(key) for key in RATE_KEYS}
        assert self.ledger.owners == (self.known.get(OWNER) or Owners())

    def the_organisation_agrees(self, organisation: str, own: dict[RowKey, Row]) -> None:
        ledger = self.ledger
        is_open = {key for key, row in own.items() if row.state in OPEN}
        listed = [key for key, _ in ledger.open_rows(organisation)]
        urgent = [row.request.trigger is Trigger.SYNC_NOW for _, row in ledger.open_rows(organisation) if row.request]
        assert (set(listed), len(listed)) == (is_open, len(is_open))
        assert urgent == sorted(urgent, reverse=True)
        for state, shown in OPEN.items():
            assert ledger.depths(organisation)[shown] == sum(row.state is state for row in own.values())
        assert list(ledger.releasable_keys(organisation)) == sorted((k for k in own if own[k].missing), key=encode_key)
        has_work = is_open or any(row.missing for row in own.values()) or organisation in ledger.backoffs
        assert (organisation in ledger.organisations()) == bool(has_work)
        for document in DOCUMENTS:
            self.the_holders_agree(organisation, own, document)

    def the_holders_agree(self, organisation: str, own: dict[RowKey, Row], document: int) -> None:
        with_id = {key for key, row in own.items() if row.synced and row.synced.ref.xero_id == f"id-{document}"}
        reserved = {key for key, row in own.items() if row.reservation and row.reservation.number == f"INV-{document}"}
        by_id = self.ledger.holder_by_id(organisation, f"ID-{document}")
        by_number = self.ledger.holder(organisation, DocumentType.INVOICE, f" inv-{document} ")
        assert (by_id in with_id) if with_id else by_id is None
        assert (by_number in with_id | reserved) if with_id | reserved else by_number is None

    @rule(hours=st.integers(0, 200))
    def what_is_expired_is_finished_and_old(self, hours: int) -> None:
        """A row with a step that waits is told of when that is committed."""
        horizon = START + timedelta(hours=hours)
        rows = {key: row for key, row in self.known.items() if isinstance(row, Row)}
        old = {key for key, row in rows.items() if row.ended_at is not None and row.ended_at < horizon}
        waiting = {key for _, records in self.steps for key in records} | set(self.missed)
        assert set(self.ledger.expired(horizon, 100)) == old - waiting
        assert len(self.ledger.expired(horizon, 1)) == min(1, len(old - waiting))

    def keys_of(self, kind: type) -> set[RecordKey]:
        return {key for key, record in self.known.items() if isinstance(record, kind)}

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.root)


def wired(key: RecordKey, record: Record | None) -> WireRecord:
    value = encode_value(record)
    found = None if value is None else index(encode_key(key), value)
    return WireRecord(encode_key(key), value, found)


TestLedger = LedgerModel.TestCase
# Every example opens and closes databases on a disk, which is what takes the time.
TestLedger.settings = settings(max_examples=40, stateful_step_count=20)


REASONS = st.none() | st.sampled_from(WaitingReason).map(lambda reason: WaitReason(reason=reason.value))


@given(st.sampled_from(KEYS), ROWS, REASONS)
def test_a_row_is_found_by_the_same_from_its_bytes_as_from_itself(
    key: RowKey, row: Row, reason: WaitReason | None
) -> None:
    row = row.model_copy(update={"wait_reason": reason})
    value = encode_value(row)
    assert value is not None
    assert index(encode_key(key), value) == indexed(key, row, len(value))
