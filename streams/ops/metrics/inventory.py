"""Every metric there is, in the order in which docs/metrics.md shows them."""

from streams.ops.metrics.declaration import Metric
from streams.ops.metrics.flow import FLOW
from streams.ops.metrics.notes.declared import NOTES
from streams.ops.metrics.process import PROCESS
from streams.ops.metrics.xero import XERO

SECTIONS: tuple[tuple[str, tuple[Metric, ...]], ...] = (
    ("From event to outcome", FLOW),
    ("Xero", XERO),
    ("Ledger, API and process", PROCESS),
    ("Notes to people", NOTES),
)
INVENTORY: tuple[Metric, ...] = tuple(metric for _, metrics in SECTIONS for metric in metrics)
