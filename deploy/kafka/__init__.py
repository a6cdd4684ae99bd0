"""Apache Kafka for development: fetched, formatted, started, waited for, restarted and stopped."""

from deploy.kafka.errors import LocalKafkaError
from deploy.kafka.java import find_java
from deploy.kafka.local_kafka import LocalKafka
from deploy.kafka.parent_death import bound_to_this_process
from deploy.kafka.ports import LOOPBACK, free_ports

__all__ = ["LOOPBACK", "LocalKafka", "LocalKafkaError", "bound_to_this_process", "find_java", "free_ports"]
