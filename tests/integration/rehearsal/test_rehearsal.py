"""Every question gets each of its answers from a simulator that gives them, and nothing is left behind."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.state.faults import Fault
from deploy.simulator.wire import Switches
from deploy.simulator.wire.switches import questions
from streams.rehearsal import MOST_CALLS, QUESTIONS, NoDemoCompanyError
from tests.integration.rehearsal.rehearsing import asked, demo_seed, living, rehearsal_in, simulated
from xero_client.transport import ExactTransport, Reply

MOST_ANSWERS = max(len(answers) for answers in questions().values())
NOT_ASKED = {"cache_503"}


def test_every_question_of_the_simulator_is_one_of_the_rehearsal() -> None:
    assumed = {each.id: each.assumed for each in QUESTIONS}
    assert assumed == {name: answers[0] for name, answers in questions().items()}


@pytest.mark.parametrize("nth", range(MOST_ANSWERS))
async def test_all_questions_find_what_xero_does(nth: int, tmp_path: Path) -> None:
    """One rehearsal under each question's first answer, one under the second ones, and so on."""
    answers = {name: each[min(nth, len(each) - 1)] for name, each in questions().items()}
    if answers["deleted_invoice_number"] == "blocks":
        # Only a number that is free can make a new document; this one has a test of its own.
        answers["post_to_dead_number"] = "refuse"
    seed = dataclasses.replace(demo_seed(), switches=Switches().changed(answers))
    told: list[str] = []
    async with simulated(seed) as simulator, rehearsal_in(simulator, tmp_path / "journal", told) as rehearsal:
        result = await rehearsal.run(QUESTIONS)
        assert not result.stopped
        seen = {name: each.seen for name, each in result.findings.items()}
        found = {name: each.answer for name, each in result.findings.items()}
        assert found == answers | dict.fromkeys(NOT_ASKED), seen
        assert told == [each.id for each in QUESTIONS]
        assert result.calls < MOST_CALLS
        assert not result.left
        assert not list(living(simulator))


async def test_a_number_that_is_free_may_make_a_new_document_by_post(tmp_path: Path) -> None:
    seed = dataclasses.replace(demo_seed(), switches=Switches().changed({"post_to_dead_number": "create"}))
    async with simulated(seed) as simulator, rehearsal_in(simulator, tmp_path / "journal") as rehearsal:
        result = await rehearsal.run(asked("post_to_dead_number"))
        assert result.findings["post_to_dead_number"].answer == "create"
        assert not list(living(simulator))


async def test_what_is_no_demo_company_is_left_alone(tmp_path: Path) -> None:
    seed = demo_seed()
    real = dataclasses.replace(seed.organisations[0], is_demo_company=False)
    async with (
        simulated(dataclasses.replace(seed, organisations=(real,))) as simulator,
        rehearsal_in(simulator, tmp_path / "journal") as rehearsal,
    ):
        with pytest.raises(NoDemoCompanyError, match="Southern Beef Exports"):
            await rehearsal.run(QUESTIONS)
        assert not list(living(simulator))


class PulledOutError(Exception):
    """The process ends here."""


class Interrupted(ExactTransport):
    """A transport under which the process ends at one call, before it is sent or after."""

    def __init__(self, inner: ExactTransport, at: int, *, is_sent: bool) -> None:
        self._inner = inner
        self._left = at
        self._is_sent = is_sent

    def exchange(self, *args: Any, **named: Any) -> Reply:
        self._left -= 1
        if self._left == 0 and not self._is_sent:
            raise PulledOutError
        reply = self._inner.exchange(*args, **named)
        if self._left == 0:
            raise PulledOutError
        return reply

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize("is_sent", [True, False])
@pytest.mark.parametrize("call", [12, 30, 45, 60, 70])
async def test_an_interrupted_rehearsal_goes_on_and_leaves_nothing(call: int, is_sent: bool, tmp_path: Path) -> None:
    async with simulated() as simulator:
        async with rehearsal_in(simulator, tmp_path / "journal") as rehearsal:
            rehearsal.caller.transport = Interrupted(rehearsal.caller.transport, call, is_sent=is_sent)
            with pytest.raises(PulledOutError):
                await rehearsal.run(QUESTIONS)
        async with rehearsal_in(simulator, tmp_path / "journal") as rehearsal:
            result = await rehearsal.run(QUESTIONS)
        assert not result.stopped
        assert {name for name, each in result.findings.items() if each.answer is None} == NOT_ASKED
        assert not list(living(simulator))
        assert not result.left


async def test_what_xero_does_not_answer_stays_open_and_is_removed(tmp_path: Path) -> None:
    async with simulated() as simulator, rehearsal_in(simulator, tmp_path / "journal") as rehearsal:
        simulator.state.faults.add(Fault("PUT Quotes", "apply_then_reset", times=2))
        result = await rehearsal.run(QUESTIONS)
        lost = [name for name, each in result.findings.items() if each.seen.startswith("not answered")]
        assert lost == ["key_scope", "quote_number_taken_on_put"]
        assert not result.left
        assert not list(living(simulator))
        again = await rehearsal.run(QUESTIONS)
        assert {name for name, each in again.findings.items() if each.answer is None} == NOT_ASKED


async def test_a_day_limit_ends_it_until_tomorrow(tmp_path: Path) -> None:
    async with simulated() as simulator, rehearsal_in(simulator, tmp_path / "journal") as rehearsal:
        simulator.state.faults.add(Fault("PUT Quotes", "day_limit", retry_after=3600))
        result = await rehearsal.run(QUESTIONS)
        assert "tomorrow" in result.stopped
        assert result.left
        again = await rehearsal.run(QUESTIONS)
        assert not again.stopped
        assert not list(living(simulator))
