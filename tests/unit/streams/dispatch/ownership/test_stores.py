"""A worker's stores: one owner at a time has one, and nothing stays open behind it."""

import asyncio
import threading
from pathlib import Path

import pytest

from streams.dispatch.ownership import stores as stores_module
from streams.dispatch.ownership.stores import HeldStore, PartitionStores
from streams.dispatch.store import Identity, StoreError, Trust, WireRecord

TRUST = Trust(Identity("cluster", "ledger", 0), now=0, delete_retention=10**9)
RECORD = WireRecord(b'["intent","k"]', b"{}")


def ignore() -> None:
    """Nobody watches."""


async def opened(stores: PartitionStores) -> HeldStore:
    return await stores.open(0, TRUST, ignore)


async def test_what_was_stored_is_there_for_the_next_owner(tmp_path: Path) -> None:
    stores = PartitionStores(tmp_path / "made" / "ledger")
    first = await opened(stores)
    assert first.is_empty
    first.store.apply([RECORD], 5, equal_at=0)
    first.close()
    second = await opened(stores)
    assert not second.is_empty
    assert (second.store.position, second.store.row(RECORD.key)) == (5, RECORD.value)
    second.close()


async def test_the_next_owner_waits_for_the_end_of_the_one_before(tmp_path: Path) -> None:
    """A partition that went away and came back before its former owner had ended."""
    stores = PartitionStores(tmp_path)
    first = await opened(stores)
    waiting = asyncio.create_task(opened(stores))
    await asyncio.wait([waiting], timeout=0.2)
    assert not waiting.done()
    first.store.apply([RECORD], 5, equal_at=0)
    first.close()
    first.close()
    second = await waiting
    assert second.store.position == 5
    second.close()


async def test_a_former_owner_that_never_ends_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores_module, "FORMER_OWNER_SECONDS", 0.1)
    stores = PartitionStores(tmp_path)
    first = await opened(stores)
    with pytest.raises(TimeoutError):
        await opened(stores)
    first.close()


async def test_a_take_over_that_is_cancelled_while_it_opens_leaves_nothing_open(tmp_path: Path) -> None:
    stores = PartitionStores(tmp_path)
    may_go_on = threading.Event()
    stores._thread.start(may_go_on.wait)
    taking_over = asyncio.create_task(opened(stores))
    await asyncio.sleep(0.05)
    taking_over.cancel()
    await asyncio.wait([taking_over])
    may_go_on.set()
    again = await opened(stores)
    again.close()


@pytest.mark.parametrize("steps", range(6))
async def test_a_take_over_that_is_cancelled_at_any_step_leaves_the_store_to_the_next_one(
    tmp_path: Path, steps: int
) -> None:
    """Cancelled between getting the store's lock and hearing of it, an owner kept it for ever."""
    stores = PartitionStores(tmp_path)
    first = asyncio.create_task(opened(stores))
    for _ in range(steps):
        await asyncio.sleep(0)
    if first.cancel():
        with pytest.raises(asyncio.CancelledError):
            await first
    else:  # The thread was quicker than so many steps of the loop.
        first.result().close()
    async with asyncio.timeout(5):
        (await opened(stores)).close()


async def test_a_folder_belongs_to_one_process(tmp_path: Path) -> None:
    first = await opened(PartitionStores(tmp_path))
    with pytest.raises(StoreError, match="belongs to another process") as refused:
        await opened(PartitionStores(tmp_path))
    assert refused.value.code == "ledger_store_locked"
    assert first.store.position == 0, "and is not hurt by the attempt"
    first.close()


async def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="cannot be made"):
        await opened(PartitionStores(tmp_path / "file" / "ledger"))


async def test_a_disk_that_does_not_answer_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores_module, "LOOK", 0.01)
    monkeypatch.setattr(stores_module, "SILENT_LOOKS", 3)
    stores = PartitionStores(tmp_path)
    answers = threading.Event()
    stores._thread.start(answers.wait)
    with pytest.raises(StoreError, match="does not answer"):
        await opened(stores)
    answers.set()


async def test_two_are_rebuilt_at_a_time_and_the_others_are_told_of_their_progress(tmp_path: Path) -> None:
    """Each keeps some of its records in memory; and whoever waits for its turn must not be taken for one that hangs."""
    stores = PartitionStores(tmp_path)
    told = asyncio.Event()
    held = [await stores.open(number, TRUST, ignore) for number in range(3)]
    async with held[0].rebuilding(ignore), held[1].rebuilding(ignore):

        async def rebuild_the_third() -> None:
            async with held[2].rebuilding(told.set):
                assert held[2].was_rebuilt

        third = asyncio.create_task(rebuild_the_third())
        await asyncio.sleep(0)
        await held[0].thread.run(lambda: None, ignore)
        async with asyncio.timeout(10):
            await told.wait()
        assert not held[2].was_rebuilt
    async with asyncio.timeout(10):
        await third
    for each in held:
        each.close()
