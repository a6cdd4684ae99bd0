"""What people do in Xero to documents of ours: looked for with calls that nobody else needs, and told once."""

from streams.dispatch.lane.watching.asked_looks import AskedLooks
from streams.dispatch.lane.watching.one_step import COMPARISON_STEP, FILES_STEP, one_step
from streams.dispatch.lane.watching.spending import FILES, LOOKS, Spending
from streams.dispatch.lane.watching.telling import Telling
from streams.dispatch.lane.watching.watch import Watch

__all__ = [
    "COMPARISON_STEP",
    "FILES",
    "FILES_STEP",
    "LOOKS",
    "AskedLooks",
    "Spending",
    "Telling",
    "Watch",
    "one_step",
]
