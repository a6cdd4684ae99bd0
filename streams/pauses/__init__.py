"""Which companies are paused: said in a compacted topic of its own, heard by every worker within seconds.

Whoever writes in Xero has to know it: as long as the topic is not read to its end, nothing is known.
"""

from streams.pauses.follower import PauseFollower
from streams.pauses.source import KafkaPauseSource

__all__ = ["KafkaPauseSource", "PauseFollower"]
