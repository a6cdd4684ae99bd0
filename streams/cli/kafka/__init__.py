"""The commands that talk to the brokers: making topics, looking at dead letters, sending records again."""

from streams.cli.kafka.brokers import administration
from streams.cli.kafka.dead_letters import dead_letters
from streams.cli.kafka.rates import rates
from streams.cli.kafka.replay import replay
from streams.cli.kafka.topics import may_create, topics

__all__ = [
    "administration",
    "dead_letters",
    "may_create",
    "rates",
    "replay",
    "topics",
]
