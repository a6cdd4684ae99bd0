"""Which partitions of the status topic the gate has at present."""

import faust
from faust.exceptions import ConsumerNotStarted


def owned_partitions(app: faust.App, topic: str) -> frozenset[int]:
    """The partitions of the topic that are assigned to the gate; none before it has started."""
    try:
        assigned = app.consumer.assignment()
    except (ConsumerNotStarted, AttributeError):  # Between two of Faust's consumers.
        return frozenset()
    return frozenset(each.partition for each in assigned if each.topic == topic)
