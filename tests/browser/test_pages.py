"""A person signs in and looks at a shipment."""

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.site import TOKEN


def sign_in(context: BrowserContext, to: str) -> Page:
    page = context.new_page()
    page.goto(to)
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_a_person_signs_in_and_reads_why_a_shipment_was_rejected(context: BrowserContext) -> None:
    page = sign_in(context, "/companies/southern-beef/shipments/SHP-1")
    expect(page.get_by_role("heading", level=1)).to_have_text("SHP-1")
    expect(page.get_by_role("cell", name="Customer.Name(ALOK)")).to_be_visible()
    expect(page.get_by_text("Rejected").first).to_be_visible()
    # 03:15 UTC in November, with summer time.
    expect(page.locator("time").first).to_have_text("20 Nov 2026, 14:15 AEDT")
