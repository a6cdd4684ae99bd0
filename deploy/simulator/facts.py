"""What a rehearsal found out about Xero: a file of facts, whose answers set the simulator's switches.

One table for each question, named as the switch; only its `answer` is read here, the rest is for people. A table
`rehearsal` may say who was asked and when.
"""

import difflib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.simulator.wire import Switches, questions

ABOUT = "rehearsal"


def read_facts(path: Path) -> dict[str, Any]:
    """The answers by question. Raises `OSError`, or `ValueError` naming the file and what is wrong in it."""
    try:
        return answers(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValueError as fault:
        raise ValueError(f"{path}: {fault}") from None


def answers(tables: Mapping[str, Any]) -> dict[str, Any]:
    """The answers in the tables of a file of facts. Raises `ValueError` for a question or an answer that is none."""
    found = {name: _answer(name, table) for name, table in tables.items() if name != ABOUT}
    Switches().changed(found)
    return found


def _answer(name: str, table: Any) -> Any:
    known = questions()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
        raise ValueError(f"there is no question {name!r}{meant}")
    if not isinstance(table, dict) or "answer" not in table:
        raise ValueError(
            f"question {name!r} needs a table with an answer, as in [{name}] answer = {_toml(known[name])}"
        )
    return table["answer"]


def _toml(possible: tuple[Any, ...]) -> str:
    texts = [f'"{each}"' if isinstance(each, str) else str(each).lower() for each in possible]
    return " or ".join(texts)
