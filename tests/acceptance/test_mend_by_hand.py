"""Somebody new, with the pages alone: why was a shipment rejected, what mends it in Xero, and Sync Now."""

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from deploy.testbed.events import event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import TOKEN, WorkerProcess
from tests.browser.chromium import launched
from tests.builders import make_shipment
from tests.processes.stack import stack_on

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
SECONDS = 60.0
MILLISECONDS = SECONDS * 1000
UNKNOWN_ITEM = "BEEF-99"


async def until_rejected(stack: Stack, worker: WorkerProcess) -> None:
    async with asyncio.timeout(SECONDS):
        while (await stack.logs(worker, [1]))[0]["sync_status"] != "REJECTED":  # noqa: ASYNC110  # It is behind HTTP.
            await asyncio.sleep(0.05)


def why_it_was_rejected(context: BrowserContext, worker: str) -> Page:
    page = context.new_page()
    page.goto(worker)
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    card = page.get_by_role("article").filter(has_text=f"item {UNKNOWN_ITEM}")
    card.get_by_role("link", name="SHP-000001").click()
    expect(page.locator(".title")).to_contain_text("Rejected", timeout=MILLISECONDS)
    expect(page.get_by_role("cell", name=f"ProductLines.ProductCode({UNKNOWN_ITEM})")).to_be_visible(
        timeout=MILLISECONDS
    )
    return page


def mend_it(context: BrowserContext, simulator: str) -> None:
    page = context.new_page()
    page.goto(f"{simulator}/books")
    page.get_by_role("link", name="Southern Beef Exports").click()
    page.get_by_role("link", name="Items").click()
    page.get_by_label("Code").first.fill(UNKNOWN_ITEM)
    page.get_by_label("Name").first.fill("Veal")
    page.get_by_role("button", name="Create item").click()
    expect(page.get_by_role("row", name=UNKNOWN_ITEM)).to_be_visible(timeout=MILLISECONDS)
    page.close()


def press_sync_now(page: Page) -> None:
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
    page.get_by_role("link", name="SHP-000001").click()
    expect(page.locator(".title")).to_contain_text("Processed", timeout=MILLISECONDS)


def walk(worker: str, simulator: str) -> None:
    """In a thread: Playwright's calls block, and the simulator answers from the test's own loop."""
    with sync_playwright() as playwright:
        browser = launched(playwright)
        context = browser.new_context()
        context.set_default_timeout(MILLISECONDS)
        page = why_it_was_rejected(context, worker)
        mend_it(context, simulator)
        press_sync_now(page)
        browser.close()


async def test_a_rejected_shipment_is_understood_mended_and_processed(kafka: Any, tmp_path: Path) -> None:
    async with stack_on(kafka.bootstrap_servers, tmp_path) as stack:
        worker = stack.worker()
        worker.start()
        await worker.ready(SECONDS)
        shipment = make_shipment(invoice_number="INV-000001", shipment_number="SHP-000001")
        line = {**shipment["lines"][0], "product_code": UNKNOWN_ITEM}
        await stack.publish([event(1, shipment={**shipment, "lines": [line]})])
        await until_rejected(stack, worker)
        await asyncio.to_thread(walk, worker.url, stack.simulator.base_url)
        assert stack.written() == {"INV-000001": 1}
