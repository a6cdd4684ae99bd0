"""What people do in Xero to documents of ours: looked for with calls that nobody else needs, and told once."""

from streams.dispatch.lane.watching.asked_looks import AskedLooks
from streams.dispatch.lane.watching.spending import FILES, LOOKS, Spending
from streams.dispatch.lane.watching.telling import Telling
from streams.dispatch.lane.watching.watch import Watch

__all__ = ["FILES", "LOOKS", "AskedLooks", "Spending", "Telling", "Watch"]
