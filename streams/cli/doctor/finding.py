"""What the doctor says of one thing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and the details or what to do."""

    subject: str
    ok: bool
    details: str
