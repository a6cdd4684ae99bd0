"""What was told, and what follows from it: each cause is told once while it stands."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.model.lists import Blocked, CauseGroup, CauseLife, Place, Remedy
from mappers.model.shipment_log import Affected, Cause
from mappers.outbound import MOST_CAUSES, AttentionNote, NoteData, attention_note
from streams.notes.told import MOST_CAUSES_KEPT, Told, decode_told, encode_told, mark_of
from streams.ops import NoteChannel
from streams.topics import LARGEST_NOTE_RECORD
from tests.builders import COMPANY_ID, OCCURRED_AT

QUARTER = timedelta(minutes=15)
EMPTY = Told(channel=NoteChannel.WEBHOOK, company_id=COMPANY_ID)
NOTE = AttentionNote(timestamp="2026-11-20T03:15:22.123Z", data=NoteData(company_id=COMPANY_ID, causes=()))
MARKS = st.lists(st.sampled_from("abcdef"), unique=True).map(tuple)


def test_what_was_never_told_is_due_and_then_not_for_a_quarter_of_an_hour() -> None:
    assert EMPTY.is_due(OCCURRED_AT, QUARTER)
    told = EMPTY.opened(NOTE, ("a",), OCCURRED_AT).delivered(OCCURRED_AT)
    assert not told.is_due(OCCURRED_AT + QUARTER - timedelta(seconds=1), QUARTER)
    assert told.is_due(OCCURRED_AT + QUARTER, QUARTER)


def test_a_note_from_the_future_silences_nobody() -> None:
    told = EMPTY.opened(NOTE, ("a",), OCCURRED_AT).delivered(OCCURRED_AT + timedelta(days=365))
    assert told.is_due(OCCURRED_AT, QUARTER)


def test_two_workers_give_one_note_one_id_and_the_next_note_another() -> None:
    first = EMPTY.opened(NOTE, ("a",), OCCURRED_AT)
    assert first.open is not None
    assert first.open.id == EMPTY.opened(NOTE, ("b",), OCCURRED_AT + QUARTER).open.id  # type: ignore[union-attr]  # It is open.
    assert first.delivered(OCCURRED_AT).next_id != first.open.id
    assert first.given_up(OCCURRED_AT).next_id != first.open.id
    assert EMPTY.model_copy(update={"channel": NoteChannel.MAIL}).next_id != EMPTY.next_id


def test_a_note_that_is_given_up_told_nothing() -> None:
    told = EMPTY.opened(NOTE, ("a",), OCCURRED_AT).given_up(OCCURRED_AT)
    assert (told.marks, told.new_among(["a"])) == ((), ("a",))


@given(st.lists(MARKS, max_size=12))
def test_a_cause_is_told_once_while_it_stands_and_again_when_it_comes_back(looks: list[tuple[str, ...]]) -> None:
    """Against a model that only knows who stood at the last look."""
    told, before = EMPTY, frozenset[str]()
    for standing in looks:
        told = told.among(standing)
        new = told.new_among(standing)
        assert set(new) == set(standing) - before
        if new:
            told = told.opened(NOTE, new, OCCURRED_AT).delivered(OCCURRED_AT)
        assert set(told.marks) == set(standing)
        before = frozenset(standing)


@given(MARKS, MARKS, st.integers(0, 5))
def test_it_is_read_back_as_it_was_kept(marks: tuple[str, ...], new: tuple[str, ...], attempts: int) -> None:
    told = EMPTY.model_copy(update={"marks": marks, "told_at": OCCURRED_AT})
    assert decode_told(encode_told(told)) == told
    opened = told.opened(NOTE, new, OCCURRED_AT)
    assert opened.open is not None
    note = opened.open
    for _ in range(attempts):
        note = note.attempted(OCCURRED_AT, OCCURRED_AT + QUARTER)
    opened = opened.with_open(note)
    assert decode_told(encode_told(opened)) == opened


def test_what_a_newer_version_adds_is_no_hindrance_and_nonsense_is_refused() -> None:
    added = encode_told(EMPTY).replace(b"{", b'{"new":1,', 1)
    assert decode_told(added) == EMPTY
    for value in (b"", b"{}", b"[]", b"\xff", b'{"channel":"pigeon","company_id":"a"}'):
        with pytest.raises(ValueError, match=r"."):
            decode_told(value)


def test_the_most_causes_that_are_kept_and_the_longest_note_fit_in_a_record() -> None:
    """Told ones and new ones at once; in bytes, which are what Kafka counts, and of what others may write the worst."""
    marks = tuple(mark_of(Cause("REJECTED", "product_not_found", value=str(each))) for each in range(MOST_CAUSES_KEPT))
    assert len(set(marks)) == MOST_CAUSES_KEPT
    words = "\x01" * 100_000
    group = CauseGroup(
        Cause("REJECTED", "product_not_found", words, words),
        10**9,
        (Affected("S", "2026-11-20T03:15:22.123Z", words, words),),
        CauseLife("2026-11-20T03:15:22.123Z", "2026-11-20T03:15:22.123Z", 1, 0, 0),
        Remedy("shipping or accounting", tuple(Place), words),
        tuple(Blocked(words, "9" * 60, 1) for _ in range(5_000)),
    )
    note = attention_note(COMPANY_ID, OCCURRED_AT, [group] * MOST_CAUSES, 0, "https://ledger.example")
    fullest = EMPTY.model_copy(update={"marks": marks}).opened(note, marks, OCCURRED_AT)
    assert len(encode_told(fullest)) < LARGEST_NOTE_RECORD - 50_000


def test_the_parts_of_a_cause_do_not_run_into_each_other() -> None:
    assert mark_of(Cause("REJECTED", "a", "b", "c")) != mark_of(Cause("REJECTED", "a", "bc", ""))
    assert mark_of(Cause("REJECTED", "a", value="\ud800")) != mark_of(Cause("REJECTED", "a", value="?"))
