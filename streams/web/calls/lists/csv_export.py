"""The list of shipments as a file for a spreadsheet, sent while it is read."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Final

from fastapi import APIRouter, Depends, Response
from starlette.responses import StreamingResponse

from mappers.model import Company, ShipmentFilter, ShipmentLine, no_formula
from streams.web.calls.addressing import company_by
from streams.web.calls.answers import refusals_of_all
from streams.web.calls.lists.shown import customer_of
from streams.web.calls.lists.wanted import wanted_of
from streams.web.ports import ListReader

COLUMNS: Final = (
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


class CsvCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], lists: ListReader) -> None:
        self._companies = companies
        self._lists = lists

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1/companies/{company}", tags=["shipments"])
        company, wanted = Depends(company_by(self._companies)), Depends(wanted_of)

        @router.get(
            "/shipments.csv",
            response_class=StreamingResponse,
            responses={
                200: {"content": {"text/csv": {"schema": {"type": "string"}}}, "description": "One line a shipment."},
                **refusals_of_all(404, 422),
            },
        )
        async def shipments_csv(wanted: ShipmentFilter = wanted, company: Company = company) -> Response:
            """The whole list, newest first, as a file in UTF-8 whose cells no spreadsheet takes for formulas."""
            return StreamingResponse(
                self._parts(company, wanted),
                media_type="text/csv; charset=utf-8",
                headers={"Content-Disposition": 'attachment; filename="shipments.csv"'},
            )

        return router

    async def _parts(self, company: Company, wanted: ShipmentFilter) -> AsyncIterator[str]:
        """Each part is read when the one before is taken."""
        yield _BYTE_ORDER_MARK + csv_row(COLUMNS)
        parts = self._lists.every_shipment(company.id, wanted)
        while (lines := await asyncio.to_thread(next, parts, None)) is not None:
            yield "".join(csv_row(_cells(company, line)) for line in lines)


def csv_row(cells: Iterable[str | None]) -> str:
    """A line of the file. A text that could be a formula has an apostrophe before it; a number stays one."""
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([no_formula(each or "") for each in cells])
    return file.getvalue()


def _cells(company: Company, line: ShipmentLine) -> tuple[str | None, ...]:
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
