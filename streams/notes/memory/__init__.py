"""What was told, kept in a compacted topic."""

from streams.notes.memory.kafka_memory import KafkaMemory

__all__ = ["KafkaMemory"]
