"""Alive and ready. Alive is progress, never the reach of Kafka or Xero: restarting would not bring those back."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """What a part says of itself.

    `done` grows with every step of work; `has_work` says that something could be done now. What waits on purpose (for
    quota, an outage, a person) is no work, and waiting for it is not being stuck.
    """

    done: int
    has_work: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a health report; `reason` is empty where `ok`."""

    name: str
    ok: bool
    reason: str = ""


@dataclass(slots=True)
class _Seen:
    done: int
    moved_at: float


class Liveness:
    """Judges each part by its progress between two looks."""

    def __init__(self, monotonic: Callable[[], float], *, patience: float = 120.0) -> None:
        """`patience`: seconds that a part with work may go without a step before it counts as stuck."""
        self._monotonic = monotonic
        self._patience = patience
        self._parts: dict[str, Callable[[], Progress]] = {}
        self._seen: dict[str, _Seen] = {}

    def register(self, name: str, progress: Callable[[], Progress]) -> None:
        """Judge the part `name` by `progress`, which must be quick and must not raise."""
        self._parts[name] = progress
        self._seen[name] = _Seen(progress().done, self._monotonic())

    def report(self) -> tuple[Check, ...]:
        """Look at every part once."""
        return tuple(self._judge(name, progress()) for name, progress in self._parts.items())

    def stuck(self) -> tuple[Check, ...]:
        """The parts that have made no step for too long although they could."""
        return tuple(check for check in self.report() if not check.ok)

    def _judge(self, name: str, now: Progress) -> Check:
        seen = self._seen[name]
        if now.done != seen.done or not now.has_work:
            self._seen[name] = _Seen(now.done, self._monotonic())
            return Check(name, ok=True)
        still = self._monotonic() - seen.moved_at
        if still <= self._patience:
            return Check(name, ok=True)
        return Check(name, ok=False, reason=f"no progress for {still:.0f} s although there is work")


class Readiness:
    """Named checks, registered by the parts; ready is when all of them pass."""

    def __init__(self) -> None:
        self._checks: dict[str, Callable[[], str]] = {}

    def register(self, name: str, why_not: Callable[[], str]) -> None:
        """`why_not` answers quickly and from memory: an empty text where ready, else the reason for people."""
        self._checks[name] = why_not

    def report(self) -> tuple[Check, ...]:
        """Run every check; with none registered the worker is not ready."""
        if not self._checks:
            return (Check("worker", ok=False, reason="starting"),)
        return tuple(_ask(name, why_not) for name, why_not in self._checks.items())


def _ask(name: str, why_not: Callable[[], str]) -> Check:
    reason = why_not()
    return Check(name, ok=not reason, reason=reason)
