"""What a scenario found: a table, targets, and notes on how to read them."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """One promise and what was measured. `met` is None where the run was too small to say."""

    promise: str
    measured: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class Report:
    """One scenario of one run. Every row has a cell for each column."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    targets: tuple[Target, ...] = ()
    notes: tuple[str, ...] = ()
    figures: dict[str, Any] = field(default_factory=dict)
    """The same as numbers, for the JSON file."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
