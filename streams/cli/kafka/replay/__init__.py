"""`shipledger replay`: what is chosen, the plan of it, and the sending that can be interrupted."""

from streams.cli.kafka.replay.command import replay

__all__ = [
    "replay",
]
