"""Every answer is counted by its route's template and its status."""

from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application

from streams.app.observed_web import observed, templates
from tests.unit.streams.web.conftest import API, TOKEN


class Seen:
    """What was counted."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, int]] = []

    def observe(self, route: str, status: int, seconds: float) -> None:
        assert seconds >= 0
        self.answers.append((route, status))


async def test_answers_are_counted_by_template_refused_and_unknown_ones_too(app: Application) -> None:
    seen = Seen()
    app.middlewares.insert(0, observed(seen))
    assert "/api/v1/companies/{company}/attention" in templates(app)
    async with TestClient[Any, Any](TestServer(app)) as client:
        await client.get(f"{API}/attention", headers={"Authorization": f"Bearer {TOKEN}"})
        await client.get(f"{API}/attention")
        await client.get("/livez")
        await client.get("/nothing")
    attention = "/api/v1/companies/{company}/attention"
    assert seen.answers == [(attention, 200), (attention, 401), ("/livez", 200), ("", 401)]
