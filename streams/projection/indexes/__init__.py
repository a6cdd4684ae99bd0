"""What the lists are read from: a line for each shipment, and what lines are found by, written with the rows."""

from streams.projection.indexes.shipment_lists import ShipmentLists

__all__ = ["ShipmentLists"]
