"""What a caller writes into a path leads to what it names, and nowhere else."""

import pytest
from yarl import URL

from streams.projection.store import ProjectionStore
from streams.web.http.server import WebServer
from tests.outcome_builders import make_snapshot
from tests.unit.streams.web.conftest import API, TOKEN, Client
from tests.unit.streams.web.raw_caller import exchange


async def test_other_spellings_of_a_path_are_the_same_path_and_an_escaped_slash_is_none(
    client: Client, store: ProjectionStore
) -> None:
    store.apply([], [make_snapshot(shipment_id="A/../B"), make_snapshot(shipment_id="%2F")], {})
    for path, status in {
        f"{API}/shipments/A%2F..%2FB/integration-log": 200,
        f"{API}/shipments/A%2f%2e.%2fB/%69ntegration-log": 200,
        f"{API}/shipments/%252F/integration-log": 200,
        f"{API}/shipments/%2F/integration-log": 404,
        f"{API}/shipments/A%2F..%2FB%2Fintegration-log": 404,
        f"{API}/shipments/A/integration-log/": 404,
        f"{API}/shipments//integration-log": 404,
        f"{API}/shipments/A%00/integration-log": 404,
        f"{API}/shipments/%ff/integration-log": 400,
    }.items():
        async with client.get(URL(path, encoded=True)) as answer:
            assert answer.status == status, path


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/companies/southern-beef/../northern-lamb/attention",
        "/api/v1/companies/southern-beef/shipments/..;/attention",
    ],
)
async def test_dots_lead_nowhere(server: WebServer, path: str) -> None:
    """Sent as they are: a client library would resolve them itself."""
    head = f"GET {path} HTTP/1.1\r\nHost: a\r\n"
    known = await exchange(server.port, f"{head}Authorization: Bearer {TOKEN}\r\n\r\n".encode())
    assert (known.status, known.json()["code"]) == (404, "path_not_found")
    assert (await exchange(server.port, f"{head}\r\n".encode())).status == 401


@pytest.mark.parametrize(
    "path",
    ["/../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/livez/../metrics", "//attention", "/static/../../etc/passwd"],
)
async def test_dots_outside_of_the_api_lead_to_the_sign_in(server: WebServer, path: str) -> None:
    head = f"GET {path} HTTP/1.1\r\nHost: a\r\n"
    for headers in ("", f"Authorization: Bearer {TOKEN}\r\n"):
        answer = await exchange(server.port, f"{head}{headers}\r\n".encode())
        assert answer.status == 303
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("shipment", ["x%0d%0aSet-Cookie:%20a=b", "x%0aX-Injected:%201", "%e2%80%a8"])
async def test_what_a_caller_names_does_not_get_into_headers(client: Client, shipment: str) -> None:
    async with client.get(URL(f"{API}/shipments/{shipment}/integration-log", encoded=True)) as answer:
        assert answer.status == 404
        assert not {"Set-Cookie", "X-Injected"} & set(answer.headers)
        assert answer.headers["Content-Type"] == "application/problem+json"


async def test_no_other_origin_is_let_in(client: Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        async with client.request(method, f"{API}/attention", headers=headers) as answer:
            assert not [name for name in answer.headers if name.lower().startswith("access-control-")]
