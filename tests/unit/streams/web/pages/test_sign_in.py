"""Signing in: a token for a cookie, and nobody without one sees anything."""

import pytest

from streams.projection.store import ProjectionStore
from streams.web.access import SESSION_SECONDS, Person
from streams.web.access.attempts import OF_AN_ADDRESS
from tests.outcome_builders import make_outcome, make_snapshot
from tests.unit.streams.web.conftest import TOKEN, Client, Clock
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, Now, signed_in, text_of

SHIPMENT = f"{PAGES}/shipments/A"


@pytest.fixture(autouse=True)
def shipments(store: ProjectionStore) -> None:
    store.apply([(1, make_outcome(shipment_id="A"))], [make_snapshot(shipment_id="A")], {})


async def test_whoever_is_not_signed_in_is_shown_the_way_in_and_back(browser: Client) -> None:
    answer = await browser.get(SHIPMENT, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "/sign-in?next=%2Fcompanies%2Fsouthern-beef%2Fshipments%2FA"
    form = await browser.get(answer.headers["Location"])
    assert 'value="/companies/southern-beef/shipments/A"' in await form.text()


@pytest.mark.parametrize("token", [TOKEN, *TOKENS.values()])
async def test_a_token_opens_the_pages(browser: Client, token: str) -> None:
    await signed_in(browser, token)
    answer = await browser.get(SHIPMENT)
    assert answer.status == 200
    assert "Integration log" in await text_of(answer)


@pytest.mark.parametrize("token", ["", " ", "wrong", TOKEN + "x"])
async def test_a_wrong_token_opens_nothing_and_says_so(browser: Client, token: str) -> None:
    answer = await browser.post("/sign-in", data={"token": token})
    assert answer.status in {403, 422}
    assert "Set-Cookie" not in answer.headers


async def test_the_cookie_is_for_this_host_alone_and_for_eight_hours(browser: Client) -> None:
    answer = await browser.post("/sign-in", data={"token": TOKEN}, allow_redirects=False)
    name, _, rest = answer.headers["Set-Cookie"].partition("=")
    attributes = {each.strip().lower() for each in rest.split(";")[1:]}
    assert name == "shipledger-session"
    assert attributes == {"httponly", "samesite=lax", "path=/", f"max-age={SESSION_SECONDS}"}
    assert TOKEN not in answer.headers["Set-Cookie"]


async def test_behind_tls_its_name_binds_it_to_the_host(browser: Client) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    answer = await browser.post("/sign-in", data={"token": TOKEN}, headers=headers, allow_redirects=False)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-shipledger-session=")
    assert "; Secure" in cookie
    opened = await browser.get(SHIPMENT, headers={**headers, "Cookie": cookie.split(";")[0]}, allow_redirects=False)
    assert opened.status == 200
    # A cookie that somebody on the way may have planted by plain HTTP is not looked at.
    planted = cookie.split(";")[0].removeprefix("__Host-")
    refused = await browser.get(SHIPMENT, headers={**headers, "Cookie": planted}, allow_redirects=False)
    assert refused.status == 303


async def test_after_eight_hours_it_is_over(browser: Client, now: Now) -> None:
    await signed_in(browser)
    now.seconds += SESSION_SECONDS
    assert (await browser.get(SHIPMENT, allow_redirects=False)).status == 200
    now.seconds += 1
    assert (await browser.get(SHIPMENT, allow_redirects=False)).status == 303


async def test_whoever_is_taken_out_of_the_access_file_is_out(browser: Client, people: dict[str, Person]) -> None:
    await signed_in(browser, TOKENS["Sandra"])
    assert (await browser.get(SHIPMENT, allow_redirects=False)).status == 200
    people.clear()
    assert (await browser.get(SHIPMENT, allow_redirects=False)).status == 303


async def test_a_forged_cookie_opens_nothing(browser: Client) -> None:
    await signed_in(browser)
    browser.headers["Cookie"] += "x"
    assert (await browser.get(SHIPMENT, allow_redirects=False)).status == 303


async def test_the_cookie_opens_no_call_of_the_api(browser: Client) -> None:
    """So that no page of another site can call it in somebody's name."""
    await signed_in(browser)
    assert (await browser.get("/api/v1/companies/southern-beef/attention")).status == 401


async def test_signing_out_takes_the_cookie_away(browser: Client) -> None:
    await signed_in(browser)
    answer = await browser.post("/sign-out", allow_redirects=False)
    assert answer.status == 303
    assert 'shipledger-session="";' in answer.headers["Set-Cookie"]
    assert "Max-Age=0" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\nb"])
async def test_the_way_back_leads_nowhere_else(browser: Client, wanted: str) -> None:
    answer = await browser.post("/sign-in", data={"token": TOKEN, "next": wanted}, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, "/")


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_form_of_another_site_does_nothing(browser: Client, headers: dict[str, str]) -> None:
    answer = await browser.post("/sign-in", data={"token": TOKEN}, headers=headers, allow_redirects=False)
    assert answer.status == 403
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(("origin", "status"), [("same", 303), ("http://evil.example", 403), ("null", 403), ("", 403)])
async def test_where_a_browser_does_not_say_the_site_the_origin_counts(
    browser: Client, origin: str, status: int
) -> None:
    host = f"127.0.0.1:{browser._base_url.port}" if browser._base_url else ""
    headers = {"Origin": f"http://{host}" if origin == "same" else origin}
    del browser.headers["Sec-Fetch-Site"]
    answer = await browser.post("/sign-in", data={"token": TOKEN}, headers=headers, allow_redirects=False)
    assert answer.status == status


@pytest.mark.parametrize("path", ["/sign-in", "/nothing", SHIPMENT])
async def test_a_page_may_load_our_own_style_and_script_and_nothing_else(browser: Client, path: str) -> None:
    await signed_in(browser)
    headers = (await browser.get(path)).headers
    policy = headers.getall("Content-Security-Policy")
    assert len(policy) == 1
    assert policy[0].startswith("default-src 'none'; style-src 'self'; script-src 'self';")
    assert "unsafe" not in policy[0]
    assert headers["Cache-Control"] == "no-store"


async def test_style_and_script_may_be_kept(browser: Client) -> None:
    answer = await browser.get("/static/app.css")
    assert (answer.status, answer.headers.getall("Cache-Control")) == (200, ["public, max-age=31536000, immutable"])
    assert (await browser.get("/static/app.py", allow_redirects=False)).status == 303


async def test_too_many_wrong_tokens_are_not_heard_for_a_while_nor_is_the_right_one(
    browser: Client, clock: Clock
) -> None:
    for _ in range(OF_AN_ADDRESS.failures):
        assert (await browser.post("/sign-in", data={"token": "wrong"})).status == 403
    answer = await browser.post("/sign-in", data={"token": TOKEN}, allow_redirects=False)
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "30"
    assert "Set-Cookie" not in answer.headers
    assert "Wait 30 seconds" in await text_of(answer)
    clock.now += 30
    assert (await browser.post("/sign-in", data={"token": TOKEN}, allow_redirects=False)).status == 303


async def test_signing_in_rightly_counts_for_nothing(browser: Client) -> None:
    for _ in range(OF_AN_ADDRESS.failures + 1):
        assert (await browser.post("/sign-in", data={"token": TOKEN}, allow_redirects=False)).status == 303
