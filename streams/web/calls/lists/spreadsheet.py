"""Lists as files for a spreadsheet: whatever is in a cell, none is taken for a formula."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from mappers.model import Company, ShipmentLine, no_formula
from streams.web.calls.lists.shown import customer_of

SHIPMENT_COLUMNS: Final = (
    "Shipment",
    "Shipment number",
    "Exporter reference",
    "Customer",
    "Shipment status",
    "Sync status",
    "Sync time (UTC)",
    "Waits for",
    "Until (UTC)",
    "Stands still for",
    "Document",
    "Document number",
    "Document id",
    "Link",
    "Total",
    "Tax",
    "Currency",
    "Trigger",
    "Requested by",
    "Request id",
)
# Excel takes a file without it for another encoding than UTF-8.
_BYTE_ORDER_MARK: Final = "\ufeff"


def csv_head(columns: Iterable[str]) -> str:
    """The first line of a file."""
    return _BYTE_ORDER_MARK + csv_row(columns)


def csv_row(cells: Iterable[str | None]) -> str:
    """A line of the file. A text that could be a formula has an apostrophe before it; a number stays one."""
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([no_formula(each or "") for each in cells])
    return file.getvalue()


def shipment_cells(company: Company, line: ShipmentLine) -> tuple[str | None, ...]:
    """The cells as SHIPMENT_COLUMNS names them."""
    document = line.document
    return (
        line.shipment_id,
        line.shipment_number,
        line.exporter_reference,
        customer_of(company, line),
        line.shipment_status,
        line.status,
        line.synced_at,
        line.waiting_reason,
        line.resume_at,
        "; ".join(" ".join(filter(None, (each.code, each.value or each.field))) for each in line.causes),
        document.type if document is not None else None,
        document.number if document is not None else None,
        document.xero_id if document is not None else None,
        document.url if document is not None else None,
        document.total if document is not None else line.value,
        document.total_tax if document is not None else None,
        document.currency if document is not None else line.currency,
        line.trigger,
        line.requested_by,
        line.request_id,
    )
