"""The whole worker with a fault at every seam; see docs/adr/0018."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.simulation.planted import PLANTED

SECONDS = 1500.0


def simulate(*arguments: str, seconds: float = SECONDS, code: int = 0) -> dict[str, Any]:
    """What the runs say. A process of its own, so that every set has the same order each time."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert ended.returncode == code, ended.stdout + ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.mark.timeout(SECONDS)
def test_one_seed_is_one_schedule() -> None:
    """The same seed takes the same steps at the same times, to the last one, in another process too."""
    assert simulate("one", "1") == simulate("one", "1")


@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize(
    "fault", ["hang|kafka:Offset sync-requests|3", "hang|kafka:Offset sync-requests|5", "silent|kafka:Metadata|17"]
)
def test_what_is_never_answered_is_asked_over_another_connection(fault: str) -> None:
    """What was given up before its client did left its connection in place, and each later question went over it; so
    did a question about metadata.
    """
    told = simulate("one", "1", "--fault", f"{fault}|17.0")
    assert told["happened"]
    assert told["violations"] == []


@pytest.mark.timeout(SECONDS)
def test_every_seam() -> None:
    """Every request, every job of a thread and every wait that is met is struck: a new one too, or this fails.

    A failure prints the shortest schedules that break an invariant, and how to repeat them.
    """
    told = simulate("many", "--bases", "1", "2", "3", "4", "--enough", "1")
    assert told["failures"] == 0
    assert told["unstruck"] == []
    assert told["faults"] > len(told["struck"]) > 250


@pytest.mark.timeout(SECONDS)
def test_when_its_time_is_over_it_says_what_it_did() -> None:
    """Seams at which nothing went wrong are a failure, which the code says; a night would hear of nothing else."""
    told = simulate("many", "--bases", "1", "--enough", "200", "--minutes", "0", code=1)
    assert told["schedules"] == 1
    assert told["unstruck"] == sorted(told["struck"])


@pytest.mark.timeout(SECONDS)
def test_a_child_that_fails_is_no_result_and_says_why() -> None:
    """Else a fault of the harness would pass for a schedule that went well."""
    lines = (
        "from tests.simulation.schedule import Schedule, apart",
        "apart.run_schedule = None",
        "apart.run_apart(Schedule(1))",
    )
    ended = subprocess.run([sys.executable, "-c", "; ".join(lines)], capture_output=True, text=True, check=False)
    assert "'NoneType' object is not callable" in ended.stderr
    assert "LostChildError: ended with 1: seed 1" in ended.stderr


@pytest.mark.long
@pytest.mark.timeout(SECONDS)
@pytest.mark.parametrize("name", sorted(PLANTED))
def test_a_planted_fault_is_noticed(name: str) -> None:
    """Else the invariants would see nothing."""
    assert simulate("bug", name)["noticed"]
