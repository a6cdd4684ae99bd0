"""What was recorded of the first version is complete, and the documentation says the same."""

import json
from pathlib import Path

from benchmarks.scenarios.speed import FIGURES, RECORDED

DOCUMENT = Path("docs/benchmarks.md")


def test_every_figure_of_the_first_version_is_recorded_and_documented() -> None:
    recorded = json.loads(RECORDED.read_text(encoding="utf-8"))
    rows = {
        line.split("|")[1].strip(): [cell.strip(" *") for cell in line.split("|")[2:-1]]
        # The first table that has a row is the one that was made beside the first version on a quiet machine.
        for line in reversed(DOCUMENT.read_text(encoding="utf-8").splitlines())
        if line.startswith("|")
    }
    assert set(recorded["figures"]) == {each.key for each in FIGURES}
    for figure in FIGURES:
        assert figure.shown(recorded["figures"]) in rows[figure.name]
    assert recorded["commit"] in DOCUMENT.read_text(encoding="utf-8")
