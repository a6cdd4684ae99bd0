"""A sample of what `make crash`, `make network` and `make soak` do for long: the same code, once of each.

Seeds are fixed, so that a run repeats what it draws; the long forms draw new ones. In `make test` are kills at a few
of the points, and each of the other disturbances once.
"""

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from deploy.kafka import LocalKafka
from tests.brokers.cluster import LocalCluster
from tests.reliability.bench import bench_on
from tests.reliability.chain import KillChain
from tests.reliability.crash import drawn_points
from tests.reliability.disturbances import ON_ONE_BROKER, ON_THREE_BROKERS, TAKE_OVERS, Scene
from tests.reliability.figures import Report
from tests.reliability.network import KINDS, WHERE, drawn_toxic, wired
from tests.reliability.points import NUMBERS
from tests.reliability.preloaded import Nursery, nursery
from tests.reliability.soak import soak

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(1500)]

SEED = 13
SOME = (3, 7, 10, 12)
ONCE = [disturb for disturb, _ in ON_ONE_BROKER if disturb not in TAKE_OVERS[1:]]
QUICK = (("request cut", "xero"), ("resets", "kafka"))


@pytest.fixture(scope="module")
def forks() -> Iterator[Nursery]:
    """Workers without the imports."""
    with nursery() as made:
        yield made


async def test_a_worker_killed_at_some_of_the_seventeen_points_answers_every_event_once(
    kafka: Any, tmp_path: Path, forks: Nursery
) -> None:
    """Of its own steps, between the intent and the outcome; each of them has a test without a process as well."""
    await killed_at(SOME, kafka, tmp_path, forks)


@pytest.mark.long
async def test_a_worker_killed_at_each_of_the_seventeen_points_answers_every_event_once(
    kafka: Any, tmp_path: Path, forks: Nursery
) -> None:
    await killed_at(NUMBERS, kafka, tmp_path, forks)


async def killed_at(numbers: Sequence[int], kafka: Any, folder: Path, forks: Nursery) -> None:
    drawn = drawn_points(1, random.Random(SEED))  # noqa: S311  # Moments, no secrets.
    async with bench_on(kafka.bootstrap_servers, folder, "kills", SEED, forks) as bench:
        chain = await KillChain.begun(bench)
        await chain.run([point for point in drawn if point.number in numbers])
        verdict = bench.judged()
        assert verdict.is_clean, verdict
        assert {kill.point.number for kill in chain.kills} == set(numbers)
        # What a killed gate had handed over and not committed is handed over again, and nothing else is.
        assert verdict.raw_letters <= sum(kill.point.number == 15 for kill in chain.kills) + len(chain.kills)


async def test_one_of_each_other_disturbance_costs_no_event(
    own_kafka: LocalKafka, tmp_path: Path, forks: Nursery
) -> None:
    """Pauses, rebalances, stops, a disk that is full and one that is lost, and a broker that dies or is not there."""
    async with bench_on(own_kafka.bootstrap_servers, tmp_path, "blows", SEED, forks) as bench:
        scene = Scene(bench, [own_kafka])
        for disturb in ONCE:
            await disturb(scene)
            # Ready again, without a restart where it did not end: so the projection writes again too.
            await scene.up(1)
        verdict = bench.judged()
        assert verdict.is_clean, verdict
        assert len({blow.kind for blow in scene.blows}) == len(ONCE)


async def test_the_death_of_one_of_three_brokers_costs_no_event(tmp_path: Path, forks: Nursery) -> None:
    async with (
        LocalCluster.started(tmp_path / "kafka") as cluster,
        bench_on(cluster.bootstrap_servers, tmp_path / "bench", "three", SEED, forks) as bench,
    ):
        scene = Scene(bench, cluster.brokers)
        for disturb, _ in ON_THREE_BROKERS:
            await disturb(scene)
        verdict = bench.judged()
        assert verdict.is_clean, verdict


@pytest.mark.long
async def test_a_cut_wire_to_xero_and_resets_on_the_way_to_kafka_cost_no_event(tmp_path: Path, forks: Nursery) -> None:
    async with wired(tmp_path, SEED, forks) as scene:
        for kind, where in QUICK:
            toxic, _ = drawn_toxic(kind, where, scene.bench.random)
            await scene.suffer(where, toxic, 0.5)
        verdict = scene.bench.judged()
        assert verdict.is_clean, verdict


@pytest.mark.long
@pytest.mark.parametrize("where", WHERE)
async def test_no_kind_of_bad_wire_costs_an_event(tmp_path: Path, forks: Nursery, where: str) -> None:
    async with wired(tmp_path, SEED, forks) as scene:
        for kind in KINDS:
            await scene.suffer(where, *drawn_toxic(kind, where, scene.bench.random))
        verdict = scene.bench.judged()
        assert verdict.is_clean, verdict


@pytest.mark.long
async def test_two_minutes_of_faults_leave_nothing_behind(tmp_path: Path, forks: Nursery) -> None:
    report, began = Report("sample"), time.monotonic()
    await soak(tmp_path, forks, SEED, 2 / 60, 2.0, report)
    assert report.is_clean, report.as_json()
    assert report.extra["samples"]
    assert time.monotonic() - began > 60
