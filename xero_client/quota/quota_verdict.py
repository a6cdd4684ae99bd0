"""The governor's three answers to "may I call now?"."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Go:
    """Call now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until `until` (steady clock), or None: until a call ends. `limit` names what holds the call back."""

    limit: str
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Longer than anybody waits: come back at `resume_at` (UTC)."""

    limit: str
    resume_at: datetime
    reason: str


Verdict = Go | Wait | Refuse
GO = Go()
