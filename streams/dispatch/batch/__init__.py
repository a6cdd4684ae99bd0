"""One batch from the ready queue to every shipment's answer: look-up, write, recovery, backoff."""

from streams.dispatch.batch.backoff import DISCONNECTED, OUT_OF_QUOTA, Resting
from streams.dispatch.batch.history_notes import Notes
from streams.dispatch.batch.lookup import Examination
from streams.dispatch.batch.pipeline import Courier, Take
from streams.dispatch.batch.ready_queue import Prepared, Shelf, Way, in_order
from streams.dispatch.batch.recovery import Doubt
from streams.dispatch.batch.write import Delivery

__all__ = [
    "DISCONNECTED",
    "OUT_OF_QUOTA",
    "Courier",
    "Delivery",
    "Doubt",
    "Examination",
    "Notes",
    "Prepared",
    "Resting",
    "Shelf",
    "Take",
    "Way",
    "in_order",
]
