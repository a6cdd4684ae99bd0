"""Status changes over HTTP: what a shipping system that can only call an address sends is put on Kafka for the gate."""

from streams.web.calls.feed.call import FeedCalls
from streams.web.calls.feed.models import NotAllFed

__all__ = ["FeedCalls", "NotAllFed"]
