"""The committed dashboards as they are: their panels and queries."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("dashboards")
FILES = sorted(FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Asked:
    """One query of a panel."""

    board: str
    panel: dict[str, Any]
    target: dict[str, Any]

    def filled(self, variables: Mapping[str, str]) -> str:
        """As Grafana asks it, with the values of its variables; the longer of two names that begin alike counts."""
        names = sorted(variables, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, names)), lambda found: variables[found[0]], self.expr)

    @property
    def expr(self) -> str:
        """In Prometheus' language, with Grafana's variables."""
        return str(self.target["expr"])

    def __str__(self) -> str:
        return f"{self.board}: {self.panel['title']} {self.target['refId']}"


def board(path: Path) -> dict[str, Any]:
    """The dashboard."""
    read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return read


def panels(read: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Those that show something."""
    yield from (each for each in read["panels"] if each["type"] != "row")


def queries() -> list[Asked]:
    """Of all dashboards."""
    boards = [board(path) for path in FILES]
    return [
        Asked(each["uid"], panel, target) for each in boards for panel in panels(each) for target in panel["targets"]
    ]
