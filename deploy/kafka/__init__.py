"""Apache Kafka for development: fetched, formatted, started, waited for, restarted and stopped."""

from deploy.kafka.errors import LocalKafkaError
from deploy.kafka.jars import ensure_jars
from deploy.kafka.local_kafka import LocalKafka
from deploy.kafka.properties import Ports

__all__ = ["LocalKafka", "LocalKafkaError", "Ports", "ensure_jars"]
