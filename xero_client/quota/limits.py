"""The limits that the quota governor keeps to until Xero's headers say otherwise, and its answers to "may I call?"."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from xero_client.vocabulary import QuotaWindow

WINDOW_SECONDS = 60.0
"""Xero's minute: a fixed window that resets at a time of its own for each organisation (OAuth 2.0 API limits)."""


@dataclass(frozen=True, slots=True)
class QuotaLimits:
    """Calls allowed. The defaults are Xero's page "OAuth 2.0 API limits".

    `people_reserve` is the share of the day that only Priority.PEOPLE may use. `app_concurrent` is no rule of Xero's:
    it is where halving starts when Xero says that the app as a whole is too fast. `margin_seconds` is added to Xero's
    minute for clocks that run at different speeds. A wait longer than `patience_seconds` is refused, not waited for.
    `recheck_seconds` is how often one call asks whether a used-up day, whose end Xero has not told, is over.
    """

    per_minute: int = 60
    concurrent: int = 5
    per_day: int = 5_000
    app_per_minute: int = 10_000
    app_concurrent: int = 100
    people_reserve: float = 0.05
    margin_seconds: float = 0.25
    patience_seconds: float = 90.0
    recheck_seconds: float = 3_600.0


@dataclass(frozen=True, slots=True)
class Go:
    """Call now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait until `until` (steady clock), or None: until a call ends. `limit` names what holds the call back."""

    limit: QuotaWindow
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Refuse:
    """Longer than anybody waits: come back at `resume_at` (UTC)."""

    limit: Literal["day", "parked"]
    resume_at: datetime
    reason: str


Verdict = Go | Wait | Refuse
GO = Go()
