"""Thousands of steps of the model; given enough of them, every transition of the ledger is reached."""

import os
import sys

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.model.counting import TAKEN, TRANSITIONS, counted
from tests.simulation.model.machine import WholeModel

STEPS_EACH = 50
MOST_MISSED = 3
VARIABLE = "SHIPLEDGER_MODEL_STEPS"
"""Of `make nightly`: how many steps the long test takes."""


def walk(steps: int) -> list[str]:
    """So many steps, and what they have not reached; how often they reached the others is printed."""
    chosen = settings(
        max_examples=steps // STEPS_EACH,
        stateful_step_count=STEPS_EACH,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    with counted() as reached:
        run_state_machine_as_test(WholeModel, settings=chosen)
    for name in (*TRANSITIONS, *TAKEN):
        sys.stdout.write(f"{reached[name]:>8} {name}\n")
    return [each for each in (*TRANSITIONS, *TAKEN) if not reached[each]]


@pytest.mark.timeout(1800)
def test_five_thousand_steps() -> None:
    """Some of the transitions are rare: so few steps miss one of them now and then."""
    assert len(walk(5_000)) <= MOST_MISSED


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_as_many_steps_as_asked_for() -> None:
    assert walk(int(os.environ.get(VARIABLE, "100000"))) == []
