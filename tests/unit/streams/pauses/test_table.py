"""The newest word of each company counts; what cannot be read is a pause until somebody says anew what is meant."""

import json

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.company import CompanyPause, encode_pause
from streams.pauses.table import LONGEST_KEY, PauseRecord, PauseTable
from tests.fakes.pauses import AT, make_pause


def record(offset: int, pause: CompanyPause | None, *, key: str = "", partition: int = 0) -> PauseRecord:
    value = None if pause is None else encode_pause(pause)
    return PauseRecord(partition, offset, (key or (pause.company_id if pause else "")).encode(), value, AT)


def damaged(offset: int, *, key: bytes | None = b"a", partition: int = 0, value: bytes = b"{") -> PauseRecord:
    return PauseRecord(partition, offset, key, value, AT)


def hidden(offset: int, *, partition: int = 0) -> PauseRecord:
    """A batch that Kafka's client cannot read: nobody knows whose it is."""
    return PauseRecord(partition, offset, None, b"", AT, "a batch that cannot be inflated")


def table_of(*records: PauseRecord) -> PauseTable:
    table = PauseTable()
    for each in records:
        table.take(each)
    return table


def test_the_newest_word_counts_and_who_said_it_is_kept() -> None:
    table = table_of(record(0, make_pause("a")), record(1, make_pause("b", by="ben")))
    assert table.pause_of("a") == make_pause("a")
    assert table.pause_of("b") == make_pause("b", by="ben")
    assert table.pause_of("c") is None
    table.take(record(2, make_pause("a", paused=False, by="ben", reason="")))
    assert table.pause_of("a") is None
    assert table.said_of("a") == make_pause("a", paused=False, by="ben", reason="")


def test_a_tombstone_forgets_what_was_said() -> None:
    table = table_of(record(0, make_pause("a")), record(1, None, key="a"))
    assert (table.pause_of("a"), table.said_of("a")) == (None, None)


def test_a_record_that_cannot_be_read_pauses_its_company_until_it_is_said_anew() -> None:
    newer = encode_pause(make_pause("a", paused=False)).replace(b'"schema_version":1', b'"schema_version":2')
    of_another = encode_pause(make_pause("b", paused=False))
    endless = encode_pause(make_pause("a", paused=False)).replace(b"{", b"{" + b" " * 20_000, 1)
    said = encode_pause(make_pause("a", paused=False))
    of_no_calendar = said.replace(json.loads(said)["at"].encode(), b"9999-12-31T23:59:59-14:00")
    for value in (b"{", b"", b"null", newer, of_another, endless, of_no_calendar):
        table = table_of(record(0, make_pause("a", paused=False)), record(0, make_pause("b", paused=False)))
        assert table.take(damaged(1, value=value))
        pause = table.pause_of("a")
        assert pause is not None
        assert "record 0/1" in pause.reason
        assert "shipledger resume" in pause.reason
        assert table.pause_of("b") is None
        table.take(record(2, make_pause("a", paused=False)))
        assert table.pause_of("a") is None


def test_a_record_without_a_company_pauses_nobody() -> None:
    for key in (None, b"", b"\xff"):
        table = table_of(record(0, make_pause("a", paused=False)))
        assert table.take(damaged(1, key=key))
        assert table.pause_of("a") is None


def test_what_is_hidden_pauses_every_company_of_which_nothing_newer_is_said() -> None:
    """Of one of whom nothing was ever said, it is not even known in which partition it would be."""
    table = table_of(record(5, make_pause("a", paused=False)), hidden(6))
    table.take(record(0, make_pause("b", paused=False), partition=1))
    assert [table.pause_of(each) is not None for each in ("a", "b", "never")] == [True, False, True]
    table.take(record(7, make_pause("a", paused=False)))
    assert table.pause_of("a") is None
    table.take(record(8, make_pause("never", paused=False)))
    assert table.pause_of("never") is None


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["pause", "resume", "damage", "forget"]))))
def test_each_company_is_as_its_own_last_record_says(said: list[tuple[str, str]]) -> None:
    table = PauseTable()
    for offset, (company_id, what) in enumerate(said):
        if what == "damage":
            table.take(damaged(offset, key=company_id.encode()))
        elif what == "forget":
            table.take(record(offset, None, key=company_id))
        else:
            table.take(record(offset, make_pause(company_id, paused=what == "pause")))
    last = dict(said)
    for company_id in "abc":
        assert (table.pause_of(company_id) is not None) == (last.get(company_id) in {"pause", "damage"})


@given(st.permutations(range(4)), st.integers(0, 3))
def test_what_was_paused_is_never_said_to_go_on_by_another_company(order: list[int], at: int) -> None:
    table = table_of(record(0, make_pause("a")))
    for offset, each in enumerate(order, start=1):
        table.take(hidden(offset) if each == at else record(offset, make_pause(f"b{each}", paused=False)))
    assert table.pause_of("a") is not None


def test_a_key_that_no_company_has_is_not_kept() -> None:
    table = PauseTable()
    for number in range(3):
        key = f"{number}".encode() * (LONGEST_KEY + 1)
        assert "no company as its key" in table.take(PauseRecord(0, number, key, b"{}", AT))
    assert table._said == {}
    longest = "\U0001f404" * 255
    table.take(record(3, make_pause(longest)))
    assert table.pause_of(longest) is not None
