"""What operators see of the worker: metrics, the log, health; and the watchdog that ends it when it hangs."""

from streams.ops.data_dir_lock import DataDirError, Instance
from streams.ops.health import Check, Liveness, Progress, Readiness
from streams.ops.labels import (
    EventResult,
    Invariant,
    LaneState,
    LedgerFailure,
    LedgerStep,
    Part,
    PreventedBy,
    RequestResult,
    Resolution,
)
from streams.ops.lag import LagWatch
from streams.ops.logs import LogOptions, configure_logs
from streams.ops.metrics import Metrics
from streams.ops.shutdown import EXIT_FAILED, Lifetime
from streams.ops.watchdog import LoopGuard, Watchdog

__all__ = [
    "EXIT_FAILED",
    "Check",
    "DataDirError",
    "EventResult",
    "Instance",
    "Invariant",
    "LagWatch",
    "LaneState",
    "LedgerFailure",
    "LedgerStep",
    "Lifetime",
    "Liveness",
    "LogOptions",
    "LoopGuard",
    "Metrics",
    "Part",
    "PreventedBy",
    "Progress",
    "Readiness",
    "RequestResult",
    "Resolution",
    "Watchdog",
    "configure_logs",
]
