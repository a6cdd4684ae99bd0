"""What a report of pip-audit comes to. A package that could not be looked up is not one without vulnerabilities."""

import datetime as dt
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Accepted:
    """A vulnerability that is known here, and why it does no harm, until a day at which that is thought over again."""

    id: str
    reason: str
    until: dt.date


@dataclass(frozen=True, slots=True)
class Verdict:
    """`found`: what has to be cured, in words. `audited` and `skipped`: how many packages were looked up, or not."""

    found: tuple[str, ...]
    accepted: tuple[str, ...]
    audited: int
    skipped: int


def read_accepted(text: str) -> tuple[Accepted, ...]:
    """The list in `accepted.toml`. Raises ValueError for an entry without an id, a reason or a day."""
    entries = []
    for row in tomllib.loads(text).get("accepted", []):
        if set(row) != {"id", "reason", "until"} or not row["reason"].strip() or not isinstance(row["until"], dt.date):
            raise ValueError(f"an accepted vulnerability has an id, a reason and a day `until`; this one has {row}")
        entries.append(Accepted(row["id"], row["reason"], row["until"]))
    return tuple(entries)


def judge(report: str, accepted: tuple[Accepted, ...], today: dt.date) -> Verdict:
    """The verdict on a report in pip-audit's JSON. Raises ValueError where it is none."""
    packages = json.loads(report)["dependencies"]
    known = {each.id: each for each in accepted if each.until >= today}
    found, passed = [], []
    for package in packages:
        for hole in package.get("vulns", []):
            names = {hole["id"], *hole.get("aliases", [])}
            if excuse := next((known[name] for name in sorted(names) if name in known), None):
                passed.append(f"{package['name']}: {excuse.id} accepted until {excuse.until}: {excuse.reason}")
            else:
                found.append("; ".join(_words(package, hole)))
    audited = [package for package in packages if "skip_reason" not in package]
    return Verdict(tuple(found), tuple(passed), len(audited), len(packages) - len(audited))


def _words(package: Mapping[str, Any], hole: Mapping[str, Any]) -> Iterator[str]:
    aliases = f" ({', '.join(hole['aliases'])})" if hole.get("aliases") else ""
    yield f"{package['name']} {package['version']} has {hole['id']}{aliases}"
    cured = hole.get("fix_versions")
    yield f"cured in {', '.join(cured)}: raise it, and run make lock" if cured else "no version cures it yet"
