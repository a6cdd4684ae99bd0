"""Alive and ready. Alive is progress, never the reach of Kafka or Xero: restarting would not bring those back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


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


Progresses = Callable[[], Mapping[str, Progress]]
Cure = Callable[[str, str], None]


@dataclass(slots=True)
class _Part:
    progresses: Progresses
    patience: float
    cure: Cure | None
    seen: dict[str, _Seen] = field(default_factory=dict)
    cured_at: dict[str, float] = field(default_factory=dict)


class Liveness:
    """Judges each part, and each of its partitions and lanes by itself, by its progress between two looks.

    A sum would hide one stuck partition behind those that work.
    """

    def __init__(self, monotonic: Callable[[], float], *, patience: float = 45.0, cured_for: float = 300.0) -> None:
        """`patience`: seconds that something with work may go without a step before it counts as stuck.

        What has a cure is cured first, and is stuck for good where that does not hold for `cured_for` seconds.
        """
        self._monotonic = monotonic
        self._patience = patience
        self._cured_for = cured_for
        self._parts: dict[str, _Part] = {}

    def register(self, name: str, progress: Callable[[], Progress], *, patience: float | None = None) -> None:
        """Judge the part `name` by `progress`, which must be quick and must not raise."""
        self.register_each(name, lambda: {"": progress()}, patience=patience)

    def register_each(
        self, name: str, progresses: Progresses, *, patience: float | None = None, cure: Cure | None = None
    ) -> None:
        """Judge each member of a part by itself: its partitions, its lanes. They may come and go.

        `cure` is called with a member that is stuck and the reason, ahead of taking the whole part for stuck.
        """
        self._parts[name] = _Part(progresses, self._patience if patience is None else patience, cure)
        self.report()

    def report(self) -> tuple[Check, ...]:
        """Look at every part once. A part whose members are all well is one line."""
        return tuple(check for name, part in self._parts.items() for check in self._look(name, part))

    def stuck(self) -> tuple[Check, ...]:
        """What has made no step for too long although it could."""
        return tuple(check for check in self.report() if not check.ok)

    def cure(self) -> tuple[Check, ...]:
        """Call the cures of what is stuck and was not cured lately; its patience begins anew. Returns what is stuck
        nevertheless. One look at every part: to find each lane's oldest request is no small part of an idle second.
        """
        checks = (check for name, part in self._parts.items() for check in self._look(name, part, cures=True))
        return tuple(check for check in checks if not check.ok)

    def _is_cured(self, part: _Part, key: str) -> bool:
        now = self._monotonic()
        if part.cure is None or now - part.cured_at.get(key, float("-inf")) <= self._cured_for:
            return False
        part.cured_at[key] = part.seen[key].moved_at = now
        part.cure(key, f"no progress for {part.patience:.0f} s although there is work")
        return True

    def _look(self, name: str, part: _Part, *, cures: bool = False) -> list[Check]:
        overdue = [key for key in self._overdue(part) if not (cures and self._is_cured(part, key))]
        if not overdue:
            return [Check(name, ok=True)]
        return [
            Check(
                f"{name} {key}".strip(),
                ok=False,
                reason=f"no progress for {self._monotonic() - part.seen[key].moved_at:.0f} s although there is work",
            )
            for key in overdue
        ]

    def _overdue(self, part: _Part) -> list[str]:
        """Compare with the last look; the members without a step for too long."""
        now, progresses = self._monotonic(), part.progresses()
        part.seen = {key: seen for key, seen in part.seen.items() if key in progresses}
        for key, progress in progresses.items():
            seen = part.seen.get(key)
            if seen is None or seen.done != progress.done or not progress.has_work:
                part.seen[key] = _Seen(progress.done, now)
        return [key for key, seen in part.seen.items() if now - seen.moved_at > part.patience]


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
