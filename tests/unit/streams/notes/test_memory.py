"""What was told is known to whoever asks next, whichever worker told it and whatever failed."""

import asyncio

import pytest
import structlog

from mappers.inbound.dead_letter import PoisonReason
from mappers.outbound import AttentionNote, NoteData
from streams.notes.ports import MemoryAwayError
from streams.notes.told import Told, encode_told
from streams.ops import NoteChannel
from streams.reading.unreadable import Fault, Unreadable
from tests.builders import COMPANY_ID, OCCURRED_AT
from tests.unit.streams.notes.topic import NoteTopic

WEBHOOK, MAIL = NoteChannel.WEBHOOK, NoteChannel.MAIL
NOTE = AttentionNote(timestamp="2026-11-20T03:15:22.123Z", data=NoteData(company_id=COMPANY_ID, causes=()))


def told(*marks: str, channel: NoteChannel = WEBHOOK, company_id: str = COMPANY_ID) -> Told:
    empty = Told(channel=channel, company_id=company_id)
    return empty.opened(NOTE, marks, OCCURRED_AT).delivered(OCCURRED_AT)


async def test_another_worker_knows_what_was_told_by_each_channel_to_each_company() -> None:
    topic = NoteTopic()
    kept = [told("a"), told("b", channel=MAIL), told("c", company_id="northern-lamb"), told("a", "d")]
    memory = topic.memory()
    for each in kept:
        await memory.keep(each)
        assert memory.told(each.channel, each.company_id) == each
    for reader in (memory, topic.memory()):
        await reader.read()
        assert reader.told(WEBHOOK, COMPANY_ID) == kept[3]
        assert reader.told(MAIL, COMPANY_ID) == kept[1]
        assert reader.told(WEBHOOK, "northern-lamb") == kept[2]
        assert reader.told(MAIL, "northern-lamb") == Told(channel=MAIL, company_id="northern-lamb")
        await reader.close()


async def test_what_another_worker_tells_later_is_known_at_the_next_reading() -> None:
    topic = NoteTopic()
    one, other = topic.memory(), topic.memory()
    await one.read()
    await one.keep(told("a"))
    await other.read()
    await other.keep(told("a", "b"))
    await one.read()
    assert one.told(WEBHOOK, COMPANY_ID).marks == ("a", "b")
    assert topic.begun == 2


async def test_while_the_brokers_are_away_nothing_is_read_or_kept_and_then_all_of_it_is_read_anew() -> None:
    topic = NoteTopic()
    memory = topic.memory()
    await memory.keep(told("a"))
    await memory.read()
    topic.is_away = True
    with pytest.raises(MemoryAwayError, match=r"cannot be read: .*no broker answers"):
        await memory.read()
    with pytest.raises(MemoryAwayError, match="cannot be kept"):
        await memory.keep(told("b"))
    with pytest.raises(MemoryAwayError, match="cannot be read"):
        await memory.read()
    topic.is_away = False
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("a",)


async def test_what_was_kept_although_its_answer_was_lost_counts_at_the_next_reading() -> None:
    topic = NoteTopic()
    memory = topic.memory()
    await memory.read()
    topic.answers_are_lost = True
    with pytest.raises(MemoryAwayError):
        await memory.keep(told("a"))
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ()
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("a",)


async def test_what_cannot_be_read_counts_for_nothing_and_hides_nothing() -> None:
    topic = NoteTopic()
    key = told().key.encode()
    hidden = Unreadable(Fault(PoisonReason.UNDECODABLE, "no batch", 4, 5, 9, "ab"))
    topic.put(key, encode_told(told("a")))
    for value in (b"", b"{}", b"\xff\x00", hidden):
        topic.put(key, value)
    topic.put(None, None)
    topic.put(b"\xff", None)
    memory = topic.memory()
    with structlog.testing.capture_logs() as logs:
        await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("a",)
    assert [each["event"] for each in logs] == ["note_record_unreadable"] * 5


async def test_what_is_said_under_another_key_counts_for_nothing() -> None:
    """It would never be replaced, and come back at every start, before or after what was really told."""
    topic = NoteTopic()
    topic.put(told().key.encode(), encode_told(told("a")))
    for key in (b"mail/" + COMPANY_ID.encode(), b"x", told().key.encode() + b" ", None):
        topic.put(key, encode_told(told("forged")))
    memory = topic.memory()
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("a",)
    assert memory.told(MAIL, COMPANY_ID).marks == ()


async def test_a_note_of_one_company_is_none_of_anothers() -> None:
    """By what the note says it is decided who gets the mail."""
    topic = NoteTopic()
    opened = Told(channel=MAIL, company_id=COMPANY_ID).opened(NOTE, ("a",), OCCURRED_AT)
    forged = encode_told(opened).replace(COMPANY_ID.encode(), b"northern-lamb", 1)
    assert forged.count(b"northern-lamb") == forged.count(COMPANY_ID.encode()) == 1
    topic.put(b"mail/northern-lamb", forged)
    memory = topic.memory()
    await memory.read()
    assert memory.told(MAIL, "northern-lamb").open is None


async def test_of_companies_that_nobody_tells_nothing_is_kept_until_they_are_told() -> None:
    topic = NoteTopic()
    for number in range(50):
        await topic.memory().keep(told("a", company_id=f"company-{number}"))
    memory = topic.memory()
    await memory.read()
    assert len(memory._table) == 0
    topic.companies.append("company-7")
    await memory.read()
    assert memory.told(WEBHOOK, "company-7").marks == ("a",)
    assert len(memory._table) == 1


async def test_a_topic_that_takes_long_to_read_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as something comes: begun anew, it would take as long again, for ever."""
    topic, loop, ahead = NoteTopic(), asyncio.get_running_loop(), [0.0]
    real = loop.time
    monkeypatch.setattr(loop, "time", lambda: real() + ahead[0])
    for number in range(40):
        topic.put(told().key.encode(), encode_told(told(str(number))))

    def two_seconds() -> None:
        ahead[0] += 2.0

    topic.on_poll = two_seconds  # type: ignore[method-assign]  # The fake's own.
    memory = topic.memory()
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("39",)


async def test_a_record_that_was_taken_out_by_hand_has_its_company_told_anew() -> None:
    topic = NoteTopic()
    topic.put(told().key.encode(), encode_told(told("a")))
    topic.put(told().key.encode(), None)
    memory = topic.memory()
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ()


async def test_a_topic_that_was_deleted_and_made_anew_is_read_from_its_beginning() -> None:
    topic = NoteTopic()
    memory = topic.memory()
    for mark in "abc":
        await memory.keep(told(mark))
    await memory.read()
    topic.records = {0: [], 1: []}
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ()
    other = topic.memory()
    await other.keep(told("d"))
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("d",)


async def test_a_fault_of_ours_is_not_called_an_absence_and_reading_begins_anew_after_it() -> None:
    topic = NoteTopic()
    memory = topic.memory()
    await memory.keep(told("a"))
    topic.refuse_if_away = _fault  # type: ignore[method-assign]  # The fake's own.
    with pytest.raises(RuntimeError, match="ours"):
        await memory.read()
    del topic.refuse_if_away
    await memory.read()
    assert memory.told(WEBHOOK, COMPANY_ID).marks == ("a",)


def _fault() -> None:
    raise RuntimeError("ours")
