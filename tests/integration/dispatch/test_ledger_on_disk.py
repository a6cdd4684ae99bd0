"""The ledger's store through real take-overs: whatever is on the disk, the owner has what the topic says."""

import asyncio
import random
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from deploy.testbed.topics import fresh_topics
from streams.dispatch.ledger.ledger import Ledger
from streams.dispatch.ownership.consumer import Dispatcher
from streams.dispatch.ownership.ledger_topic import LedgerTopic
from streams.dispatch.ownership.restore import restore
from streams.dispatch.ownership.stores import PartitionStores
from streams.dispatch.store import RowStore
from tests.builders import ORGANISATION
from tests.integration.dispatch.dispatchers import dispatching, outcomes_of, send
from tests.integration.dispatch.dispatches_until_killed import PATIENT
from tests.unit.streams.dispatch.harness import Harness
from tests.unit.streams.dispatch.requests import numbered

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]


def ledger_of(dispatcher: Dispatcher) -> Ledger:
    partition = dispatcher._owners[0].partition
    assert partition is not None
    return partition._ledger


def everything(store: RowStore) -> object:
    """All that can be asked, but for the order of arrival, which the topic does not tell."""
    records = dict(store.scan(b""))
    rows = [key for key in records if key.startswith(b'["row",')]
    numbers = {(kind, number) for key in rows if (found := store.indexed(key)) for kind, number in found.numbers}
    return (
        records,
        [store.indexed(key) for key in rows],
        {(kind, number): store.holders_by_number(ORGANISATION, kind, number) for kind, number in numbers},
        sorted(store.open_rows(ORGANISATION)),
        (store.depths(ORGANISATION), store.oldest(), store.ended_before(10**18, 10**6)),
    )


async def topic_says(bootstrap: str, folder: Path) -> object:
    """A ledger on an empty disk, read from the topic's beginning. Nobody may write meanwhile."""
    connection = {"bootstrap_servers": bootstrap}
    clock = Harness().clock
    stores, topic = PartitionStores(folder), LedgerTopic(connection, clock.utc, clock.monotonic)
    held = await stores.open(0, await topic.trust(0), lambda: None)
    assert held.is_empty
    await restore(held, 0, connection, clock.utc)
    found = everything(held.store)
    held.close()
    return found


async def closed(dispatcher: Dispatcher) -> None:
    """Wait until its store is closed; only then may a test touch the files."""
    stores: PartitionStores = dispatcher._take_over.stores  # type: ignore[attr-defined]  # It is the real one.
    async with asyncio.timeout(30), stores._locks[0]:
        await asyncio.wrap_future(stores._thread.start(lambda: None))


class Disk:
    """One partition, its worker's disk, and shipments that come to it."""

    def __init__(self, bootstrap: str, folder: Path) -> None:
        self.bootstrap = bootstrap
        self.harness = Harness()
        self.harness.settings = PATIENT
        self.harness.folder = folder
        self.folder = folder / "one"
        self.spare = folder / "spare"
        self.sent = 0
        self.rebuilt: list[bool] = []

    @asynccontextmanager
    async def owner(self) -> AsyncIterator[Dispatcher]:
        """The partition taken over and at work; `rebuilt` tells from what."""
        with capture_logs() as logs:
            async with dispatching(self.harness, self.bootstrap, "one") as dispatcher:
                await self.harness.until(lambda: dispatcher.running, 60)
                yield dispatcher
        await closed(dispatcher)
        self.rebuilt += [each["rebuilt"] for each in logs if each["event"] == "partition_taken_over"]

    async def answer(self, count: int) -> None:
        """So many more shipments are answered."""
        async with outcomes_of(self.bootstrap) as outcomes:
            await self.give(count)
            await outcomes.ended(self.sent, 60)

    async def give(self, count: int) -> None:
        await send(self.bootstrap, [numbered(index) for index in range(self.sent, self.sent + count)])
        self.sent += count

    async def check(self, tmp_path: Path) -> None:
        """Take over once more: the store has what the topic has."""
        async with self.owner() as dispatcher:
            store = ledger_of(dispatcher)._store
            assert everything(store) == await topic_says(self.bootstrap, tmp_path / f"truth-{len(self.rebuilt)}")


@pytest.fixture
async def disk(kafka: Any, tmp_path: Path) -> Disk:
    await fresh_topics(kafka.bootstrap_servers, 1)
    return Disk(kafka.bootstrap_servers, tmp_path)


async def test_a_restart_reads_only_what_is_missing(disk: Disk, tmp_path: Path) -> None:
    async with disk.owner():
        await disk.answer(30)
    shutil.copytree(disk.folder, disk.spare)
    async with disk.owner():
        await disk.answer(30)
    shutil.rmtree(disk.folder)
    disk.spare.rename(disk.folder)
    await disk.check(tmp_path)
    assert disk.rebuilt == [True, False, False], "the last one from an older position"


async def test_a_row_that_was_deleted_while_the_disk_was_away_is_deleted(disk: Disk, tmp_path: Path) -> None:
    async with disk.owner():
        await disk.answer(10)
    shutil.copytree(disk.folder, disk.spare)
    disk.harness.settings = replace(PATIENT, retention=0.0)
    async with disk.owner() as dispatcher:
        await disk.harness.until(lambda: not list(ledger_of(dispatcher)._store.scan(b'["row",')), 30)
    disk.harness.settings = PATIENT
    shutil.rmtree(disk.folder)
    disk.spare.rename(disk.folder)
    await disk.check(tmp_path)
    assert disk.rebuilt == [True, False, False]


def delete(disk: Disk) -> None:
    shutil.rmtree(disk.folder)


def damage(disk: Disk) -> None:
    for path in (disk.folder / "0").iterdir():
        if path.suffix in {".log", ".sst"}:
            path.write_bytes(b"\xff" * path.stat().st_size)
    (disk.folder / "0" / "CURRENT").write_bytes(b"no manifest")


def exchange(disk: Disk) -> None:
    """The store of another partition under this one's name."""
    (disk.folder / "0").rename(disk.folder / "7")


@pytest.mark.parametrize("spoil", [delete, damage, exchange])
async def test_a_disk_that_tells_nothing_is_filled_from_the_topic(
    disk: Disk, tmp_path: Path, spoil: Callable[[Disk], None]
) -> None:
    async with disk.owner():
        await disk.answer(10)
    spoil(disk)
    async with disk.owner():
        await disk.answer(10)
    await disk.check(tmp_path)
    assert disk.rebuilt == [True, True, False]
    assert len(disk.harness.numbers()) == disk.sent


async def test_a_topic_that_was_made_anew_under_the_same_name_is_not_the_old_one(disk: Disk, tmp_path: Path) -> None:
    """The new one is longer than the old one, so that positions tell nothing."""
    async with disk.owner():
        await disk.answer(10)
    (disk.folder / "0").rename(disk.folder / "old")
    await fresh_topics(disk.bootstrap, 1)
    disk.harness, disk.sent = Harness(), 0
    disk.harness.folder = disk.folder.parent
    async with disk.owner():
        await disk.answer(40)
    shutil.rmtree(disk.folder / "0")
    (disk.folder / "old").rename(disk.folder / "0")
    await disk.check(tmp_path)
    assert disk.rebuilt == [True, True, True]


@pytest.mark.parametrize("seed", range(2))
async def test_a_killed_worker_has_on_its_disk_what_it_committed_or_less(disk: Disk, tmp_path: Path, seed: int) -> None:
    """Kill -9 at any moment of its work, its take-overs included; the next owner has what the topic has."""
    chance = random.Random(seed)  # noqa: S311  # When to kill is no secret.
    for _ in range(3):
        command = [sys.executable, "-m", "tests.integration.dispatch.dispatches_until_killed", disk.bootstrap]
        with subprocess.Popen([*command, str(disk.folder.parent)], stdout=subprocess.PIPE) as child:  # noqa: ASYNC220  # It only starts.
            assert child.stdout is not None
            while (line := await asyncio.to_thread(child.stdout.readline)) != b"running\n":
                assert line, "the child ended by itself"
            await disk.give(80)
            await asyncio.sleep(chance.uniform(0.0, 2.0))  # Not a wait for anything: the kill comes whenever.
            child.kill()
    async with outcomes_of(disk.bootstrap) as outcomes, disk.owner():
        ended = await outcomes.ended(disk.sent, 90)
    await disk.check(tmp_path)
    assert {each.shipment_id for each in ended} == {f"SHP-{index:05}" for index in range(disk.sent)}
    assert disk.rebuilt == [False, False]


async def test_a_long_history_is_marked_again_so_that_little_is_read(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.dispatch.ledger.ledger.MARK_EVERY", 20)
    async with disk.owner() as dispatcher:
        first = ledger_of(dispatcher).owners
        await disk.answer(20)
        await disk.harness.until(lambda: ledger_of(dispatcher).owners.after > first.after, 30)
        assert len(ledger_of(dispatcher).owners.owners) == 1, "it is one owner"
