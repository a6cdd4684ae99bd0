"""A proxy in front that knows its users."""

from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from streams.projection.store import ProjectionStore
from streams.web.access import Person, TrustedProxy
from streams.web.app import WebParts, build_app
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import Client
from tests.unit.streams.web.pages.conftest import PAGES, TOKENS, signed_in, text_of

SHIPMENT = f"{PAGES}/shipments/A"
SECRET = "the-secret-of-the-proxy"


@pytest.fixture(params=["", SECRET])
def secret(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def app(parts: WebParts, people: dict[str, Person], secret: str, store: ProjectionStore) -> ASGIApp:
    store.apply([], [make_snapshot(shipment_id="A")], {})
    return build_app(replace(parts, people=lambda: people, proxy=TrustedProxy("X-User", secret)))


async def test_the_proxys_user_is_the_person_of_that_name(browser: Client, secret: str) -> None:
    headers = {"X-User": "Vera"} | ({"X-Shipledger-Proxy-Secret": secret} if secret else {})
    answer = await browser.get(SHIPMENT, headers=headers, allow_redirects=False)
    assert answer.status == 200
    text = await text_of(answer)
    assert "Vera" in text
    assert "Sign out" not in text


async def test_a_user_whom_the_file_does_not_name_is_not_let_in(browser: Client, secret: str) -> None:
    """Not by a session that somebody else began on this machine either."""
    await signed_in(browser, TOKENS["Olaf"])
    headers = {"X-User": "Nobody"} | ({"X-Shipledger-Proxy-Secret": secret} if secret else {})
    assert (await browser.get(SHIPMENT, headers=headers, allow_redirects=False)).status == 403


@pytest.mark.parametrize("given", ["", "wrong", SECRET[:-1]])
async def test_with_a_secret_only_who_sends_it_is_believed(browser: Client, secret: str, given: str) -> None:
    headers = {"X-User": "Olaf", "X-Shipledger-Proxy-Secret": given}
    answer = await browser.get(SHIPMENT, headers=headers, allow_redirects=False)
    assert answer.status == (303 if secret else 200)


def test_without_a_secret_only_this_machine_is_believed() -> None:
    proxy = TrustedProxy("X-User")
    headers = [(b"x-user", b"Olaf")]
    assert proxy.user({"client": ("127.0.0.1", 1), "headers": headers}) == "Olaf"
    assert proxy.user({"client": ("10.0.0.7", 1), "headers": headers}) is None
    assert proxy.user({"client": ("127.0.0.1", 1), "headers": headers * 2}) is None
