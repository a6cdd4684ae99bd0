"""One organisation's work: requests are planned, batches are scheduled at the quota's pace."""

from streams.dispatch.lane.lane import Lane

__all__ = [
    "Lane",
]
