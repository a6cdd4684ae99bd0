"""The table of docs/mutants.md."""

from collections.abc import Sequence
from typing import Final

from tests.mutants.mutant import ROOT
from tests.mutants.trial import Trial

PAGE: Final = ROOT / "docs/mutants.md"
BEGINNING, END = "| planted bug |", "\n\n<!-- end of the table -->"


def table(trials: Sequence[Trial]) -> str:
    """The trials as a table."""
    rows = [f"| {each.mutant.bug} | {_told(each)} | {each.seconds:.0f} |" for each in trials]
    return "\n".join([f"{BEGINNING} noticed by | seconds |", "| --- | --- | ---: |", *rows])


def write(trials: Sequence[Trial]) -> None:
    """Put the table into the page, in the place of the one that is there."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGINNING)
    PAGE.write_text(before + table(trials) + END + rest.partition(END)[2], encoding="utf-8")


def _told(trial: Trial) -> str:
    if trial.caught_by is None:
        return "**nothing**"
    path, _, name = trial.caught_by.partition("::")
    return f"`{path.removeprefix('tests/')}` {name.partition('[')[0].removeprefix('test_').replace('_', ' ')}"
