"""The planted bugs as people read them, in the files of `planted/`: a title, a file, a patch, and who has to notice.

# what goes wrong
in a/file.py
-the lines that are there, once in the file
+the lines in their place
by tests/that/have/to/notice.py
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.mutants.mutant import Mutant

FOLDER: Final = Path(__file__).parent / "planted"


def planted() -> tuple[Mutant, ...]:
    """All of them."""
    return tuple(each for path in sorted(FOLDER.glob("*.txt")) for each in read(path.read_text(encoding="utf-8")))


def read(text: str) -> Iterator[Mutant]:
    """Those of one file; what stands before the first is for people."""
    for part in ("\n" + text).split("\n# ")[1:]:
        bug, *lines = part.splitlines()
        (file,) = _after(lines, "in ")
        there = "".join(f"{line[1:]}\n" for line in lines if line[:1] in ("-", " "))
        instead = "".join(f"{line[1:]}\n" for line in lines if line[:1] in ("+", " "))
        yield Mutant(bug, file, there, instead, tuple(_after(lines, "by ")))


def _after(lines: list[str], word: str) -> list[str]:
    return [line.removeprefix(word) for line in lines if line.startswith(word)]
