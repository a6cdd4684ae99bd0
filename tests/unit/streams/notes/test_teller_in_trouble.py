"""A teller whose receiver is away, whose memory fails, which is stopped, and which is followed by another."""

import asyncio
from datetime import timedelta

import structlog

from streams.notes import Delivery, Result
from streams.notes.pauses import LONGEST_PAUSE
from streams.notes.teller import HANDS_OFF
from streams.ops import NoteResult
from tests.builders import COMPANY_ID
from tests.unit.streams.notes.telling import Telling

AWAY = Delivery(Result.AWAY, "HTTP 500")
REFUSED = Delivery(Result.REFUSED, "550")
GONE = Delivery(Result.GONE, "HTTP 410")


async def test_a_note_that_fails_is_tried_again_with_the_same_id_and_body_after_growing_pauses() -> None:
    telling = Telling(AWAY, AWAY, AWAY)
    telling.reject("A")
    assert await telling.later() == []
    telling.reject("B", "OTHER")  # It does not get into a note that may have arrived.
    assert await telling.later(seconds=9) == []
    assert len(telling.listener.attempts) == 1
    assert await telling.later(seconds=1) == []
    assert await telling.later(seconds=19) == []
    assert len(telling.listener.attempts) == 2
    assert await telling.later(seconds=1) == []
    assert await telling.later(seconds=40) == [[("ALOK", 1)]]
    assert len({note_id for note_id, _ in telling.listener.attempts}) == 1
    assert telling.listener.attempts[0] == telling.listener.attempts[3]
    assert telling.counts.results == [*[NoteResult.FAILED] * 3, NoteResult.DELIVERED]
    assert await telling.later(minutes=15) == [[("OTHER", 1)]]


async def test_pauses_have_a_bound_and_a_receiver_may_ask_for_longer_ones() -> None:
    telling = Telling(*[AWAY] * 30, Delivery(Result.AWAY, "HTTP 429", retry_after=900.0))
    telling.reject("A")
    for _ in range(30):
        await telling.later(seconds=LONGEST_PAUSE)
    assert len(telling.listener.attempts) == 30
    await telling.later(seconds=LONGEST_PAUSE)
    assert len(telling.listener.attempts) == 31
    telling = Telling(Delivery(Result.AWAY, "HTTP 429", retry_after=900.0))
    telling.reject("A")
    await telling.later()
    assert await telling.later(seconds=899) == []
    assert await telling.later(seconds=1) == [[("ALOK", 1)]]


async def test_a_receiver_that_is_away_is_asked_once_and_not_for_each_company() -> None:
    telling = Telling(AWAY)
    telling.companies += [f"company-{number}" for number in range(50)]
    for company in telling.companies:
        telling.reject("A", company=company)
    await telling.later()
    assert len(telling.listener.attempts) == 1
    assert telling.counts.open == (51, 0.0)
    assert len(await telling.later(seconds=10)) == 51


async def test_a_company_whose_note_is_refused_does_not_hold_up_its_neighbours() -> None:
    telling = Telling(REFUSED, REFUSED)
    telling.companies.append("northern-lamb")
    telling.reject("A")
    telling.reject("A", company="northern-lamb")
    assert await telling.later() == []
    assert len(telling.listener.attempts) == 2


async def test_a_receiver_that_is_gone_is_left_alone_and_the_oldest_note_shows_it() -> None:
    telling = Telling(GONE)
    telling.reject("A")
    with structlog.testing.capture_logs() as logs:
        await telling.later()
        for _ in range(3):
            await telling.later(hours=10)
    assert len(telling.listener.attempts) == 1
    assert [each["event"] for each in logs] == ["note_receiver_gone"]
    assert telling.counts.open == (1, 30 * 3600.0)


async def test_a_note_that_nobody_took_for_three_days_is_given_up_and_what_still_stands_is_in_the_next() -> None:
    telling = Telling(*[AWAY] * 200)
    telling.reject("A")
    telling.reject("B", "OTHER")
    for _ in range(74):
        await telling.later(hours=1)
    assert NoteResult.GIVEN_UP in telling.counts.results
    first = telling.listener.attempts[0][0]
    telling.process("B")
    telling.listener.answers.clear()
    assert await telling.later(hours=1) == [[("ALOK", 1)]]
    assert telling.listener.heard[0][0] != first


async def test_a_worker_that_ends_after_the_attempt_leaves_it_to_its_successor_with_the_same_id() -> None:
    """The receiver has it, and that could not be kept."""
    first = Telling()
    first.reject("A")
    first.memory.refuses_after = 2
    await first.later()
    assert [len(first.listener.heard), len(first.memory.kept)] == [1, 2]
    first.memory.refuses_after = None
    second = Telling(memory=first.memory)
    second.reject("A")
    assert await second.later() == []  # Somebody may be trying.
    assert await second.later(seconds=HANDS_OFF.total_seconds()) == [[("ALOK", 1)]]
    assert first.listener.heard[0] == second.listener.heard[0]
    assert await second.later(hours=1) == []


async def test_a_worker_that_lives_does_not_repeat_what_it_could_not_keep() -> None:
    telling = Telling()
    telling.reject("A")
    telling.memory.refuses_after = 2
    with structlog.testing.capture_logs() as logs:
        await telling.later()
        await telling.later(hours=1)
    assert [each["event"] for each in logs] == ["notes_not_told"]
    telling.memory.refuses_after = None
    await telling.later(hours=1)
    assert len(telling.listener.attempts) == 1
    assert telling.counts.results == [NoteResult.DELIVERED]


async def test_without_a_memory_nothing_is_sent() -> None:
    telling = Telling()
    telling.reject("A")
    telling.memory.refuses_after = 1  # The note is made, and that it is tried cannot be kept.
    await telling.later()
    telling.memory.is_away = True
    await telling.later()
    assert telling.listener.attempts == []


async def test_the_successor_tells_what_is_new_and_nothing_that_was_told() -> None:
    first = Telling()
    first.reject("A")
    await first.later()
    second = Telling(memory=first.memory)
    second.reject("A")
    second.reject("B", "OTHER")
    assert await second.later(hours=1) == [[("OTHER", 1)]]


async def test_whoever_lost_the_company_after_looking_sends_nothing() -> None:
    telling = Telling()
    telling.reject("A")
    keep = telling.memory.keep

    async def lose(told: object) -> None:
        telling.owned = frozenset()
        await keep(told)  # type: ignore[arg-type]  # It hands on what it is given.

    telling.memory.keep = lose  # type: ignore[method-assign]  # The fake's own, not the teller's.
    await telling.later()
    assert telling.listener.attempts == []


async def test_a_stop_lets_the_attempt_under_way_end_and_begins_none() -> None:
    telling = Telling()
    telling.companies.append("northern-lamb")
    telling.reject("A")
    telling.reject("A", company="northern-lamb")
    begun, goes_on = asyncio.Event(), asyncio.Event()
    send = telling.listener.send

    async def slowly(note_id: str, note: object) -> Delivery:
        begun.set()
        await goes_on.wait()
        return await send(note_id, note)  # type: ignore[arg-type]  # It hands on what it is given.

    telling.listener.send = slowly  # type: ignore[method-assign]  # The fake's own.
    running = asyncio.create_task(telling.teller.run())
    await begun.wait()
    stopping = asyncio.create_task(telling.teller.stop())
    await asyncio.sleep(0)
    assert not stopping.done()
    goes_on.set()
    async with asyncio.timeout(20):
        await asyncio.gather(running, stopping)
    assert len(telling.listener.heard) == 1
    assert telling.memory.kept[-1].open is None


async def test_an_open_note_grows_old_in_the_metrics_until_it_is_delivered() -> None:
    telling = Telling(AWAY, AWAY)
    telling.reject("A")
    await telling.later()
    await telling.later(hours=1)
    assert telling.counts.open == (1, 3600.0)
    await telling.later(hours=1)
    assert telling.counts.open == (0, 0.0)


async def test_a_fault_about_one_company_does_not_keep_the_others_from_being_told() -> None:
    telling = Telling()
    telling.companies.append("northern-lamb")
    telling.reject("A")
    telling.reject("A", company="northern-lamb")
    standing = telling.store.standing

    def faulty(company_id: str, most: int) -> object:
        if company_id == COMPANY_ID:
            raise RuntimeError("ours")
        return standing(company_id, most)

    telling.store.standing = faulty  # type: ignore[method-assign, assignment]  # Only this instance's.
    with structlog.testing.capture_logs() as logs:
        assert await telling.later() == [[("ALOK", 1)]]
    assert [each["event"] for each in logs] == ["note_failed", "note_delivered"]


async def test_a_note_of_a_worker_whose_clock_was_ahead_does_not_wait_for_years() -> None:
    wrong = Telling(AWAY)
    wrong.clock.forward(days=1000)
    wrong.reject("A")
    await wrong.later()
    right = Telling(memory=wrong.memory)
    right.reject("A")
    assert await right.later() == [[("ALOK", 1)]]
    assert right.listener.heard == wrong.listener.attempts


async def test_a_note_from_far_ahead_is_given_up_like_any_other() -> None:
    telling = Telling(*[AWAY] * 200)
    telling.reject("A")
    await telling.later()
    told = telling.memory.told(telling.listener.name, COMPANY_ID)
    assert told.open is not None
    ahead = told.open.model_copy(update={"made_at": told.open.made_at + timedelta(days=3650)})
    await telling.memory.keep(told.with_open(ahead))
    for _ in range(3 * 24 + 2):
        await telling.later(hours=1)
    assert NoteResult.GIVEN_UP in telling.counts.results
