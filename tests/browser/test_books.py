"""The simulator's pages as a person meets them: without JavaScript, on a phone, with a screen reader."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # It publishes no types.
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.books import ORGANISATION, SCREENS, Books, running_books

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
HERE = f"/books/{ORGANISATION}"


@pytest.fixture(scope="module")
def books() -> Iterator[Books]:
    with running_books() as books:
        yield books


@pytest.fixture
def plain(chromium: Browser, books: Books) -> Iterator[Page]:
    """A browser without JavaScript, as narrow as a phone."""
    context = chromium.new_context(base_url=books.url, java_script_enabled=False, viewport=PHONE)
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def test_an_item_and_a_customer_are_mended_and_an_invoice_is_paid(plain: Page) -> None:
    plain.goto("/books")
    plain.get_by_role("link", name="Southern Beef Exports").click()
    plain.get_by_text("Change Alok Trading", exact=True).click()
    plain.get_by_role("button", name="Archive Alok Trading", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("Done: archived.")
    plain.get_by_role("button", name="Restore Alok Trading", exact=True).click()
    expect(plain.get_by_role("status")).to_contain_text("Done: restored.")

    plain.get_by_role("link", name="Items").click()
    plain.get_by_label("Code").first.fill("BEEF-01")
    plain.get_by_role("button", name="Create item").click()
    expect(plain.get_by_role("alert")).to_contain_text("an item with the code BEEF-01 already")
    plain.get_by_label("Code").first.fill("BEEF-99")
    plain.get_by_role("button", name="Create item").click()
    expect(plain.get_by_role("row", name="BEEF-99")).to_be_visible()

    plain.get_by_role("link", name="Documents").click()
    plain.get_by_text("Change INV-2026-0900").click()
    plain.get_by_role("button", name="Approve INV-2026-0900").click()
    plain.get_by_text("Change INV-2026-0900").click()
    plain.get_by_role("button", name="Pay INV-2026-0900").click()
    expect(plain.get_by_role("row", name="INV-2026-0900")).to_contain_text("PAID")


@pytest.fixture(scope="module")
def visitor(chromium: Browser, books: Books) -> Iterator[Page]:
    context = chromium.new_context(base_url=books.url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", SCREENS.values(), ids=SCREENS)
def test_axe_finds_nothing_and_a_phone_shows_all_of_it(visitor: Page, path: str) -> None:
    """By light, by dark, 390 pixels wide, and with what is folded in open."""
    faults: list[str] = []
    visitor.on("console", lambda message: faults.append(message.text))
    visitor.goto(path)
    for each in visitor.locator("details").all()[:2]:
        each.locator("summary").click()
    for scheme in ("light", "dark"):
        visitor.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(visitor)
        assert found.violations_count == 0, found.generate_report()
    visitor.set_viewport_size(PHONE)
    assert visitor.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    visitor.set_viewport_size(WIDE)
    assert [each for each in faults if "404" not in each] == [], "the page's policy stops nothing that it needs"
