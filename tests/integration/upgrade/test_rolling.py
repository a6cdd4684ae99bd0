"""docs/running.md, "Upgrade" and "Downgrade", as written: workers are replaced one after another while events come.

SHIPLEDGER_LAST_VERSION is a checkout of the version before, with its environment in `.venv`. Without it the workers
that are replaced are of this version, which tells whether the steps hold and not whether the versions agree.
"""

import asyncio
import os
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.kafka import LocalKafka
from deploy.testbed.stack import running_stack
from deploy.testbed.worker import READY_SECONDS, WorkerProcess
from streams.cli.main import build
from tests.integration.upgrade.recording import answered, events, invoices
from tests.integration.upgrade.test_upgrade import SECONDS

LAST = os.environ.get("SHIPLEDGER_LAST_VERSION")
pytestmark = [pytest.mark.kafka, pytest.mark.long, pytest.mark.timeout(900)]

FIRST, COUNT = range(6), 60
PAUSE = 0.5
NAMES = ("one", "two")
BEING_SENT = (r'shipledger_lane_depth\{.*state="sending".*\}', r"shipledger_unknown_effects_open\{.*\}")
needs_last = pytest.mark.skipif(LAST is None, reason="SHIPLEDGER_LAST_VERSION names no checkout of the version before")


@pytest.mark.parametrize("last", [None, pytest.param(LAST, marks=needs_last)], ids=["this version", "the one before"])
async def test_workers_are_replaced_one_after_another(own_kafka: LocalKafka, tmp_path: Path, last: str | None) -> None:
    async with running_stack(own_kafka.bootstrap_servers, tmp_path) as stack:
        old = [stack.worker(name, checkout=None if last is None else Path(last)) for name in NAMES]
        await started(old)
        await stack.publish(events(FIRST))
        await stack.complete_logs(old[0], len(FIRST), SECONDS)
        coming = asyncio.create_task(stack.publish(events(range(len(FIRST), COUNT)), PAUSE))
        new = [stack.worker(name) for name in NAMES]
        for command in ("check-config", "doctor", "topics create --repair"):
            await done(new[0], *command.split())
        for before, after in zip(old, new, strict=True):
            before.terminate()
            after.start()
            await after.ready()
            await done(after, "health", "--ready", "--url", after.url)
        await coming
        logs = await stack.complete_logs(new[0], COUNT, SECONDS)
        assert {each["sync_status"] for each in logs if each["shipment_id"] != "SHP-000005"} == {"PROCESSED"}
        assert {len(each) for each in answered(logs).values()} == {1}
        assert set(stack.written().values()) == {1}
        assert len(stack.written()) == COUNT - 1
        pages = [await each.metrics() for each in new]
        assert len({version(page) for page in pages}) == 1
        assert {violations(page) for page in pages} == {0.0}


@needs_last
async def test_an_older_version_goes_on_or_ends_without_a_write(own_kafka: LocalKafka, tmp_path: Path) -> None:
    async with running_stack(own_kafka.bootstrap_servers, tmp_path) as stack:
        new = stack.worker("one")
        await started([new])
        await stack.publish(events(FIRST))
        logs = await stack.complete_logs(new, len(FIRST), SECONDS)
        await nothing_is_being_sent(new)
        new.terminate()
        await asyncio.to_thread(shutil.rmtree, new.folder / "data")
        before, calls = invoices(stack.simulator), Counter(stack.simulator.state.counts.calls)
        await stack.publish(events(range(6, 9)))
        old = stack.worker("one", checkout=Path(LAST or ""))
        old.start()
        ended = await end_of(old)
        assert re.search("newer version of Shipledger|a newer version wrote it", old.log_tail(20_000)), ended
        old.end()
        assert invoices(stack.simulator) == before
        # It reads master data before it has read its ledger.
        since = Counter(stack.simulator.state.counts.calls) - calls
        assert [name for name in since if not name.startswith("GET ") and "token" not in name] == []
        again = stack.worker("one")
        await asyncio.to_thread(shutil.rmtree, again.folder / "data", ignore_errors=True)
        await started([again])
        now = answered(await stack.complete_logs(again, 9, SECONDS))
        assert {shipment: now[shipment] for shipment in answered(logs)} == answered(logs)
        assert set(stack.written().values()) == {1}


async def started(workers: Sequence[WorkerProcess]) -> None:
    for each in workers:
        each.start()
    for each in workers:
        await each.ready()


async def done(worker: WorkerProcess, *command: str) -> None:
    """A command of this version ends well, in the worker's environment."""
    ended = await asyncio.to_thread(CliRunner(env=worker._environment()).invoke, build(), command)
    assert ended.exit_code == 0, (command, ended.output, ended.exception)


async def nothing_is_being_sent(worker: WorkerProcess) -> None:
    async with asyncio.timeout(SECONDS):
        while total(await worker.metrics(), *BEING_SENT):  # noqa: ASYNC110  # Only its metrics tell.
            await asyncio.sleep(0.1)


async def end_of(worker: WorkerProcess) -> int | None:
    """Its exit code; None where it still runs when it has said that it cannot go on."""
    async with asyncio.timeout(READY_SECONDS):
        while worker._process.poll() is None and "newer version" not in worker.log_tail(20_000):  # noqa: ASYNC110  # Only its log tells.
            await asyncio.sleep(0.1)
    return worker._process.poll()


def total(page: str, *patterns: str) -> float:
    """The sum of all series of a name."""
    return sum(float(value) for each in patterns for value in re.findall(rf"^{each} (\S+)$", page, re.MULTILINE))


def version(page: str) -> str:
    (found,) = re.findall(r"^shipledger_build_info\{(.*)\} 1\.0$", page, re.MULTILINE)
    return str(found)


def violations(page: str) -> float:
    return total(page, r"shipledger_invariant_violations_total\{.*\}")
