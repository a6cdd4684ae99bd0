"""The dispatcher: turns sync requests into documents in Xero, with one owner, and one ledger, for each partition."""

from streams.dispatch.context import DispatchSettings, LaneContext
from streams.dispatch.ownership import Dispatcher

__all__ = [
    "DispatchSettings",
    "Dispatcher",
    "LaneContext",
]
