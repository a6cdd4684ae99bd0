"""Everything the simulator counts, so that a test can say what must not have happened."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_WRITES = ("PUT ", "POST ", "DELETE ")


@dataclass
class Counts:
    """Counters since the start or the last reset."""

    calls: Counter[str] = field(default_factory=Counter)
    calls_by_tenant: dict[str, Counter[str]] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)
    applied: Counter[str] = field(default_factory=Counter)
    """Elements that took effect: created, updated; by kind and organisation."""
    refused_elements: int = 0
    contacts_created_by_name: int = 0
    contacts_edited_by_document: int = 0
    numbers_generated: int = 0
    tax_amounts_sent: int = 0
    rates_on_base_currency: int = 0
    summarised_writes: int = 0
    """Write calls that left `summarizeErrors` to its default or set it to true."""
    key_replays: int = 0
    key_conflicts: int = 0
    writes_without_key: int = 0
    not_json_accepted: int = 0
    largest_batch: int = 0
    largest_body: int = 0
    simulator_errors: int = 0
    """Failures of the simulator itself; anything but 0 is a bug here."""
    unknown_fields: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def call(self, operation: str, tenant: str, status: int) -> None:
        self.calls[operation] += 1
        self.statuses[str(status)] += 1
        if tenant:
            self.calls_by_tenant.setdefault(tenant, Counter())[operation] += 1

    @property
    def write_calls(self) -> int:
        """Calls to the accounting API that could change something."""
        accounting = {name: n for name, n in self.calls.items() if name.startswith(_WRITES)}
        return sum(n for name, n in accounting.items() if not name.endswith(("token", "revocation", "connections")))

    def as_dict(self) -> dict[str, Any]:
        figures = {name: _plain(value) for name, value in vars(self).items()}
        return figures | {"total_calls": sum(self.calls.values()), "write_calls": self.write_calls}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value
