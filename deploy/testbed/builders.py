"""The contract's example values, with overrides: what a test does not name is as in architecture 6.1 and 6.7.

Pass `OMIT` to leave a field out. Every call returns fresh values, so a test may change what it got.
"""

import json
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from mappers.model import Company, SyncRequest, Trigger, TriggerRule, request_id

COMPANY_ID: Final = "southern-beef"
SHIPMENT_ID: Final = "SHP-000123"
ORGANISATION: Final = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
TRIGGER_STATUS: Final = "ACCOUNTS INV CREATED"
EVENT_ID: Final = "0d8f0f5e-6a0d-4f6e-9d55-7e1f3b7f4c11"
OCCURRED_AT: Final = datetime(2026, 11, 20, 3, 15, 22, 123000, tzinfo=UTC)


class _Omit:
    """The type of `OMIT`."""


OMIT: Final = _Omit()


def make_line(**overrides: Any) -> dict[str, Any]:
    """One product line as the shipping system writes it."""
    line: dict[str, Any] = {
        "line_number": 1,
        "product_code": "BEEF-01",
        "description": "Chilled beef",
        "quantity": "12.5",
        "unit_of_measure": "KG",
        "unit_price": "101.25",
        "item_value": "1265.63",
    }
    return _with(line, overrides)


def make_shipment(**overrides: Any) -> dict[str, Any]:
    """The event's `shipment` object: complete, so that it makes a document as it is."""
    shipment: dict[str, Any] = {
        "shipment_number": "SHP-000123",
        "exporter_reference": "EXP-77",
        "invoice_number": "INV-2026-0042",
        "buyer_code": "ALOK",
        "consignee_code": "ALOK-MUM",
        "currency": "USD",
        "exchange_rate": "0.6543",
        "invoice_date": "2026-11-19",
        "date_of_issue": "2026-11-18",
        "created_date": "2026-11-01",
        "invoice_due_date": "2026-12-19",
        "incoterms": "FOB",
        "incoterms_place": "Port Botany",
        "lines": [make_line()],
    }
    return _with(shipment, overrides)


def make_event(**overrides: Any) -> dict[str, Any]:
    """A status change that enters the trigger status."""
    event: dict[str, Any] = {
        "event_id": EVENT_ID,
        "event_type": "shipment.status_changed",
        "schema_version": 1,
        "occurred_at": "2026-11-20T03:15:22.123Z",
        "company_id": COMPANY_ID,
        "shipment_id": SHIPMENT_ID,
        "revision": 7,
        "previous_status": "DOCS ISSUED",
        "status": TRIGGER_STATUS,
        "sync_now": False,
        "shipment": make_shipment(),
    }
    return _with(event, overrides)


def encode(value: Any) -> bytes:
    """JSON bytes of a value, as a producer would send it."""
    return json.dumps(value, ensure_ascii=False).encode()


def make_company(**overrides: Any) -> Company:
    """The profile of the example company; its trigger rule is `status`."""
    fields: dict[str, Any] = {
        "id": COMPANY_ID,
        "organisation": ORGANISATION,
        "trigger": TriggerRule.STATUS,
        "trigger_statuses": (TRIGGER_STATUS,),
    }
    return Company.model_validate({**fields, **overrides})


def make_request(**overrides: Any) -> SyncRequest:
    """The request of the example event; its id follows from its fields unless it is given."""
    fields: dict[str, Any] = {
        "event_id": EVENT_ID,
        "company_id": COMPANY_ID,
        "shipment_id": SHIPMENT_ID,
        "organisation": ORGANISATION,
        "revision": 7,
        "occurred_at": OCCURRED_AT,
        "status": TRIGGER_STATUS,
        "trigger": Trigger.STATUS,
        "shipment": make_shipment(),
    }
    fields |= overrides
    return SyncRequest.model_validate({"request_id": _id_of(fields), **fields})


def _id_of(fields: dict[str, Any]) -> UUID:
    return request_id(
        event_id=fields["event_id"],
        company_id=fields["company_id"],
        shipment_id=fields["shipment_id"],
        revision=fields["revision"],
        trigger=fields["trigger"],
    )


def _with(fields: dict[str, Any], overrides: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**fields, **overrides}.items() if not isinstance(value, _Omit)}
