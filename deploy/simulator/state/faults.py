"""Faults on demand: what Xero and the network do on a bad day, aimed at operations by name."""

import asyncio
import dataclasses
import fnmatch
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from deploy.simulator.wire import Counts

Stage = Literal["wire", "limit", "execution", "delivery"]
_STAGES: dict[str, Stage] = {
    "drop_before": "wire",
    "reset_before": "wire",
    "401": "wire",
    "403": "wire",
    "revoked": "wire",
    "invalid_grant": "wire",
    "day_limit": "limit",
    "minute_429": "limit",
    "concurrent_429": "limit",
    "appminute_429": "limit",
    "500_before": "execution",
    "apply_then_500": "execution",
    "503_plain": "execution",
    "missing_element": "execution",
    "missing_fields": "execution",
    "apply_then_drop": "delivery",
    "apply_then_reset": "delivery",
    "cut_json": "delivery",
}
_EITHER = frozenset({"slow", "hold", "html_body"})
KINDS = frozenset(_STAGES) | _EITHER


@dataclass
class Fault:
    """One fault: `times` calls of `operation` (a pattern such as `PUT Invoices`, `PUT *`) meet it, after `skip` others.

    `apply` says for `slow`, `hold` and `html_body` whether the call takes effect first; `match` is a text that the body
    must hold; `element` the position of the element that `missing_element` leaves out,
    `fields` what `missing_fields` takes from each.
    """

    operation: str
    kind: str
    times: int = 1
    skip: int = 0
    tenant: str | None = None
    match: str = ""
    seconds: float = 0.0
    status: int = 502
    retry_after: int | None = None
    body: str = ""
    apply: bool = False
    element: int = 0
    fields: tuple[str, ...] = ()
    fault_id: int = 0
    met: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> "Fault":
        """Raises `ValueError` for an unknown kind or field."""
        known = {item.name for item in dataclasses.fields(cls)} - {"released", "met", "fault_id"}
        if set(row) - known:
            raise ValueError(f"a fault has no {', '.join(sorted(set(row) - known))}; it has {', '.join(sorted(known))}")
        if row.get("kind") not in KINDS:
            raise ValueError(f"fault kind {row.get('kind')!r} is none of {', '.join(sorted(KINDS))}")
        if row["kind"] == "missing_fields" and not row.get("fields"):
            raise ValueError("say which fields are missing, as in LineItems")
        return cls(**{**row, "seconds": float(row.get("seconds", 0)), "fields": tuple(row.get("fields", ()))})

    @property
    def stage(self) -> Stage:
        if self.kind in _EITHER:
            before: Stage = "wire" if self.kind == "html_body" else "execution"
            return "delivery" if self.apply else before
        return _STAGES[self.kind]

    def as_json(self) -> dict[str, Any]:
        row = {name: value for name, value in vars(self).items() if name != "released"}
        return row | {"released": self.released.is_set()}


@dataclass
class PendingFaults:
    """The faults that wait to be met."""

    counts: Counts
    waiting: list[Fault] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, fault: Fault) -> Fault:
        fault.fault_id = next(self._numbers)
        self.waiting.append(fault)
        return fault

    def clear(self) -> None:
        for fault in self.waiting:
            fault.released.set()
        self.waiting.clear()

    def release(self) -> None:
        """Let every call go on that a `hold` keeps."""
        for fault in self.waiting:
            fault.released.set()

    def take(self, stage: Stage, operation: str, tenant: str, body: bytes) -> Fault | None:
        """The fault that this call meets at this stage, used up by one."""
        for fault in self.waiting:
            if fault.stage == stage and fault.times > 0 and _aims(fault, operation, tenant, body):
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                fault.met += 1
                self.counts.faults[fault.kind] += 1
                return fault
        return None


def _aims(fault: Fault, operation: str, tenant: str, body: bytes) -> bool:
    if fault.tenant and fault.tenant != tenant:
        return False
    return fnmatch.fnmatchcase(operation, fault.operation) and fault.match.encode() in body
