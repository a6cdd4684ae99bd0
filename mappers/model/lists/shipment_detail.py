"""Everything that the page of one shipment shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mappers.model.lists.shipment_line import ShipmentLine
from mappers.model.lists.standing_cause import Remedy
from mappers.model.shipment_log import ShipmentLog, Snapshot


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """A line of the table of errors: `message` is in ImpexDocs' or Xero's words, `hint` is about this shipment."""

    code: str
    field: str | None
    value: str | None
    message: str
    hint: str
    remedy: Remedy
    xero_url: str | None = None


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """In what the document differs in Xero, in one sentence; `since` is when that was first told, RFC 3339 in UTC.

    `sent_since`: the shipment was sent after the newest word of it, and Xero has not been looked at again.
    """

    code: str
    message: str
    since: str
    remedy: Remedy
    xero_url: str
    sent_since: bool


@dataclass(frozen=True, slots=True)
class ShipmentDetail:
    """A shipment by itself.

    `errors` and `warnings` are those of the outcome that `line.status` is from, and `outcome` is that outcome as it was
    published; None before the first. `snapshot` is the newest known state, None where only outcomes are known.
    `differences` are those that the nightly comparison found and nobody has resolved.
    """

    line: ShipmentLine
    log: ShipmentLog
    errors: tuple[ShownProblem, ...]
    warnings: tuple[ShownProblem, ...]
    outcome: Mapping[str, Any] | None
    snapshot: Snapshot | None
    differences: tuple[ShownDifference, ...] = ()
