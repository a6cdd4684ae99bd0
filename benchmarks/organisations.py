"""The organisations of a scenario, the company that exports into each, and their status changes."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from deploy.simulator import Seed
from deploy.testbed import company_profile, make_event, make_shipment


@dataclass(frozen=True, slots=True)
class Organisations:
    """Organisations 1 to `size`, alike but for their ids: copies of the demonstration's first one.

    The simulator has `unserved` more after them, into which none of our companies exports.
    """

    size: int
    unserved: int = 0

    def seed(self) -> Seed:
        """What the simulator starts with; Xero's own limits."""
        return Seed.demo().with_organisations(self.size + self.unserved)

    def profile(self) -> str:
        """One company for every organisation, as TOML."""
        return "\n".join(company_profile(company(number), tenant(number)) for number in range(1, self.size + 1))


def tenant(number: int) -> str:
    """The organisation's id in Xero (the seed gives the copies these)."""
    return f"00000000-0000-4000-8000-{number:012d}"


def company(number: int) -> str:
    """The company that exports into the organisation."""
    return f"exporter-{number:02d}"


def shipment_id(number: int, index: int) -> str:
    """A shipment of the organisation; unique over all organisations."""
    return f"SHP-{number:02d}-{index:06d}"


def invoice_number(number: int, index: int) -> str:
    """The number that the shipment's document gets."""
    return f"BENCH-{number:02d}-{index:06d}"


def event(number: int, index: int, **overrides: Any) -> dict[str, Any]:
    """A status change that makes a new invoice of one line in the organisation."""
    fields: dict[str, Any] = {
        "event_id": f"event-{number}-{index}",
        "company_id": company(number),
        "shipment_id": shipment_id(number, index),
        "occurred_at": datetime.now(UTC).isoformat(),
        "revision": 1,
        "shipment": shipment(number, index),
    }
    return make_event(**{**fields, **overrides})


def shipment(number: int, index: int) -> dict[str, Any]:
    """The snapshot in `event`."""
    return make_shipment(
        shipment_number=shipment_id(number, index),
        exporter_reference=f"EXP-{number:02d}-{index:06d}",
        invoice_number=invoice_number(number, index),
    )
