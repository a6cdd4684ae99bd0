"""Health: open to everybody; the reasons only for those with the token."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, Metric

from streams.ops.health import Liveness, Progress, Readiness
from streams.web.app import WebParts, build_app, build_health_app
from streams.web.calls.health import MetricsCall
from streams.web.http.server import WebServer
from tests.unit.streams.web.conftest import API, TOKEN, Client, Clock, calling_with
from tests.unit.streams.web.http.test_refused_requests import check_headers, check_shape
from tests.unit.streams.web.raw_caller import exchange


async def test_a_worker_that_has_not_started_its_parts_is_alive_but_not_ready(anonymous: Client) -> None:
    assert (await anonymous.get("/livez")).status == 200
    answer = await anonymous.get("/readyz")
    assert answer.status == 503
    assert await answer.json() == {"ready": False, "checks": [{"name": "worker", "ok": False}]}


async def test_ready_is_when_every_check_passes(anonymous: Client, readiness: Readiness) -> None:
    reasons = ["12 records behind"]
    readiness.register("gate", lambda: "")
    readiness.register("projection", lambda: reasons[0])
    assert (await anonymous.get("/readyz")).status == 503
    reasons[0] = ""
    answer = await anonymous.get("/readyz")
    assert answer.status == 200
    assert (await answer.json())["ready"] is True


async def test_why_a_check_fails_is_told_to_callers_with_the_token(
    client: Client, anonymous: Client, readiness: Readiness
) -> None:
    readiness.register("token", lambda: "invalid_grant")
    assert (await (await client.get("/readyz")).json())["checks"][0]["reason"] == "invalid_grant"
    assert "invalid_grant" not in await (await anonymous.get("/readyz")).text()


async def test_a_stuck_part_is_not_alive(anonymous: Client, liveness: Liveness, clock: Clock) -> None:
    liveness.register("gate", lambda: Progress(done=1, has_work=True))
    assert (await anonymous.get("/livez")).status == 200
    clock.now += 61
    answer = await anonymous.get("/livez")
    assert answer.status == 503
    assert await answer.json() == {"alive": False, "checks": [{"name": "gate", "ok": False}]}


async def test_metrics_are_in_prometheus_text_format(anonymous: Client) -> None:
    answer = await anonymous.get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert 'shipledger_invariant_violations_total{invariant="one_document"} 0.0' in await answer.text()


async def test_scrapes_at_once_share_one_text() -> None:
    """Making the text of many series takes a while, and nothing else runs meanwhile."""
    made = 0
    now = 100.0

    class Counted(CollectorRegistry):
        def collect(self) -> Iterator[Metric]:
            nonlocal made
            made += 1
            yield from super().collect()

    call = MetricsCall(Counted(), lambda: now)
    for _ in range(200):
        await call.metrics()
    assert made == 1
    now += 0.001
    await call.metrics()
    assert made == 2, "a text is never older than the question"


@pytest.fixture
def metrics_need_token(parts: WebParts) -> WebParts:
    return replace(parts, health=replace(parts.health, metrics_need_token=True))


async def test_metrics_need_the_token_where_it_is_set_so_and_health_does_not(metrics_need_token: WebParts) -> None:
    server = WebServer(build_app(metrics_need_token), host="127.0.0.1", port=0)
    await server.start()
    async with calling_with(server.port) as caller:
        known = {"Authorization": f"Bearer {TOKEN}"}
        for path, headers, status in (("/metrics", {}, 401), ("/metrics", known, 200), ("/livez", {}, 200)):
            async with caller.get(path, headers=headers) as answer:
                assert answer.status == status
    await server.stop()


async def test_a_server_of_health_alone_has_the_shape_and_the_headers_of_the_others(parts: WebParts) -> None:
    """The dispatch role's, and that of the port of the metrics."""
    server = WebServer(build_health_app(parts.health), host="127.0.0.1", port=0)
    await server.start()
    health = await exchange(server.port, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    assert health.status == 200
    assert health.headers["content-type"].startswith("text/plain")
    check_headers(health)
    for head, status in {f"GET {API}/attention": 401, "GET /livez/x": 401, "POST /livez": 405, "GET x": 400}.items():
        answer = await exchange(server.port, f"{head} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        assert answer.status == status
        check_shape(answer)
    known = f"GET {API}/attention HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {TOKEN}\r\n\r\n".encode()
    assert (await exchange(server.port, known)).status == 404
    await server.stop()


async def test_where_metrics_have_a_port_of_their_own_they_are_not_at_the_other(parts: WebParts) -> None:
    app = build_app(replace(parts, health=replace(parts.health, registry=None)))
    server = WebServer(app, host="127.0.0.1", port=0)
    await server.start()
    answer = await exchange(server.port, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
    assert answer.status == 404
    await server.stop()


async def test_every_answer_is_counted_by_its_route_and_not_by_its_path(parts: WebParts) -> None:
    class Counter:
        def __init__(self) -> None:
            self.seen: list[tuple[str, int]] = []
            self.expected: set[str] = set()

        def expect(self, routes: Iterable[str]) -> None:
            self.expected.update(routes)

        def observe(self, route: str, status: int, seconds: float) -> None:
            assert seconds >= 0
            self.seen.append((route, status))

    counter = Counter()
    server = WebServer(
        build_app(replace(parts, health=replace(parts.health, requests=counter))), host="127.0.0.1", port=0
    )
    await server.start()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with calling_with(server.port, headers) as caller:
        for path in ("/livez", f"{API}/attention", f"{API}/shipments/A%2F1/integration-log", "/api/v1/nothing"):
            await caller.get(path)
        await caller.post("/livez")
    await exchange(server.port, f"GET {API}/attention HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    await server.stop()
    company = "/api/v1/companies/{company}"
    assert {route for route, _ in counter.seen} - {""} <= counter.expected
    assert counter.seen == [
        ("/livez", 200),
        (f"{company}/attention", 200),
        (f"{company}/shipments/{{shipment}}/integration-log", 404),
        ("", 404),
        ("/livez", 405),
        ("", 401),
    ]
