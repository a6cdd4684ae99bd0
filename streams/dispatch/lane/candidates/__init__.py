"""Which requests may have to be planned."""

from streams.dispatch.lane.candidates.candidates import LOOK_EVERY, MOST_TOLD, Candidates

__all__ = ["LOOK_EVERY", "MOST_TOLD", "Candidates"]
