"""The report: how often, with which seeds and versions, what was found, and what that says at most."""

import json
import math
import os
import platform
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from deploy.kafka.jars import KAFKA_VERSION
from tests.reliability.expected import Verdict

WHOLE_START = ", whole start"
PACKAGES = ("aiokafka", "faust-streaming", "rocksdict", "xero-python", "urllib3", "aiohttp")


@dataclass
class Report:
    """Of one run."""

    title: str
    seeds: list[int] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    """What did not come to rest in time, with the end of the log."""
    recoveries: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds by kind: how often each was done is the length."""
    stops: list[float] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        """Whether nothing that must not be was found."""
        return not self.stuck and all(each.is_clean for each in self.verdicts)

    def as_json(self) -> dict[str, Any]:
        """Everything."""
        n = sum(map(len, self.recoveries.values()))
        found = {
            name: [each for v in self.verdicts for each in getattr(v, name)] for name in ("lost", "doubled", "wrong")
        }
        events = sum(each.events for each in self.verdicts)
        return {
            "title": self.title,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": _commit(),
            "seeds": self.seeds,
            "versions": versions(),
            "machine": {"cores": os.cpu_count(), "load": os.getloadavg()},
            "n": n,
            "events": events,
            "found": {name: len(each) for name, each in found.items()} | {"stuck": len(self.stuck)},
            "bound": {"runs": None if n == 0 else 3 / n, "events": None if events == 0 else 3 / events},
            "what": found | {"stuck": self.stuck},
            "kinds": {name: summary(each) for name, each in sorted(self.recoveries.items())},
            "kills": {how: summary(each) for how, each in self._kills().items()},
            "stops": summary(self.stops),
            "duplicates_before_dedupe": {
                name: sum(getattr(each, f"raw_{name}") for each in self.verdicts)
                for name in ("outcomes", "requests", "letters")
            },
            **self.extra,
        }

    def _kills(self) -> dict[str, list[float]]:
        """All of them together, by how the worker came back: a whole start has Python's imports in it."""
        kinds = [(name, each) for name, each in self.recoveries.items() if name[:2].isdigit()]
        whole = [seconds for name, each in kinds if name.endswith(WHOLE_START) for seconds in each]
        forked = [seconds for name, each in kinds if not name.endswith(WHOLE_START) for seconds in each]
        return {"kill, whole start": whole, "kill, forked": forked}

    def write(self, folder: Path, name: str) -> None:
        """`name`.json and `name`.md."""
        folder.mkdir(parents=True, exist_ok=True)
        told = self.as_json()
        (folder / f"{name}.json").write_text(json.dumps(told, indent=1, default=str) + "\n")
        (folder / f"{name}.md").write_text(markdown(told))


def summary(seconds: Sequence[float]) -> dict[str, Any]:
    """Quantiles by nearest rank: nothing is interpolated that was not measured."""
    ordered = sorted(seconds)
    return {"n": len(ordered)} | {
        name: round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 2) if ordered else None
        for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }


def versions() -> dict[str, str]:
    """Of what the figures depend on."""
    packages = {name: version(name) for name in PACKAGES}
    return {"shipledger": version("shipledger"), "python": platform.python_version(), "kafka": KAFKA_VERSION} | packages


def markdown(told: Mapping[str, Any]) -> str:
    """As people read it."""
    machine = f"{told['machine']['cores']} cores, load {told['machine']['load'][0]:.1f} at the end"
    found, bound, raw = told["found"], told["bound"], told["duplicates_before_dedupe"]
    lines = [
        f"# {told['title']}",
        "",
        f"{told['at']}, commit {told['commit']}, seeds {', '.join(map(str, told['seeds']))}, {machine}",
        "",
        ", ".join(f"{name} {each}" for name, each in told["versions"].items()),
        "",
        f"n = {told['n']} disturbances, {told['events']} events",
        "",
        *_table(
            ("lost", "doubled", "stuck", "wrong"), [[found[name] for name in ("lost", "doubled", "stuck", "wrong")]]
        ),
        "",
    ]
    if bound["runs"] and not any(found.values()):
        runs, events = f"{bound['runs']:.2%}", f"{bound['events']:.3%}"
        says = f"None in n: with 95 % confidence a disturbance does such harm in at most {runs} of cases (3/n), "
        lines += [says + f"and an event meets it in at most {events}.", ""]
    lines += [f"Duplicates before dedupe: {', '.join(f'{each} {name}' for name, each in raw.items())}.", ""]
    rows = [[name, *each.values()] for part in ("kills", "kinds") for name, each in told[part].items()]
    lines += _table(("kind", "n", "p50 s", "p95 s", "p99 s", "max s"), rows)
    if told["stops"]["n"]:
        stops = told["stops"]
        lines += [
            "",
            f"Orderly stop: n {stops['n']}, p50 {stops['p50']} s, p99 {stops['p99']} s, max {stops['max']} s.",
        ]
    return "\n".join(lines) + "\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    written = [heads, ["---"] * len(heads), *rows]
    return ["| " + " | ".join(str(each) for each in row) + " |" for row in written]


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]  # Wherever git is.
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
