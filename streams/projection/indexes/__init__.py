"""What the lists are read from: a line for each shipment, and what lines are found by, written with the rows."""

from streams.projection.indexes.line_moves import Changes
from streams.projection.indexes.shipment_lists import ShipmentLists
from streams.projection.indexes.update import change_indexes

__all__ = ["Changes", "ShipmentLists", "change_indexes"]
