"""The ledger on disk: a partition's records as bytes, found by what their writer says of them.

It follows the compacted topic and can always be rebuilt from it, so nothing here is precious: whatever cannot be
believed is thrown away.
"""

from streams.dispatch.store.database import StoreMemory
from streams.dispatch.store.errors import StoreBusyError, StoreDamagedError, StoreError
from streams.dispatch.store.indexed import Index, Indexed, Micros, OpenRow, WireRecord
from streams.dispatch.store.ledger_store import LedgerStore
from streams.dispatch.store.meta import Identity
from streams.dispatch.store.opening import Emptied, Opened, Trust, open_store
from streams.dispatch.store.pending import PendingRows
from streams.dispatch.store.port import Rebuild, RowReader, RowStore

__all__ = [
    "Emptied",
    "Identity",
    "Index",
    "Indexed",
    "LedgerStore",
    "Micros",
    "OpenRow",
    "Opened",
    "PendingRows",
    "Rebuild",
    "RowReader",
    "RowStore",
    "StoreBusyError",
    "StoreDamagedError",
    "StoreError",
    "StoreMemory",
    "Trust",
    "WireRecord",
    "open_store",
]
