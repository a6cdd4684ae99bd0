"""What a lane needs from outside; the composition root provides it."""

from streams.dispatch.context.context import (
    LEAST_SECONDS,
    TURN_SECONDS,
    Clearance,
    CompanyPauses,
    DispatchMetrics,
    LaneContext,
    LaneTime,
    Turns,
)
from streams.dispatch.context.files import FileReader, FilesContext, ReadFile, UnreadFileError

__all__ = [
    "LEAST_SECONDS",
    "TURN_SECONDS",
    "Clearance",
    "CompanyPauses",
    "DispatchMetrics",
    "FileReader",
    "FilesContext",
    "LaneContext",
    "LaneTime",
    "ReadFile",
    "Turns",
    "UnreadFileError",
]
