"""What several runs of `many` did in all, from what they printed."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any


def together(printed: Iterable[str], enough: int) -> str:
    """One line: schedules, faults, failures, and how many of the seams were struck in `enough` schedules or more.

    Then one for each of the others.
    """
    summaries: list[dict[str, Any]] = [
        json.loads(line) for text in printed for line in text.splitlines() if line.startswith('{"schedules"')
    ]
    struck: Counter[str] = Counter()
    for each in summaries:
        struck.update(each["struck"])
    less = sorted((times, seam) for seam, times in struck.items() if times < enough)
    schedules, faults, failures = (
        sum(each[what] for each in summaries) for what in ("schedules", "faults", "failures")
    )
    said = (
        f"{len(summaries)} simulations: {schedules} schedules with {faults} faults, {failures} broke an invariant; "
        f"of {len(struck)} seams {len(struck) - len(less)} were struck in {enough} schedules or more."
    )
    return "\n".join([said, *(f"- {seam}: {times}" for times, seam in less)])
