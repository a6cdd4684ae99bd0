"""What the gate, the planning and the projection do with hostile records: counted, timed, looked at for whose they are.

`python -m tests.hostile.judge 100000` prints what `make long` asserts of as many: one count each, the slowest, memory.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import structlog

from benchmarks.measures import Memory, forget_peak
from config.profile import load_profile
from mappers.model import Company, decode_request, kafka_time
from mappers.planning import needs_in_steps, plan_in_steps
from streams.app.machine import collect_seldom
from streams.gate.handler import GateHandler
from streams.gate.ports import Record
from streams.gate.settings import GateSettings
from streams.projection.ingest import read_change
from streams.topics import DEAD_LETTERS, STATUS_CHANGES, SYNC_REQUESTS
from tests.cpu_time import slowness
from tests.fakes.references import contact, item, reference_data
from tests.hostile.mutator import HostileRecord, hostile_record, samples
from tests.unit.streams.gate.fakes import CountingMetrics, MemoryPublisher, Published

PROFILE: Final = Path(__file__).parents[2] / "deploy/demo/profile.toml"
LONGEST_MS: Final = 50.0
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
SEED: Final = 2026
REFERENCE: Final = reference_data(
    contacts=[contact("ALOK"), contact("PACIFIC-HQ")],
    items=[item("BEEF-01"), item("BUTTER-01"), item("MILK-01"), item("LAMB-01")],
    currencies=("AUD", "USD", "NZD", "JPY"),
)
_OVER: Final = object()


@dataclass
class Findings:
    """Over all records. `wrong` says of each that broke a rule which one it was and how."""

    records: int = 0
    events: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    slowest_ms: float = 0.0
    slowest: int = 0
    largest_rss_mib: float = 0.0
    """Of this process while a record was judged, not while it was made."""
    wrong: list[str] = field(default_factory=list)


@dataclass
class _Timestamped:
    """What the projection needs of a record."""

    value: bytes | None
    headers: Any
    timestamp: int
    topic: str = STATUS_CHANGES
    partition: int = 0
    offset: int = 0
    key: bytes | None = None


class Judge:
    """One gate without Kafka, for any number of records."""

    def __init__(self, companies: Mapping[str, Company]) -> None:
        self._companies = companies
        self._settings = GateSettings("127.0.0.1:1", "w", Path(), "1", session_timeout=6.0, heartbeat_interval=2.0)
        self._log = structlog.wrap_logger(None, processors=[_drop], wrapper_class=structlog.BoundLogger)

    async def judge(self, number: int, hostile: HostileRecord, findings: Findings) -> None:
        """Put the record through and note what is wrong with what became of it."""
        forget_peak(os.getpid())
        took, metrics, problems = await self._once(hostile)
        findings.largest_rss_mib = max(findings.largest_rss_mib, peak_rss_mib())
        for _ in range(8):  # What a busy machine adds is not the record's.
            if took <= LONGEST_MS:
                break
            took = min(took, (await self._once(hostile))[0] / slowness())
        findings.records += 1
        findings.events += metrics.events
        findings.reasons += metrics.dead_letters
        if took > findings.slowest_ms:
            findings.slowest_ms, findings.slowest = took, number
        findings.wrong += [f"record {number}: {each}" for each in problems]
        if took > LONGEST_MS:
            findings.wrong.append(f"record {number}: {took:.0f} ms")

    async def _once(self, hostile: HostileRecord) -> tuple[float, CountingMetrics, list[str]]:
        publisher, metrics = MemoryPublisher(), CountingMetrics()
        handler = GateHandler(self._settings, self._companies, publisher, metrics, self._log, lambda: NOW)
        began = time.thread_time()
        recorded_at = kafka_time(hostile.timestamp)
        sent = await handler.handle(
            Record(STATUS_CHANGES, 0, 0, hostile.key, hostile.value, hostile.headers, recorded_at=recorded_at)
        )
        if sent is not None:
            await sent
        took = (time.thread_time() - began) * 1000
        began = time.thread_time()
        snapshot = read_change(
            _Timestamped(hostile.value, hostile.headers, hostile.timestamp), self._companies, limit=1_000_000, now=NOW
        )
        took = max(took, (time.thread_time() - began) * 1000, *map(self._planned, publisher.on(SYNC_REQUESTS)))
        return took, metrics, [*self._faults(metrics, publisher), *_of_projection(metrics, snapshot)]

    def _planned(self, sent: Published) -> float:
        """Plan the request as its lane does; returns the milliseconds of its longest step. Raises what that raises."""
        request, longest = decode_request(sent.value or b""), 0.0
        company = self._companies[request.company_id]
        for steps in (
            needs_in_steps(request, company),
            plan_in_steps(request, company, REFERENCE, last_rate=None, today=NOW.date()),
        ):
            is_over = False
            while not is_over:
                began = time.thread_time()
                is_over = next(steps, _OVER) is _OVER
                longest = max(longest, (time.thread_time() - began) * 1000)
        return longest

    def _faults(self, metrics: CountingMetrics, publisher: MemoryPublisher) -> list[str]:
        found = [f"counted {dict(metrics.events)}"] if metrics.events.total() != 1 else []
        found += [f"violated {each}" for each in metrics.violations]
        requests, letters = publisher.on(SYNC_REQUESTS), publisher.on(DEAD_LETTERS)
        if (len(requests), len(letters)) != (metrics.events["requested"], metrics.events["dead_lettered"]):
            found.append(f"{len(requests)} requests and {len(letters)} dead letters for {dict(metrics.events)}")
        for each in requests:
            request = decode_request(each.value or b"")
            own = self._companies[request.company_id].organisation
            if not each.key == request.organisation.encode() == own.encode():
                found.append(f"of {request.company_id} for {request.organisation}")
        return found


def _of_projection(metrics: CountingMetrics, snapshot: object) -> list[str]:
    """The projection has a row of what the gate has understood, and of nothing else."""
    understood = metrics.events["requested"] == 1
    if understood and snapshot is None:
        return ["requested by the gate and unreadable to the projection"]
    if metrics.events["dead_lettered"] and snapshot is not None and not metrics.dead_letters["oversize"]:
        return ["a dead letter of the gate and a row of the projection"]
    return []


def _drop(_logger: Any, _method: str, _event: Any) -> Any:
    raise structlog.DropEvent


async def run(count: int, seed: int = SEED) -> Findings:
    """Judge so many records."""
    findings, events = Findings(), samples()
    judge = Judge(companies())
    for number in range(count):
        await judge.judge(number, hostile_record(number, seed, events), findings)
    return findings


def companies() -> dict[str, Company]:
    """The demo's."""
    return {each.id: each for each in load_profile(PROFILE, ["default"])}


def main() -> None:
    """Print the findings as one JSON object."""
    collect_seldom()  # As the worker does.
    findings = asyncio.run(run(int(sys.argv[1]), *map(int, sys.argv[2:3])))
    sys.stdout.write(json.dumps(vars(findings)) + "\n")


def peak_rss_mib() -> float:
    """Of this process since `forget_peak`."""
    return Memory.of(os.getpid()).peak / 1024**2


if __name__ == "__main__":
    main()
