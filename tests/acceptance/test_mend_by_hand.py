"""Somebody new, with what `make demo` prints and the pages alone: why a shipment was rejected, and its mending."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.acceptance.test_demo import processes_of
from tests.browser.chromium import launched

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(400)]
SECONDS: Final = 60.0
DEMO_SECONDS: Final = 240.0
MILLISECONDS: Final = SECONDS * 1000
SHIPMENT: Final = "SHP-000107"


class Printed(NamedTuple):
    """What the demo says of where to go."""

    pages: str
    token: str
    books: str


@asynccontextmanager
async def demo(folder: Path) -> AsyncIterator[Printed]:
    """What `make demo` runs, until Ctrl-C."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "streams.cli.main", "demo"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    printed: list[str] = []
    try:
        async with asyncio.timeout(DEMO_SECONDS):
            yield await whereabouts(process, printed)
    except TimeoutError:
        raise AssertionError("".join(printed)) from None
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), SECONDS)
    assert process.returncode == 0
    assert processes_of(folder) == []


async def whereabouts(process: asyncio.subprocess.Process, printed: list[str]) -> Printed:
    """Read on until it has shown the addresses."""
    assert process.stdout is not None
    async for line in process.stdout:
        printed.append(line.decode())
        if "Ctrl-C ends the demo." in printed[-1]:
            break
    text = "".join(printed)
    assert SHIPMENT in text, text
    assert f"why {SHIPMENT} was rejected" in text
    names = ("pages for people", "access token", "Xero, simulated")
    found = [re.search(rf"^ *{name} +(\S+)", text, re.MULTILINE) for name in names]
    pages, token, books = (each[1] for each in found if each is not None)
    return Printed(pages, token, books)


def why_it_was_rejected(context: BrowserContext, printed: Printed) -> Page:
    page = context.new_page()
    page.goto(printed.pages)
    page.get_by_label("Access token").fill(printed.token)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("article").get_by_role("link", name=SHIPMENT).click()
    expect(page.locator(".title")).to_contain_text("Rejected", timeout=MILLISECONDS)
    return page


def missing_item(page: Page) -> str:
    """As the table of errors names it."""
    row = page.get_by_role("row").filter(has_text="ProductLines.ProductCode(")
    expect(row.get_by_text("add the item in Xero")).to_be_visible(timeout=MILLISECONDS)
    return row.get_by_role("cell").nth(1).inner_text()


def mend_it(context: BrowserContext, books: str, code: str) -> None:
    page = context.new_page()
    page.goto(books)
    page.get_by_role("link", name="Southern Beef Exports").click()
    page.get_by_role("link", name="Items").click()
    page.get_by_label("Code").first.fill(code)
    page.get_by_label("Name").first.fill("Veal")
    page.get_by_role("button", name="Create item").click()
    expect(page.get_by_role("row", name=code)).to_be_visible(timeout=MILLISECONDS)
    page.close()


def press_sync_now(page: Page) -> str:
    """The number of the document that it became."""
    page.reload()
    page.get_by_role("button", name=re.compile("Sync Now")).click()
    again = page.get_by_role("checkbox", name="Send again")
    sent = page.get_by_role("heading", level=1, name=re.compile("Sending|Sent to Accounting"))
    expect(again.or_(sent).first).to_be_visible(timeout=MILLISECONDS)
    if again.count():
        # Shipledger looks for the item by itself too, and on a slow machine it may have been the first.
        again.check()
        page.get_by_role("button", name="Send to Accounting").click()
    # The line becomes final by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent to Accounting", timeout=MILLISECONDS)
    page.get_by_role("link", name=SHIPMENT).click()
    expect(page.locator(".title")).to_contain_text("Processed", timeout=MILLISECONDS)
    return page.locator(".facts").get_by_role("link").inner_text().split()[0]


def is_there_once(context: BrowserContext, books: str, number: str) -> None:
    page = context.new_page()
    page.goto(books)
    page.get_by_role("link", name="Southern Beef Exports").click()
    page.get_by_role("link", name="Documents").click()
    expect(page.get_by_role("row", name=number)).to_have_count(1, timeout=MILLISECONDS)


def walk(printed: Printed) -> None:
    """In a thread: Playwright's calls block."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        context = browser.new_context()
        context.set_default_timeout(MILLISECONDS)
        page = why_it_was_rejected(context, printed)
        mend_it(context, printed.books, missing_item(page))
        is_there_once(context, printed.books, press_sync_now(page))
        browser.close()


async def test_a_rejected_shipment_is_understood_mended_and_processed(tmp_path: Path) -> None:
    async with demo(tmp_path) as printed:
        await asyncio.to_thread(walk, printed)
