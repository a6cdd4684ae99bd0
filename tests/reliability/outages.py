"""`make network`'s part of the nightly run: each kind of trouble on each wire, many times, in any order."""

import time
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.crash import done
from tests.reliability.figures import Report
from tests.reliability.network import KINDS, WHERE, Wired, drawn_toxic, wired
from tests.reliability.preloaded import Nursery


async def suffer_bad_wires(
    folder: Path, nursery: Nursery | None, seed: int, times: int, ends_at: float, report: Report
) -> None:
    """Until it is all done, or the time is over."""
    report.seeds.append(seed)
    async with wired(folder, seed, nursery) as scene:
        todo = [_Outage(scene, report, kind, where) for kind in KINDS for where in WHERE for _ in range(times)]
        scene.bench.random.shuffle(todo)
        for outage in todo:
            if time.monotonic() > ends_at or not await done(scene.bench, report, outage.name, outage.suffer):
                break
        report.verdicts.append(scene.bench.judged())


@dataclass(frozen=True)
class _Outage:
    scene: Wired
    report: Report
    kind: str
    where: str

    @property
    def name(self) -> str:
        return f"{self.kind}, {self.where}"

    async def suffer(self) -> None:
        toxic, seconds = drawn_toxic(self.kind, self.where, self.scene.bench.random)
        recovery = await self.scene.suffer(self.where, toxic, seconds)
        self.report.recoveries[self.name].append(recovery)
        print(f"{self.name}: {recovery:.1f} s", flush=True)  # noqa: T201
