"""Real workers on a real Kafka, killed, stopped and cut off at chosen moments, and what became of every event."""
