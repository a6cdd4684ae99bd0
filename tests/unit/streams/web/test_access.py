"""Who may call what, and what every answer carries."""

from dataclasses import replace

import pytest
from starlette.types import ASGIApp

from streams.web.app import WebParts, build_app, build_health_app
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import API, TOKEN, Client

CALLS = [
    ("GET", f"{API}/shipments/A/integration-log"),
    ("GET", f"{API}/accounting-logs?shipment=A"),
    ("GET", f"{API}/attention"),
    ("POST", f"{API}/send-to-accounting"),
    ("POST", f"{API}/shipments/A/explain"),
    ("POST", f"{API}/status-changes"),
    ("GET", "/api/v1/nothing"),
    ("GET", "/api"),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Basic {TOKEN}", TOKEN, "Bearer ä\udcff"],
)
async def test_every_call_of_the_api_needs_the_token(
    anonymous: Client, method: str, path: str, authorization: str | None
) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = await anonymous.request(method, path, headers=headers)
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (await answer.json())["code"] == "unauthorised"


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_token_opens_the_api_however_its_scheme_is_written(anonymous: Client, scheme: str) -> None:
    """RFC 9110 §11.1: the scheme is case-insensitive."""
    answer = await anonymous.get(f"{API}/attention", headers={"Authorization": f"{scheme} {TOKEN}"})
    assert answer.status == 200


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_health_and_metrics_are_open(anonymous: Client, path: str) -> None:
    assert (await anonymous.get(path)).status in {200, 503}


@pytest.mark.parametrize("path", ["/livez", f"{API}/attention", "/api/nothing"])
async def test_every_answer_forbids_framing_sniffing_and_keeping(client: Client, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Server"] == "shipledger"


@pytest.mark.parametrize("path", ["/stats/", "/router/", "/table/", "/graph/", "/nothing"])
async def test_who_is_not_signed_in_hears_of_no_page(client: Client, path: str) -> None:
    """Not by the API's token either. Faust's own pages included: it has none of its routes here."""
    answer = await client.get(path, allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("/sign-in")


@pytest.mark.parametrize("path", ["/api", "/api/v1", "/api/v1/company"])
async def test_other_paths_of_the_api_are_not_found_in_json(client: Client, path: str) -> None:
    answer = await client.get(path)
    assert answer.status == 404
    assert (await answer.json())["code"] == "path_not_found"


async def test_a_wrong_method_is_answered_in_json_with_the_allowed_ones(client: Client) -> None:
    answer = await client.get(f"{API}/send-to-accounting")
    assert answer.status == 405
    assert answer.headers["Allow"] == "POST"
    assert (await answer.json())["code"] == "method_not_allowed"


@pytest.mark.parametrize(("method", "path"), CALLS[:6])
async def test_a_company_outside_the_profile_is_not_found(client: Client, method: str, path: str) -> None:
    answer = await client.request(method, path.replace("southern-beef", "nobody"), json={"shipments": ["A"]})
    assert answer.status == 404
    body = await answer.json()
    assert body["code"] == "unknown_company"
    assert "'nobody'" in body["message"]


@pytest.mark.parametrize("token", ["", " ", " " * 16, "x" * 15, "x" * 15 + " ", "ä" * 16, "sixteen blanks to" + "\n"])
def test_a_token_that_is_no_secret_is_refused_by_the_web_parts_too(parts: WebParts, token: str) -> None:
    """It would open the API to everybody."""
    health = replace(parts.health, token=token)
    with pytest.raises(ValueError, match="token"):
        build_app(replace(parts, health=health))
    with pytest.raises(ValueError, match="token"):
        build_health_app(health)


async def test_the_server_says_which_port_it_has_and_gives_it_back(app: ASGIApp) -> None:
    first = WebServer(app, host="127.0.0.1", port=0)
    await first.start()
    port = first.port
    second = WebServer(app, host="127.0.0.1", port=port)
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.stop()
    await first.stop()
    third = WebServer(app, host="127.0.0.1", port=port)
    await third.start()
    assert third.port == port
    await third.stop()
