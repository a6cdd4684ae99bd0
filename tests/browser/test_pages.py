"""What a person does on the pages, with and without JavaScript, and what a screen reader finds."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # It publishes no types.
from playwright.sync_api import Browser, BrowserContext, Locator, Page, ViewportSize, expect

from mappers.model.outcome import outcome_id
from mappers.model.sync_request import SyncRequest
from tests.browser.screens import SCREENS, pressed
from tests.browser.site import SANDRA, TOKEN, Site
from tests.outcome_builders import make_outcome

HERE = "/companies/southern-beef"
MOST_STOPS = 200
PHONE: ViewportSize = {"width": 390, "height": 844}


def sign_in(context: BrowserContext, to: str = "/", token: str = TOKEN) -> Page:
    page = context.new_page()
    page.goto(to)
    page.get_by_label("Access token").fill(token)
    page.get_by_role("button", name="Sign in").click()
    return page


def answer(site: Site, request: SyncRequest) -> None:
    """What Xero would have said: made."""
    outcome = make_outcome(shipment_id=request.shipment_id, requested_by=request.requested_by, trigger="sync_now")
    own = {"request_id": request.request_id, "outcome_id": outcome_id(request.request_id, outcome.status)}
    told = outcome.model_copy(update=own)
    site.parts.store.apply([(next(site.parts.offsets), told)], [], {})


def test_from_the_cause_to_the_send_and_back_to_processed(context: BrowserContext, site: Site) -> None:
    """The whole way of somebody who knows only the page."""
    faults: list[str] = []
    context.on("weberror", lambda error: faults.append(str(error.error)))
    page = sign_in(context, token=SANDRA)
    page.get_by_role("article").filter(has_text="item BEEF-99").get_by_role("link", name="SHP-000108").click()
    expect(page.get_by_role("cell", name="ProductLines.ProductCode(BEEF-99)")).to_be_visible()
    # 03:13 UTC in November, with summer time.
    expect(page.locator("time").first).to_have_text("20 Nov 2026, 14:13 AEDT")
    page.get_by_role("button", name="Sync Now").click()
    expect(page.get_by_text("On its way")).to_be_visible()
    request = site.parts.requests.published[-1]
    assert (request.shipment_id, request.requested_by) == ("SHP-000108", "Sandra Lee")
    answer(site, request)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent to Accounting")
    page.get_by_role("link", name="SHP-000108").click()
    expect(page.get_by_text("Sync Now by Sandra Lee")).to_be_visible()
    expect(page.locator(".title")).to_contain_text("Processed")
    assert faults == []


def test_ten_may_be_ticked_and_are_counted(context: BrowserContext) -> None:
    page = sign_in(context, f"{HERE}/shipments")
    boxes = page.get_by_role("checkbox")
    send = page.get_by_role("button", name="Send to Accounting")
    expect(send).to_be_disabled()
    for number in range(10):
        boxes.nth(number).check()
    expect(page.get_by_text("10 of 10 chosen")).to_be_visible()
    expect(boxes.nth(10)).to_be_disabled()
    boxes.nth(0).uncheck()
    expect(boxes.nth(10)).to_be_enabled()
    send.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Send to Accounting")
    expect(page.get_by_role("checkbox", name="Send again").first).not_to_be_checked()


def test_days_are_those_of_the_viewer_and_stay_so_for_whoever_gets_the_address(
    context: BrowserContext, chromium: Browser, site: Site
) -> None:
    """03:13 UTC is in the afternoon in Sydney, and the evening before in New York."""
    page = sign_in(context, f"{HERE}/shipments?query=SHP-000108")
    page.get_by_label("From (Australia/Sydney)").fill("2026-11-20")
    page.get_by_label("To (Australia/Sydney)").fill("2026-11-20")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("row")).to_have_count(2)
    elsewhere = chromium.new_context(base_url=site.url, timezone_id="America/New_York", locale="en-US")
    theirs = sign_in(elsewhere, page.url.removeprefix(site.url))
    expect(theirs.get_by_label("From (Australia/Sydney)")).to_have_value("2026-11-20")
    expect(theirs.get_by_role("row")).to_have_count(2)
    theirs.goto(f"{HERE}/shipments?query=SHP-000108")
    theirs.get_by_label("From (America/New York)").fill("2026-11-20")
    theirs.get_by_role("button", name="Search").click()
    expect(theirs.get_by_text("Nothing found.")).to_be_visible()
    elsewhere.close()


@pytest.fixture
def plain(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser without JavaScript, as narrow as a phone."""
    context = chromium.new_context(base_url=site.url, java_script_enabled=False, viewport=PHONE)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_without_javascript_everything_works_and_utc_is_named(plain: BrowserContext, site: Site) -> None:
    page = sign_in(plain, f"{HERE}/shipments?query=SHP-000117")
    expect(page.locator("time").first).to_have_text("20 Nov 2026, 03:24 UTC")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send to Accounting").click()
    page.get_by_role("button", name="Send to Accounting").click()
    expect(page.get_by_text("On its way")).to_be_visible()
    answer(site, site.parts.requests.published[-1])
    # The page asks again by itself.
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent to Accounting")


def test_without_javascript_every_screen_is_there_and_fits_a_phone(plain: BrowserContext) -> None:
    page = sign_in(plain)
    for path in SCREENS.values():
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_fits(page, path)
        assert page.locator("time").filter(has_not_text="UTC").count() == 0, path
        assert page.locator("button:visible[data-copy]").count() == 0, path


def test_the_keyboard_reaches_the_content_and_opens_a_shipment(context: BrowserContext) -> None:
    page = sign_in(context, f"{HERE}/shipments")
    # A key that is pressed while the next page is on its way is the former page's.
    expect(page.get_by_label("Access token")).to_have_count(0)
    page.wait_for_load_state()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    until_focused(page, page.get_by_role("link", name="SHP-000108", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("SHP-000108")


def test_the_keyboard_alone_ticks_and_sends(context: BrowserContext, site: Site) -> None:
    page = sign_in(context, f"{HERE}/shipments?query=SHP-000108")
    expect(page.get_by_label("Access token")).to_have_count(0)
    page.wait_for_load_state()
    until_focused(page, page.get_by_role("checkbox", name="Choose SHP-000108"))
    page.keyboard.press("Space")
    until_focused(page, page.get_by_role("button", name="Send to Accounting"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Send to Accounting")
    # What the tests before did to it: one that is in Xero asks first.
    again = page.get_by_role("checkbox", name="Send again")
    if again.count():
        until_focused(page, again)
        page.keyboard.press("Space")
    until_focused(page, page.get_by_role("button", name="Send to Accounting"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("On its way")).to_be_visible()
    answer(site, site.parts.requests.published[-1])
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent to Accounting")


def until_focused(page: Page, wanted: Locator) -> None:
    """With the key that everybody has for it; what has the focus can be seen."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("each => each === document.activeElement"):
            assert wanted.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
            return
    raise AssertionError(f"{MOST_STOPS} times Tab does not lead to {wanted}")


@pytest.fixture(scope="module")
def visitor(chromium: Browser, site: Site) -> Iterator[Page]:
    """Somebody who is signed in and looks at one screen after another."""
    # The zone's name makes its times longer than UTC's.
    context = chromium.new_context(base_url=site.url, timezone_id="Australia/Sydney", locale="en-AU")
    yield sign_in(context)
    context.close()


@pytest.mark.parametrize("path", [*SCREENS.values(), "/sign-in"])
def test_axe_finds_nothing_and_a_phone_shows_all_of_it(visitor: Page, path: str) -> None:
    visitor.goto(path)
    look_closely(visitor)


def test_nor_in_what_is_behind_a_button_or_passes(visitor: Page, site: Site) -> None:
    for name in pressed(visitor, site):
        look_closely(visitor, name)


def look_closely(page: Page, name: str = "") -> None:
    """By light, by dark, and 390 pixels wide; no page is wider than its window, and no table than its place."""
    page.emulate_media(color_scheme="light")
    assert_nothing(page, name)
    assert_fits(page, name)
    assert page.evaluate(NOT_RIGHT) == [], name
    page.emulate_media(color_scheme="dark")
    assert_nothing(page, name, options={"runOnly": ["color-contrast"]})
    page.set_viewport_size(PHONE)
    assert_fits(page, name)
    # What moves or is hidden there has to be named as well, and large enough for a finger.
    assert_nothing(page, name)
    page.set_viewport_size({"width": 1280, "height": 800})


TOO_WIDE = """() => [document.documentElement, ...document.querySelectorAll('.scroll')]
  .filter(each => each.scrollWidth > each.clientWidth).map(each => each.getAttribute('aria-label') || each.tagName)"""
NOT_RIGHT = """() => [...document.querySelectorAll('thead th.num, td.num')]
  .filter(each => getComputedStyle(each).textAlign !== 'right').map(each => each.textContent)"""


def assert_fits(page: Page, name: str) -> None:
    assert page.evaluate(TOO_WIDE) == [], name


def assert_nothing(page: Page, name: str, **given: Any) -> None:
    found = Axe().run(page, **given)
    assert found.violations_count == 0, (name, found.generate_report())
