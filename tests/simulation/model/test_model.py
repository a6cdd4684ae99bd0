"""Thousands of steps of the model; given enough of them, every transition of the ledger is reached."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.builders import ORGANISATION
from tests.drawn import SEED, how_many
from tests.simulation.model.counting import TAKEN, TRANSITIONS, counted
from tests.simulation.model.machine import WholeModel

STEPS = how_many("STEPS", 100_000)
STEPS_EACH = 50
MOST_MISSED = 3
SHORT_SEED = 1


def walk(steps: int, number: int) -> Counter[str]:
    """So many steps, drawn from the number; returns how often they reached each transition."""

    @seed(number)
    class Walked(WholeModel):
        """Of its own, because the seed is kept at the class."""

    chosen = settings(
        max_examples=steps // STEPS_EACH,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with counted() as reached:
        run_state_machine_as_test(Walked, settings=chosen)
    return Counter({each: reached[each] for each in (*TRANSITIONS, *TAKEN)})


def missed(reached: Counter[str]) -> list[str]:
    return [each for each, times in reached.items() if not times]


@pytest.mark.timeout(1800)
def test_five_thousand_steps() -> None:
    """Some of the transitions are rare: so few steps miss one of them now and then."""
    assert len(missed(walk(5_000, SHORT_SEED))) <= MOST_MISSED


def test_what_took_a_voided_ones_place_and_was_forgotten_is_not_looked_for_under_another_profile() -> None:
    """Found by 10^5 steps: whoever asks is told of the voided one, and nothing is written."""
    model = WholeModel()
    model.arrive(4, 2)
    model.pass_time(60)
    model.act_in_xero(4, "void")
    model.change_profile("voided anew")
    model.forget(1)
    model.arrive(4, 1)
    model.pass_time(60)
    model.forget(1)
    model.teardown()
    shown = [(each.number, each.status) for each in model.harness.accounting.documents(ORGANISATION)]
    assert shown == [("INV-4", "VOIDED"), ("INV-4-R2", "DRAFT")]
    assert [each.code for each in model.harness.ended()[-1].errors] == ["document_voided"]


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_as_many_steps_as_asked_for(say: Callable[[str], None]) -> None:
    say(f"{STEPS:,} steps of the model, seed {SEED}, reach:")
    reached = walk(STEPS, SEED)
    for name, times in reached.items():
        say(f"{times:>8} {name}")
    assert missed(reached) == []
