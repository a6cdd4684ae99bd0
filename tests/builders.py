"""The contract's example values, as tests name them; the testbed makes them."""

from deploy.testbed.builders import (
    COMPANY_ID,
    EVENT_ID,
    OCCURRED_AT,
    OMIT,
    ORGANISATION,
    SHIPMENT_ID,
    TRIGGER_STATUS,
    encode,
    make_company,
    make_event,
    make_line,
    make_request,
    make_shipment,
)

__all__ = [
    "COMPANY_ID",
    "EVENT_ID",
    "OCCURRED_AT",
    "OMIT",
    "ORGANISATION",
    "SHIPMENT_ID",
    "TRIGGER_STATUS",
    "encode",
    "make_company",
    "make_event",
    "make_line",
    "make_request",
    "make_shipment",
]
