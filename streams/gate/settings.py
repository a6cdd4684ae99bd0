"""What the composition root decides about the gate."""

from dataclasses import dataclass, field
from pathlib import Path

from faust.types.auth import CredentialsT

from mappers.inbound import DEFAULT_LIMIT
from mappers.model import LARGEST_REQUEST
from streams.topics import TopicNames
from streams.tracing import PASS_ON, Tracing


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes."""

    event: int = DEFAULT_LIMIT
    request: int = LARGEST_REQUEST


@dataclass(frozen=True, slots=True)
class WindowLimits:
    """How much may be on its way to the broker at a time: events, and bytes of their values."""

    events: int = 200
    bytes: int = 8_000_000


@dataclass(frozen=True, slots=True)
class GateSettings:
    """`bootstrap_servers` is `host:port,host:port`; times are seconds; `data_dir` must exist.

    `instance_id` makes the membership static: a restarted worker has its partitions back at once, two processes with
    one id fence each other. `broker_credentials` is Faust's (TLS or SASL), None for plain text. What is acknowledged is
    committed every `commit_interval`, and after every `commit_every` events: that bounds what a killed gate repeats.
    """

    bootstrap_servers: str
    instance_id: str
    data_dir: Path
    worker_version: str
    session_timeout: float
    heartbeat_interval: float
    group: str = "shipledger-gate"
    broker_credentials: CredentialsT | None = None
    commit_interval: float = 0.5
    commit_every: int = 200
    topics: TopicNames = field(default_factory=TopicNames)
    limits: Limits = field(default_factory=Limits)
    window: WindowLimits = field(default_factory=WindowLimits)
    tracing: Tracing = PASS_ON
