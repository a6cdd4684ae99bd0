"""Two whole workers on a real broker: a company is paused at one of them, both are killed, and the profile changes."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from deploy.testbed.events import company_profile, event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import TOKEN, WorkerProcess
from tests.builders import COMPANY_ID, ORGANISATION
from tests.processes.stack import stack_on

NEIGHBOUR, NEWCOMER = "northern-lamb", "western-wool"
BOTH = company_profile(COMPANY_ID, ORGANISATION) + company_profile(NEIGHBOUR, ORGANISATION)
PAUSED = f'shipledger_company_paused{{company="{COMPANY_ID}"}} 1.0'
SECONDS = 60.0


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        stack.profile = BOTH
        yield stack


def change(company_id: str, index: int) -> dict[str, Any]:
    return event(index, company_id=company_id, event_id=f"{company_id}-{index}")


async def command(worker: WorkerProcess, *arguments: str) -> str:
    """What an operator types; its output."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.cli.main", *arguments, "--url", worker.url),
        env={**os.environ, "PYTHONUNBUFFERED": "1", "SHIPLEDGER_HTTP__TOKEN": TOKEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        output, _ = await process.communicate()
    assert process.returncode == 0, output
    return output.decode().strip()


async def until(condition: Callable[[], Awaitable[bool]], what: str, stack: Stack) -> None:
    try:
        async with asyncio.timeout(SECONDS):
            while not await condition():  # noqa: ASYNC110  # It looks at other processes; they have no event here.
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise TimeoutError(f"{what} did not come\n{stack.log_tails()}") from None


async def shows(worker: WorkerProcess, sample: str) -> bool:
    """Whether the line stands on the page of metrics."""
    return sample in (await worker.metrics()).splitlines()


async def status_of(worker: WorkerProcess, company_id: str, index: int) -> str | None:
    log = await worker.get(f"/api/v1/companies/{company_id}/accounting-logs?shipment=SHP-{index:06}")
    status: str | None = log["shipments"][0]["sync_status"]
    return status


async def test_a_pause_is_heard_by_both_workers_and_outlives_them(stack: Stack) -> None:
    workers = [stack.worker("one"), stack.worker("two")]
    for each in workers:
        each.start()
    await asyncio.gather(*(each.ready(SECONDS) for each in workers))
    said = await command(workers[0], "pause", COMPANY_ID, "--reason", "month end", "--by", "anna")
    assert said.startswith(f"{COMPANY_ID}: paused by anna on ")
    await asyncio.gather(*(until(partial(shows, each, PAUSED), "1", stack) for each in workers))
    listed = (await workers[1].get("/api/v1/companies"))["companies"]
    assert [(each["company_id"], each["paused"], each["by"]) for each in listed] == [
        (NEIGHBOUR, False, None),
        (COMPANY_ID, True, "anna"),
    ]

    await stack.publish([change(COMPANY_ID, 1), change(NEIGHBOUR, 2)])
    await until(lambda: is_as(workers[1], {(COMPANY_ID, 1): "WAITING", (NEIGHBOUR, 2): "PROCESSED"}), "2", stack)
    for each in workers:
        each.kill()
        each.start()
    await asyncio.gather(*(each.ready(SECONDS) for each in workers))
    await stack.publish([change(COMPANY_ID, 3), change(NEIGHBOUR, 4)])
    await until(lambda: is_as(workers[0], {(COMPANY_ID, 3): "WAITING", (NEIGHBOUR, 4): "PROCESSED"}), "3", stack)
    assert set(stack.written()) == {"INV-000002", "INV-000004"}

    assert await command(workers[1], "resume", COMPANY_ID) == f"{COMPANY_ID}: not paused"
    await until(lambda: is_as(workers[0], {(COMPANY_ID, 1): "PROCESSED", (COMPANY_ID, 3): "PROCESSED"}), "4", stack)
    assert stack.written() == dict.fromkeys((f"INV-00000{index}" for index in (1, 2, 3, 4)), 1)


async def is_as(worker: WorkerProcess, wanted: dict[tuple[str, int], str]) -> bool:
    return {each: await status_of(worker, *each) for each in wanted} == wanted


async def test_a_hangup_brings_another_profile_or_changes_nothing(stack: Stack) -> None:
    worker = stack.worker()
    worker.start()
    await worker.ready(SECONDS)
    profile = worker.profile
    profile.write_text(BOTH + "\n[[company]]\nid = 7\n")
    worker.send_signal(signal.SIGHUP)
    await until(lambda: shows(worker, 'shipledger_profile_reloads_total{result="faulty"} 1.0'), "1", stack)
    assert "profile_refused" in worker.log_tail()
    await stack.publish([change(COMPANY_ID, 1)])
    await until(lambda: is_as(worker, {(COMPANY_ID, 1): "PROCESSED"}), "2", stack)

    profile.write_text(BOTH + company_profile(NEWCOMER, ORGANISATION))
    worker.send_signal(signal.SIGHUP)
    await until(lambda: shows(worker, 'shipledger_profile_reloads_total{result="applied"} 1.0'), "3", stack)
    await stack.publish([change(NEWCOMER, 2)])
    await until(lambda: is_as(worker, {(NEWCOMER, 2): "PROCESSED"}), "4", stack)
    assert stack.written() == {"INV-000001": 1, "INV-000002": 1}
