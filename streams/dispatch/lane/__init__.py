"""One organisation's work: its requests are planned, its batches scheduled at the pace that the quota allows."""

from streams.dispatch.lane.lane import Lane

__all__ = [
    "Lane",
]
