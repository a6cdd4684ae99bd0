"""Thousands of connections that never say what they want: documents go on, and health and the API answer."""

import json
import resource
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.testbed.events import event
from deploy.testbed.half_open import half_open
from deploy.testbed.ports import free_port
from deploy.testbed.stack import Stack
from tests.processes.stack import check_once, stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

SHIPMENTS = 20


async def answered(url: str) -> None:
    """Whoever calls may have to call again: on a machine that is full a request may come later than its connection."""
    for _ in range(20):
        with suppress(aiohttp.ClientError, TimeoutError):
            timeout = aiohttp.ClientTimeout(total=30)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as reply:
                assert reply.status == HTTPStatus.OK
                return
    raise AssertionError(f"no answer of {url}")


async def flooded(stack: Stack, count: int, limits: tuple[int, int]) -> None:
    """Documents of a worker that has so many descriptors (soft, hard) while so many connections are half open."""
    health_port = free_port()
    worker = stack.worker(environment={"HTTP__METRICS_PORT": str(health_port)})
    worker.start()
    resource.prlimit(worker.pid, resource.RLIMIT_NOFILE, limits)
    await worker.ready(120)
    async with half_open(worker.port, count):
        await stack.publish(event(index) for index in range(SHIPMENTS))
        await stack.until(lambda: len(stack.written()) == SHIPMENTS, 120, "every document")
        health = f"http://127.0.0.1:{health_port}"
        for path in ("/livez", "/readyz", "/metrics"):
            await answered(health + path)
        await answered(worker.url + "/livez")
    check_once(stack, await stack.complete_logs(worker, SHIPMENTS), SHIPMENTS)
    assert worker.terminate() < 10
    lines = [json.loads(line) for line in worker.log_path.read_text().splitlines()]
    assert [each for each in lines if each["level"] == "error" and each["event"] != "library_line"] == []


async def test_documents_go_on_beside_more_half_open_connections_than_the_process_has_descriptors(
    kafka: Any, tmp_path: Path
) -> None:
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        await flooded(stack, 300, (256, 256))


@pytest.mark.long
@pytest.mark.parametrize("count", [1_000, 2_000])
async def test_documents_go_on_beside_thousands_of_half_open_connections(
    kafka: Any, tmp_path: Path, count: int
) -> None:
    """With the limits that a shell gives on many systems."""
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        await flooded(stack, count, (1_024, 4_096))
