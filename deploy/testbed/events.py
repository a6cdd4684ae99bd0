"""Status changes of one company whose document numbers follow from an index, and the profile they belong to."""

from typing import Any

from deploy.testbed.builders import COMPANY_ID, ORGANISATION, TRIGGER_STATUS, make_event, make_shipment


def company_profile(company_id: str, organisation: str) -> str:
    """The part of a profile (TOML) for a company whose trigger status makes invoices."""
    return f"""
[[company]]
id = "{company_id}"
organisation = "{organisation}"
document = "invoice"
trigger = "status"
trigger_statuses = ["{TRIGGER_STATUS}"]
"""


STATUS_PROFILE = company_profile(COMPANY_ID, ORGANISATION)


def event(index: int, **overrides: Any) -> dict[str, Any]:
    """The status change of shipment `index`; its document number follows from it."""
    fields: dict[str, Any] = {
        "event_id": f"event-{index}",
        "shipment_id": f"SHP-{index:06}",
        "revision": 1,
        "shipment": make_shipment(invoice_number=f"INV-{index:06}", shipment_number=f"SHP-{index:06}"),
    }
    return make_event(**{**fields, **overrides})
