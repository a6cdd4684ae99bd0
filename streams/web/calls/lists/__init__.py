"""The list of shipments, as JSON and as CSV, the page of one, what is resolved, and how fresh all of it is."""

from streams.web.calls.lists.causes import ResolvedCalls
from streams.web.calls.lists.csv_export import CsvCalls
from streams.web.calls.lists.freshness import FreshnessCalls
from streams.web.calls.lists.shipments import ShipmentCalls
from streams.web.calls.lists.spreadsheet import SHIPMENT_COLUMNS, csv_head, csv_row, shipment_cells
from streams.web.calls.lists.wanted import wanted_of

__all__ = [
    "SHIPMENT_COLUMNS",
    "CsvCalls",
    "FreshnessCalls",
    "ResolvedCalls",
    "ShipmentCalls",
    "csv_head",
    "csv_row",
    "shipment_cells",
    "wanted_of",
]
