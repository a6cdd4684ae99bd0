"""Which worker process this is, for the parts of it."""

from dataclasses import dataclass

from streams.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Process:
    """`instance_id` outlives a restart, `version` is the installed one, `tracing` follows what the process does."""

    instance_id: str
    version: str
    tracing: Tracing
