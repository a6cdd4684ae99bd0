"""Two people at two workers: what one of them does, the other sees, by name and to its end.

It is run with the tests that need a broker. The browser is its own, in a thread: one that stayed open in the thread of
the tests would leave a loop running there, in which no other test could run its own.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from deploy.testbed.builders import COMPANY_ID
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import WorkerProcess
from tests.brokers.broker import Broker
from tests.browser.chromium import launched
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(500)]

SECONDS = 60.0
MILLISECONDS = SECONDS * 1000
HERE = f"/companies/{COMPANY_ID}"
SHIPMENT = "SHP-000001"
TOKENS = {"Sandra": "the-token-of-sandra", "Olaf": "the-token-of-olaf"}
ROLES = {"Sandra": "sender", "Olaf": "operator"}


@pytest.fixture
async def stack(kafka: Broker, tmp_path: Path) -> AsyncIterator[Stack]:
    """A company whose shipments are sent when somebody asks for it."""
    async with stack_on(kafka.bootstrap_servers, tmp_path, partitions=2) as stack:
        stack.profile = re.sub('trigger = "[a-z]+"', 'trigger = "sync_now"', stack.profile)
        yield stack


@pytest.fixture
async def workers(stack: Stack, tmp_path: Path) -> list[WorkerProcess]:
    entry = '[[person]]\nname = "{}"\ntoken_sha256 = "{}"\nrole = "{}"\ncompanies = ["{}"]\n'
    access = tmp_path / "access.toml"
    access.write_text(
        "".join(
            entry.format(name, sha256(token.encode()).hexdigest(), ROLES[name], COMPANY_ID)
            for name, token in TOKENS.items()
        )
    )
    made = [stack.worker(name, environment={"HTTP__ACCESS_FILE": str(access)}) for name in ("one", "two")]
    for each in made:
        each.start()
    await asyncio.gather(*(each.ready() for each in made))
    return made


@contextmanager
def signed_in(browser: Browser, urls: Mapping[str, str]) -> Iterator[dict[str, Page]]:
    """Each at a worker, with a browser of their own."""
    with ExitStack() as stack:
        found = {}
        for name, url in urls.items():
            context = browser.new_context(base_url=url, timezone_id="Australia/Sydney", locale="en-AU")
            stack.callback(context.close)
            found[name] = sign_in(context, TOKENS[name])
        yield found


def sign_in(context: BrowserContext, token: str) -> Page:
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attention", timeout=MILLISECONDS)
    return page


def until_all_show(pages: Mapping[str, Page], path: str, *words: str) -> None:
    """Every browser has these words, in this order, and the same lines all in all."""
    deadline = time.monotonic() + SECONDS
    wanted = re.compile(".*".join(map(re.escape, words)), re.DOTALL)
    while True:
        for each in pages.values():
            each.goto(path)
        texts = [each.locator("main").inner_text() for each in pages.values()]
        lines = {tuple(each.locator("tbody tr").all_inner_texts()) for each in pages.values()}
        if len(lines) == 1 and all(map(wanted.search, texts)):
            return
        assert time.monotonic() < deadline, (path, words, texts)


def say(page: Page, what: str, reason: str) -> None:
    """Pause or resume the company, as a person does."""
    page.goto(f"{HERE}/pause")
    page.get_by_role("textbox").fill(reason)
    page.get_by_role("button", name=f"{what} {COMPANY_ID}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Connections", timeout=MILLISECONDS)


def in_a_browser(walk: Callable[[Mapping[str, Page]], None], urls: Mapping[str, str]) -> None:
    """In a thread: Playwright's calls block, and the simulator answers from the test's own loop."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        with signed_in(browser, urls) as pages:
            walk(pages)
        browser.close()


def send_while_paused(pages: Mapping[str, Page]) -> None:
    """Paused at the one, sent at the other: both see it wait, and who did what."""
    sandra, olaf = {"Sandra": pages["Sandra"]}, pages["Olaf"]
    say(olaf, "Pause", "month end")
    # Whichever of the two has the organisation knows it now: what is sent from here on waits.
    until_all_show(sandra, "/connections", "Paused by Olaf")
    until_all_show(sandra, "/activity", "Olaf", "Paused", "month end")
    until_all_show(sandra, f"{HERE}/shipments/{SHIPMENT}", "Not sent", "Sync Now")
    pages["Sandra"].get_by_role("button", name="Sync Now").click()
    expect(pages["Sandra"].locator("#live")).to_contain_text("an operator has paused it", timeout=MILLISECONDS)
    until_all_show(pages, f"{HERE}/shipments", SHIPMENT, "Waiting")
    until_all_show(pages, "/activity", "Sandra", "Sent to Accounting", SHIPMENT, "Waiting", "Olaf", "Paused")


def resume(pages: Mapping[str, Page]) -> None:
    """Resumed at the one: both see the end."""
    say(pages["Olaf"], "Resume", "closed")
    until_all_show(pages, f"{HERE}/shipments", SHIPMENT, "Processed", "INV-000001")
    until_all_show(pages, f"{HERE}/shipments/{SHIPMENT}", "Processed", "Sync Now by Sandra")
    until_all_show(pages, "/activity?person=sandra", "Sandra", "Sent to Accounting", SHIPMENT, "Processed")
    until_all_show(pages, "/activity", "Resumed", "Sent to Accounting", "Processed", "Paused")
    assert len(pages["Olaf"].locator("tbody tr").all()) == 3


async def test_what_one_does_at_one_worker_the_other_sees_at_the_other(
    stack: Stack, workers: list[WorkerProcess]
) -> None:
    loop = asyncio.get_running_loop()

    async def written() -> dict[str, int]:
        return stack.written()

    def walk(pages: Mapping[str, Page]) -> None:
        send_while_paused(pages)
        assert asyncio.run_coroutine_threadsafe(written(), loop).result(SECONDS) == {}
        resume(pages)

    urls = {name: worker.url for name, worker in zip(TOKENS, workers, strict=True)}
    await stack.publish([event(1)])
    await asyncio.to_thread(in_a_browser, walk, urls)
    assert stack.written() == {"INV-000001": 1}
