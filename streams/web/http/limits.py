"""What callers may take of the server: seconds, bytes, connections."""

from dataclasses import dataclass
from typing import Final

# Of the process's descriptors a quarter may be callers', the rest is for Kafka, Xero and the disk; and of the callers'
# places a quarter may be at work for long.
_SHARE: Final = 4


@dataclass(frozen=True, slots=True)
class HttpLimits:
    """Times are seconds, sizes bytes.

    `connections` may be open at once: past that the one that has waited longest without a call gives way,
    if it has for `grace`.
    `idle` between two calls of a connection; longer than what load balancers keep one for (60 s).
    `head` for a head from its first byte, `body` for a body, `answer` for a caller that does not take its answer,
    `end` for one that does not take the end.
    `discarded` of a body that nobody wants are read, so that whoever sends it hears the answer.
    """

    connections: int = 256
    grace: float = 0.5
    idle: float = 75.0
    head: float = 5.0
    body: float = 10.0
    answer: float = 10.0
    end: float = 2.0
    head_bytes: int = 32 * 1024
    headers: int = 100
    parts: int = 1_000
    discarded: int = 256 * 1024

    @property
    def calls(self) -> int:
        """How many calls with the token may be under way, so that health always finds a place."""
        return max(1, self.connections // _SHARE)


def connections_within(descriptors: int, most: int = 256) -> int:
    """How many connections may be open in a process that may have so many descriptors."""
    return max(1, min(most, descriptors // _SHARE))
