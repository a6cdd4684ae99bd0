"""What can keep the Kafka for development from running, in words for the person who started it."""

from typing import Literal

Code = Literal[
    "java_missing",
    "maven_missing",
    "kafka_download_failed",
    "kafka_jars_differ",
    "kafka_port_taken",
    "kafka_did_not_start",
]


class LocalKafkaError(Exception):
    """`code` is stable; the message names the value, what to do and who does it."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
