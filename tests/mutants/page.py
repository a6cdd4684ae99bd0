"""The table of docs/mutants.md: the last trial of each bug."""

from collections.abc import Iterable, Sequence
from typing import Final

from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.trial import Trial

PAGE: Final = ROOT / "docs/mutants.md"
BEGINNING: Final = "| planted bug | noticed by | seconds |\n| --- | --- | ---: |\n"
END: Final = "\n<!-- end of the table -->"


def write(trials: Sequence[Trial], mutants: Iterable[Mutant]) -> None:
    """Put the trials into the table; of a mutant that was not tried the former row stays."""
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGINNING)
    rows, _, after = rest.partition(END)
    told = rows_by_bug(rows) | {each.mutant.bug: _row(each) for each in trials}
    shown = "".join(told[each.bug] + "\n" for each in mutants if each.bug in told)
    PAGE.write_text(before + BEGINNING + shown + END + after, encoding="utf-8")


def rows_by_bug(table: str) -> dict[str, str]:
    """The rows of a table by what stands first in them."""
    return {row.split(" | ")[0].removeprefix("| "): row for row in table.splitlines() if row.startswith("| ")}


def _row(trial: Trial) -> str:
    return f"| {trial.mutant.bug} | {_told(trial.caught_by)} | {trial.seconds:.0f} |"


def _told(test: str | None) -> str:
    if test is None:
        return "**nothing**"
    path, _, name = test.partition("::")
    return f"`{path.removeprefix('tests/')}`: {name.partition('[')[0].removeprefix('test_').replace('_', ' ')}"
