"""Health: open to everybody; the reasons only for those with the token."""

from streams.ops.health import Liveness, Progress, Readiness
from tests.unit.streams.web.conftest import Client, Clock


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
