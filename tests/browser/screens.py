"""`python -m tests.browser.screens FOLDER`: pictures of every screen and of the simulator; light, dark, a phone's."""

import sys
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, sync_playwright

from mappers.model import FollowedPartition, Following, Freshness
from tests.browser.books import SCREENS as BOOKS
from tests.browser.books import Books, running_books
from tests.browser.chromium import launched
from tests.browser.running import running_site
from tests.browser.site import SANDRA, TOKEN, Site

HERE: Final = "/companies/southern-beef"
CATCHING_UP: Final = Following(
    Freshness.CATCHING_UP, "", (FollowedPartition("accounting.sync-outcomes.v1", 0, 73, 100, 0),)
)
FOLLOWED: Final[Mapping[str, Following]] = {
    "catching-up": CATCHING_UP,
    "kafka-away": Following(Freshness.KAFKA_AWAY, "no broker answers", ()),
    "interrupted": Following(Freshness.INTERRUPTED, "A part of the topic of outcomes is gone.", ()),
}

SCREENS: Final[Mapping[str, str]] = {
    "1-attention": f"{HERE}/attention",
    "2-shipments": f"{HERE}/shipments",
    "2-shipments-nothing-found": f"{HERE}/shipments?query=nothing-like-this",
    "3-shipment-rejected": f"{HERE}/shipments/SHP-000108",
    "3-shipment-waiting": f"{HERE}/shipments/SHP-000122",
    "3-shipment-processed": f"{HERE}/shipments/SHP-000101",
    "3-shipment-differs": f"{HERE}/shipments/SHP-000103",
    "4-send": f"{HERE}/send?shipment=SHP-000101&shipment=SHP-000108&shipment=SHP-000110",
    "4-send-nothing-chosen": f"{HERE}/send",
    "5-accounting-logs": f"{HERE}/logs?shipment=SHP-000101&shipment=SHP-000108&shipment=SHP-000104",
    "6-connections": "/connections",
    "6-pause": f"{HERE}/pause",
    "7-dead-letters": "/dead-letters",
    "7-dead-letter": "/dead-letters/0/3",
    "8-activity": "/activity",
    "8-activity-of-a-company": f"{HERE}/activity?kind=sent",
    "8-activity-nothing-found": "/activity?person=nobody",
    "not-found": f"{HERE}/shipments/NO-SUCH",
}
LOOKS: Final[Mapping[str, Mapping[str, Any]]] = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light", "is_mobile": True},
}


def take(browser: Browser, site: Site, folder: Path) -> Iterator[Path]:
    """Each picture's file, when it is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=site.url, timezone_id="Australia/Sydney", locale="en-AU", **options)
        page = context.new_page()
        page.goto("/sign-in")
        yield _picture(page, folder / f"0-sign-in-{look}.png")
        sign_in(page, TOKEN)
        for name, path in SCREENS.items():
            page.goto(path)
            yield _picture(page, folder / f"{name}-{look}.png")
        yield from (_picture(page, folder / f"{name}-{look}.png") for name in pressed(page, site))
        context.close()


def pressed(page: Page, site: Site) -> Iterator[str]:
    """The name of each state that is behind a button, or passes, while the page shows it; it ends as it began."""
    page.goto(f"{HERE}/shipments/SHP-000101")
    page.get_by_role("button", name="Explain").click()
    page.get_by_role("heading", name="Explain").wait_for()
    yield "3-explained"
    page.goto(f"{HERE}/shipments/SHP-000108")
    for folded in page.locator("details").all():
        folded.evaluate("each => { each.open = true }")
    yield "3-shipment-unfolded"
    page.goto(f"{HERE}/shipments")
    for box in page.get_by_role("checkbox").all()[:10]:
        box.check()
    yield "2-shipments-ten-chosen"
    page.goto(f"{HERE}/send?shipment=SHP-000105")
    page.get_by_role("button", name="Send to Accounting").click()
    page.get_by_text("On its way").wait_for()
    yield "4-sent"
    page.goto(f"{HERE}/send?" + "&".join(f"shipment={number}" for number in range(11)))
    yield "4-send-too-many"
    yield from _followed(page, site)
    yield from _as_somebody_else(page)


def _followed(page: Page, site: Site) -> Iterator[str]:
    told = site.parts.following.told
    for name, following in FOLLOWED.items():
        site.parts.following.told = following
        page.goto(f"{HERE}/shipments")
        yield f"2-shipments-{name}"
    site.parts.following.told = told


def _as_somebody_else(page: Page) -> Iterator[str]:
    page.get_by_role("button", name="Sign out").click()
    page.get_by_label("Access token").fill("nobody's token")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    yield "0-sign-in-refused"
    sign_in(page, SANDRA)
    page.goto("/dead-letters")
    yield "7-not-allowed"
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, TOKEN)


def sign_in(page: Page, token: str) -> None:
    """On the page that asks for it."""
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()


def _picture(page: Page, file: Path) -> Path:
    # As high as the page is, so that what sticks to the window's edge hides nothing.
    size = page.viewport_size
    if size is not None:
        height = max(size["height"], int(page.evaluate("document.documentElement.scrollHeight")))
        page.set_viewport_size({"width": size["width"], "height": height})
        page.screenshot(path=file)
        page.set_viewport_size(size)
    return file


def take_books(browser: Browser, books: Books, folder: Path) -> Iterator[Path]:
    """The simulator's pages, with what is folded in open in the first line."""
    folder.mkdir(parents=True, exist_ok=True)
    for look, options in LOOKS.items():
        context = browser.new_context(base_url=books.url, **options)
        page = context.new_page()
        for name, path in BOOKS.items():
            page.goto(path)
            for folded in page.locator("details").all()[:1]:
                folded.locator("summary").click()
            yield _picture(page, folder / f"simulator-{name}-{look}.png")
        context.close()


def main(folder: Path) -> None:
    """Make them all."""
    with running_site() as site, running_books() as books, sync_playwright() as playwright:
        browser = launched(playwright)
        for file in chain(take(browser, site, folder), take_books(browser, books, folder)):
            print(file)  # noqa: T201  # A script speaks to a terminal.
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
