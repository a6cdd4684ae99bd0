"""What is written to Kafka outside of transactions."""

from streams.writing.renewing_producer import RenewingProducer, renewing_producer

__all__ = ["RenewingProducer", "renewing_producer"]
