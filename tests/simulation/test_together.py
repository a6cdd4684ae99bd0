"""What is said of several runs in all."""

import json

from tests.simulation.together import together


def printed(schedules: int, struck: dict[str, int]) -> str:
    return f"noise\n{json.dumps({'schedules': schedules, 'faults': 10, 'failures': 1, 'struck': struck})}\nmore noise\n"


def test_seams_are_counted_over_all_and_those_struck_less_are_named() -> None:
    said = together([printed(5, {"a": 2, "b": 1, "c": 3}), printed(7, {"a": 1, "c": 0})], 3)
    assert said.splitlines() == [
        (
            "2 simulations: 12 schedules with 20 faults, 2 broke an invariant; "
            "of 3 seams 2 were struck in 3 schedules or more."
        ),
        "- b: 1",
    ]


def test_one_that_was_cut_off_says_nothing() -> None:
    assert together(["cut off"], 3).startswith("0 simulations: 0 schedules")
