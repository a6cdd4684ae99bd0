"""One Chromium for all tests, and the real application behind a real server."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.chromium import launched
from tests.browser.running import running_site
from tests.browser.site import Site

# A page on a busy machine takes its time; what is expected is waited for as long as what is pressed.
expect.set_options(timeout=20_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens the browser."""
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser of its own for the test, in Sydney's time."""
    context = chromium.new_context(base_url=site.url, timezone_id="Australia/Sydney", locale="en-AU")
    context.set_default_timeout(20_000)
    yield context
    context.close()
