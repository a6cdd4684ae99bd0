"""What is measured: one module a scenario, each with a `run`, and what several of them share."""

from benchmarks.scenarios import fairness, gate, latency, restore, saturation, speed, thousand

__all__ = ["fairness", "gate", "latency", "restore", "saturation", "speed", "thousand"]
