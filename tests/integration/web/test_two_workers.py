"""Two browsers at two workers see the same, one session opens both, and what waits is told by one of the two."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import TOKEN, WorkerProcess
from tests.builders import COMPANY_ID
from tests.fakes.raw_http import RawServer, raw_server, reply
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]

HERE = f"/companies/{COMPANY_ID}"
SECONDS = 60.0
SHIPMENTS = 8
# An id of a form is new each time; what a worker knows of calls and master data is its own.
_FORM = re.compile(r'name="form" value="[^"]*"')


@pytest.fixture
async def stack(kafka: Any, tmp_path: Path) -> AsyncIterator[Stack]:
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        yield stack


async def signed_in(worker: WorkerProcess) -> str:
    """The cookie that one of the workers gives."""
    async with (
        ClientSession(headers={"Sec-Fetch-Site": "same-origin"}) as session,
        session.post(f"{worker.url}/sign-in", data={"token": TOKEN}, allow_redirects=False) as answer,
    ):
        assert answer.status == 303
        return answer.headers["Set-Cookie"].split(";")[0]


async def page(session: ClientSession, worker: WorkerProcess, path: str) -> str:
    async with session.get(worker.url + path, allow_redirects=False) as answer:
        assert answer.status == 200, (worker.url, path, answer.status)
        return _FORM.sub("", await answer.text())


async def until_both_show(session: ClientSession, workers: list[WorkerProcess], path: str, *words: str) -> None:
    """Both pages have the words, and are the same."""
    pages: list[str] = []
    try:
        async with asyncio.timeout(SECONDS):
            while not (pages and pages[0] == pages[1] and all(each in pages[0] for each in words)):
                pages = [await page(session, each, path) for each in workers]
                await asyncio.sleep(0.05)
    except TimeoutError:
        lines = zip(*(each.splitlines() for each in pages), strict=False)
        differing = [pair for pair in lines if pair[0] != pair[1]]
        raise AssertionError((path, words, differing[:5])) from None


@pytest.fixture
async def notes() -> AsyncIterator[RawServer]:
    """Who is told when something waits."""
    async with raw_server(reply(204, b"")) as server:
        yield server


async def test_two_browsers_at_two_workers_see_the_same(stack: Stack, notes: RawServer) -> None:
    telling = {"NOTES__WEBHOOK_URL": f"{notes.url}/notes", "NOTES__WEBHOOK_SECRET": "whsec_" + "A" * 43 + "="}
    workers = [stack.worker(name, environment=telling) for name in ("one", "two")]
    for each in workers:
        each.start()
    await asyncio.gather(*(each.ready(SECONDS) for each in workers))
    cookie = await signed_in(workers[0])
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    async with ClientSession(headers=headers) as browser:
        events = [event(index) for index in range(SHIPMENTS - 1)] + [event(SHIPMENTS - 1, shipment={})]
        for worker, part in zip(workers, (events[::2], events[1::2]), strict=True):
            async with browser.post(
                f"{worker.url}/api/v1{HERE}/status-changes",
                data=json.dumps(part),
                headers={"Authorization": f"Bearer {TOKEN}"},
            ) as answer:
                assert answer.status == 202
        await stack.complete_logs(workers[0], SHIPMENTS)
        last = f"SHP-{SHIPMENTS - 1:06}"
        await until_both_show(browser, workers, f"{HERE}/shipments", *(f"SHP-{each:06}" for each in range(SHIPMENTS)))
        await until_both_show(browser, workers, f"{HERE}/shipments/SHP-000000", "Processed", "INV-000000")
        await until_both_show(browser, workers, f"{HERE}/attention", last)

        # What is pressed at the one is seen at the other.
        form = {"reason": "month end"}
        async with browser.post(f"{workers[1].url}{HERE}/pause", data=form, allow_redirects=False) as answer:
            assert answer.status == 303
        await until_both_show(browser, workers, f"{HERE}/pause", f"Resume {COMPANY_ID}?", "month end")
        async with browser.post(f"{workers[0].url}{HERE}/resume", allow_redirects=False) as answer:
            assert answer.status == 303
        await until_both_show(browser, workers, f"{HERE}/pause", f"Pause {COMPANY_ID}?")
        await until_both_show(browser, workers, "/activity", "Paused", "month end", "Resumed")
    await stack.until(lambda: bool(notes.requests), 2 * SECONDS, "the note of what waits")
    assert json.loads(notes.requests[0].body)["data"]["company_id"] == COMPANY_ID
