"""A Kafka broker in memory, below aiokafka: it answers the protocol's requests, with Kafka's rules and no kinder."""

from tests.simulation.broker.broker import Broker
from tests.simulation.broker.connection import Delivery, MemoryConnection, Wire
from tests.simulation.broker.log import StoredBatch, TopicLog

__all__ = ["Broker", "Delivery", "MemoryConnection", "StoredBatch", "TopicLog", "Wire"]
