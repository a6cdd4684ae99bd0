"""Metrics: one inventory from which the collectors and docs/metrics.md are made, and the methods that count."""

from streams.ops.metrics.metrics import Metrics

__all__ = ["Metrics"]
