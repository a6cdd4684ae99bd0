"""How the worker is operated: metrics, log, health, lag, the data folder's lock, and an end that is bounded in time."""

from streams.ops.bounded import Patience, bounded
from streams.ops.data_dir import DataDirError, DataDirLock
from streams.ops.health import Check, Liveness, Progress, Readiness
from streams.ops.labels import (
    BackgroundTask,
    EventResult,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    NoteChannel,
    NoteResult,
    Part,
    PreventedBy,
    ProfileReload,
    RequestResult,
    Resolution,
    StoreMemoryUse,
    WaitedFor,
    WebhookResult,
)
from streams.ops.lag import LagWatch, WatchedGroup
from streams.ops.logs import LogOptions, configure_logs
from streams.ops.loop_time import LoopTime
from streams.ops.metrics import Metrics
from streams.ops.shutdown import Shutdown
from streams.ops.supervision import End, EndedError, Supervised, Work, endless
from streams.ops.watchdog import LoopGuard, Watchdog

__all__ = [
    "BackgroundTask",
    "Check",
    "DataDirError",
    "DataDirLock",
    "End",
    "EndedError",
    "EventResult",
    "Invariant",
    "LagWatch",
    "LaneState",
    "LedgerFailure",
    "LedgerStep",
    "Liveness",
    "LogOptions",
    "LoopGuard",
    "LoopTime",
    "Metrics",
    "NoteChannel",
    "NoteResult",
    "Part",
    "Patience",
    "PreventedBy",
    "ProfileReload",
    "Progress",
    "Readiness",
    "RequestResult",
    "Resolution",
    "Shutdown",
    "StoreMemoryUse",
    "Supervised",
    "WaitedFor",
    "Watchdog",
    "WatchedGroup",
    "WebhookResult",
    "Work",
    "bounded",
    "configure_logs",
    "endless",
]
