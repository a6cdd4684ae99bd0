"""One Chromium for all tests, and the real application behind a real server."""

from collections.abc import Generator, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.browser.chromium import launched
from tests.browser.running import running_site
from tests.browser.site import Site

# A page on a busy machine takes its time; what is expected is waited for as long as what is pressed.
expect.set_options(timeout=20_000)


_BROKERS: Final = frozenset({"kafka", "own_kafka", "secured_kafka", "broker_of_module"})


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse tests that open the shared browser among those that need a broker.

    Playwright leaves a loop running in the thread of the tests for as long as the browser is open, and no asynchronous
    test after it could run its own.
    """
    report = yield
    if refused := [each.name for each in report.result if _opens_the_browser(each) and _needs_a_broker(each)]:
        report.result, report.outcome = [], "failed"
        report.longrepr = (
            f"{', '.join(refused)}: the fixture `chromium` and a broker do not go together, as no asynchronous test "
            "could run after it. Open a browser of its own in a thread, as tests/browser/test_two_workers.py does."
        )
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what opens the browser, and run it last where everything is run in one process."""
    for item in filter(_opens_the_browser, items):
        item.add_marker(pytest.mark.browser)
    items.sort(key=_opens_the_browser)


def _opens_the_browser(found: pytest.Item | pytest.Collector) -> bool:
    return "chromium" in getattr(found, "fixturenames", ())


def _needs_a_broker(found: pytest.Item | pytest.Collector) -> bool:
    has_one = not _BROKERS.isdisjoint(getattr(found, "fixturenames", ()))
    return has_one or found.get_closest_marker("kafka") is not None


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
