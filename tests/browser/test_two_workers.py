"""Two people at two workers: what one of them does, the other sees, by name and to its end."""

import asyncio
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from deploy.testbed.builders import COMPANY_ID
from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import READY_SECONDS, WorkerProcess
from tests.brokers.broker import Broker
from tests.browser.background import Background, in_background
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(500)]

SECONDS = 60.0
HERE = f"/companies/{COMPANY_ID}"
SHIPMENT = "SHP-000001"
TOKENS = {"Sandra": "the-token-of-sandra", "Olaf": "the-token-of-olaf"}
ROLES = {"Sandra": "sender", "Olaf": "operator"}


@pytest.fixture
def background() -> Iterator[Background]:
    with in_background(end_seconds=SECONDS) as background:
        yield background


@pytest.fixture
def stack(background: Background, kafka: Broker, tmp_path: Path) -> Stack:
    """A company whose shipments are sent when somebody asks for it."""
    stack = background.enter(stack_on(kafka.bootstrap_servers, tmp_path, partitions=2), SECONDS)
    stack.profile = re.sub('trigger = "[a-z]+"', 'trigger = "sync_now"', stack.profile)
    return stack


@pytest.fixture
def workers(background: Background, stack: Stack, tmp_path: Path) -> list[WorkerProcess]:
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
    background.run(ready(made), READY_SECONDS + SECONDS)
    return made


async def ready(workers: list[WorkerProcess]) -> None:
    await asyncio.gather(*(each.ready() for each in workers))


@pytest.fixture
def pages(chromium: Browser, workers: list[WorkerProcess]) -> Iterator[dict[str, Page]]:
    """Sandra at the one, Olaf at the other, each with a browser of their own."""
    with ExitStack() as stack:
        found = {}
        for name, worker in zip(TOKENS, workers, strict=True):
            context = chromium.new_context(base_url=worker.url, timezone_id="Australia/Sydney", locale="en-AU")
            stack.callback(context.close)
            found[name] = signed_in(context, TOKENS[name])
        yield found


def signed_in(context: BrowserContext, token: str) -> Page:
    context.set_default_timeout(SECONDS * 1000)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Attention", timeout=SECONDS * 1000)
    return page


def until_all_show(pages: dict[str, Page], path: str, *words: str) -> None:
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
    expect(page.get_by_role("heading", level=1)).to_have_text("Connections")


def test_what_one_does_at_one_worker_the_other_sees_at_the_other(
    background: Background, stack: Stack, pages: dict[str, Page]
) -> None:
    """Paused at the one, sent at the other, resumed at the one: both see each state, its end, and who did what."""
    sandra, olaf = pages["Sandra"], pages["Olaf"]
    background.run(stack.publish([event(1)]), SECONDS)
    say(olaf, "Pause", "month end")
    # Whichever of the two has the organisation knows it now: what is sent from here on waits.
    until_all_show({"Sandra": sandra}, "/connections", "Paused by Olaf")
    until_all_show({"Sandra": sandra}, "/activity", "Olaf", "Paused", "month end")
    until_all_show({"Sandra": sandra}, f"{HERE}/shipments/{SHIPMENT}", "Not sent", "Sync Now")
    sandra.get_by_role("button", name="Sync Now").click()
    expect(sandra.locator("#live")).to_contain_text("an operator has paused it", timeout=SECONDS * 1000)
    until_all_show(pages, f"{HERE}/shipments", SHIPMENT, "Waiting")
    until_all_show(pages, "/activity", "Sandra", "Sent to Accounting", SHIPMENT, "Waiting", "Olaf", "Paused")
    assert stack.written() == {}

    say(olaf, "Resume", "closed")
    until_all_show(pages, f"{HERE}/shipments", SHIPMENT, "Processed", "INV-000001")
    until_all_show({"Olaf": olaf}, f"{HERE}/shipments/{SHIPMENT}", "Processed", "Sync Now by Sandra")
    until_all_show({"Sandra": sandra}, "/activity?person=sandra", "Sandra", "Sent to Accounting", SHIPMENT, "Processed")
    until_all_show(pages, "/activity", "Resumed", "Sent to Accounting", "Processed", "Paused")
    assert len(olaf.locator("tbody tr").all()) == 3
    assert stack.written() == {"INV-000001": 1}
