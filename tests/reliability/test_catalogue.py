"""The failure catalogue of docs/reliability.md names tests that are there, and says why where it names none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([A-Z]\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
COUNTS = {"K": 11, "E": 8, "X": 24, "S": 5, "N": 3, "C": 7, "O": 2}
CATALOGUE = [f"{group}{number}" for group, count in COUNTS.items() for number in range(1, count + 1)]

rows = ROW.findall((ROOT / "docs" / "reliability.md").read_text(encoding="utf-8"))


def test_every_failure_has_its_row_once_and_in_order() -> None:
    assert [number for number, *_ in rows] == CATALOGUE


def test_every_row_names_tests_that_exist_or_says_why_there_is_none() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    present = set(re.findall(r"^\s*(?:async )?def (test_\w+)\(", "\n".join(sources), re.MULTILINE))
    for number, _, _, covered in rows:
        named = re.findall(r"`(test_\w+)`", covered)
        assert named or re.match(r"manual: \S+", covered), f"{number} is covered by nothing"
        assert set(named) <= present, f"{number} names tests that are not there: {sorted(set(named) - present)}"
