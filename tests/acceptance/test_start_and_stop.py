"""A worker that is told to end while it starts, and one that starts anew under what the ledger remembers."""

import asyncio
import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.state.faults import Fault
from deploy.testbed.events import event
from deploy.testbed.worker import WorkerProcess
from tests.processes.stack import seeded, stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]
AT_ONCE = 6.0
"""Seconds: three are promised, on a machine that runs no other test and broker at the same time."""


def troubles(worker: WorkerProcess) -> list[str]:
    """Lines of its log that say error or worse, clients' own excepted."""
    lines = [json.loads(line) for line in worker.log_path.read_text().splitlines() if line.startswith("{")]
    return [str(line) for line in lines if line["level"] in {"error", "critical"} and line["event"] != "library_line"]


def end(worker: WorkerProcess) -> tuple[float, int]:
    """Seconds until its end after SIGTERM, and the exit code."""
    seconds = worker.terminate()
    return seconds, worker.wait(0)


async def test_sigterm_while_it_starts_ends_it_at_once(kafka: Any, tmp_path: Path) -> None:
    """At moments from the interpreter's start to the worker's readiness."""
    chance, _ = seeded()
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        began = time.monotonic()
        worker.start()
        await worker.ready()
        ready_after = time.monotonic() - began
        assert end(worker)[1] == 0
        for part in range(8):
            before = len(worker.log_path.read_bytes())
            worker.start()
            await asyncio.sleep(ready_after * (part + chance.random()) / 8)
            seconds, code = end(worker)
            # The interpreter itself, before a line of ours has run, ends as any process does.
            unborn = code == -signal.SIGTERM and len(worker.log_path.read_bytes()) == before
            assert code == 0 or unborn, f"{code}, part {part}:\n{worker.log_tail()}"
            assert seconds < AT_ONCE, f"part {part}:\n{worker.log_tail()}"
        assert troubles(worker) == []


async def test_sigterm_while_it_waits_for_its_kafka_ends_it_at_once(own_kafka: Any, tmp_path: Path) -> None:
    async with stack_on(own_kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        own_kafka.kill()
        worker.start()
        await stack.until(lambda: "kafka_not_ready" in worker.log_tail(), 30, "the wait for Kafka")
        seconds, code = end(worker)
        assert code == 0
        assert seconds < AT_ONCE


async def test_an_orderly_stop_logs_no_error(kafka: Any, tmp_path: Path) -> None:
    """Under load, and at rest."""
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await stack.publish(event(index) for index in range(200))
        await stack.until(lambda: len(stack.written()) >= 40, 30, "40 documents")
        assert end(worker)[1] == 0
        worker.start()
        await worker.ready()
        await stack.complete_logs(worker, 200)
        assert end(worker)[1] == 0
        assert troubles(worker) == []


async def test_a_restart_under_a_day_limit_makes_no_call_before_its_time(kafka: Any, tmp_path: Path) -> None:
    """What is parked is read from the ledger before anything warms the organisation's master data."""
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready()
        await stack.publish([event(0)])
        await stack.complete_logs(worker, 1)
        stack.simulator.state.faults.add(Fault("PUT Invoices", "day_limit"))
        await stack.publish([event(1)])
        await stack.until(lambda: "organisation_rests" in worker.log_tail(), 30, "the rest")
        await asyncio.sleep(1)
        assert end(worker)[1] == 0
        calls = stack.calls()
        worker.start()
        await worker.ready()
        await asyncio.sleep(3)
        assert stack.calls() == calls
