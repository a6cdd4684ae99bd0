"""Every query of every panel is asked of a real Prometheus that scrapes a worker in load and faults: each has data."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from deploy.demo import prometheus
from deploy.grafana.committed import queries
from deploy.simulator.state import Fault
from deploy.testbed.builders import COMPANY_ID, ORGANISATION, make_shipment
from deploy.testbed.events import event
from deploy.testbed.ports import free_port
from deploy.testbed.stack import Stack, running_stack
from deploy.testbed.worker import WorkerProcess
from xero_client.auth import ConsentStore, NewestSeen, StoredConsent, new_key

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(300)]
VARIABLES = {
    "$__rate_interval": "30s",
    "$__range": "5m",
    "$company|other": f"{COMPANY_ID}|other",
    "$company": COMPANY_ID,
    "$organisation": ORGANISATION,
}
DEADLINE = 200.0
DAIRY = {
    "XERO__CONNECTIONS__DAIRY__CLIENT_ID": "dairy-client",
    "XERO__CONNECTIONS__DAIRY__CLIENT_SECRET": "dairy-secret",
    "XERO__CONNECTIONS__DAIRY__GRANT": "authorization_code",
}


def consent() -> StoredConsent:
    """Of a connection that no company has used for a month."""
    token, used = SecretStr("a token for tests only"), datetime.now(UTC) - timedelta(days=30)
    return StoredConsent(refresh_token=token, rotated_at=used, access_token=token, access_expires_at=used)


def shipment_of(index: int, **changes: Any) -> dict[str, Any]:
    numbers = {"invoice_number": f"INV-{index:06}", "shipment_number": f"SHP-{index:06}"}
    return make_shipment(**{**numbers, **changes})


async def trouble(stack: Stack) -> None:
    """What operators meet: a missing customer, poison, a lost reply, a repeated event, a file that may not be read."""
    stack.simulator.state.faults.add(Fault("PUT Invoices", "apply_then_drop"))
    await stack.publish(event(index) for index in range(20))
    await stack.publish([event(100, shipment=shipment_of(100, buyer_code="NOBODY")), event(0)])
    file = {"name": "a.pdf", "reference": "https://elsewhere.example/a.pdf"}
    await stack.publish([event(102, shipment=shipment_of(102, attachments=[file]))])
    await stack.publish([event(101, company_id="nobody-knows")])


async def outage(stack: Stack) -> None:
    """What comes from now on is answered by nobody."""
    stack.simulator.state.faults.add(Fault("*", "503_plain", times=10_000))
    await stack.publish(event(index) for index in range(200, 205))


class Asking:
    """A Prometheus that can be asked."""

    def __init__(self, address: str, session: aiohttp.ClientSession) -> None:
        self._address = address
        self._session = session

    async def query(self, expr: str) -> list[dict[str, Any]]:
        """The series; fails with Prometheus' words where it cannot be asked so."""
        async with self._session.get(f"{self._address}/api/v1/query", params={"query": expr}) as reply:
            answer = await reply.json()
        assert answer["status"] == "success", f"{expr}: {answer}"
        found: list[dict[str, Any]] = answer["data"]["result"]
        return [each for each in found if each["value"][1] != "NaN"]

    async def firing(self) -> set[str]:
        """The names of the alerts."""
        found = await self.query('ALERTS{alertstate="firing"}')
        return {each["metric"]["alertname"] for each in found}

    async def up(self) -> None:
        """Wait until it has scraped the worker."""
        async with asyncio.timeout(DEADLINE):
            while not await self._is_up():  # noqa: ASYNC110  # It is another process.
                await asyncio.sleep(0.2)

    async def _is_up(self) -> bool:
        try:
            return bool(await self.query("shipledger_build_info"))
        except (aiohttp.ClientError, json.JSONDecodeError):
            return False


@pytest.fixture
async def worker(kafka: Any, tmp_path: Path) -> AsyncIterator[tuple[Stack, WorkerProcess]]:
    async with running_stack(kafka.bootstrap_servers, tmp_path) as stack:
        key = new_key()
        login = f"{stack.simulator.base_url}/identity/connect/authorize"
        secret = {"XERO__TOKEN_KEY": key.get_secret_value(), "XERO__AUTHORISE_URL": login}
        # A full minute that comes when the worker runs: it thinks of the nightly comparison once a minute.
        night = datetime.now(UTC) + timedelta(seconds=85)
        often = {"WATCH__INTERVAL_SECONDS": "30", "WATCH__DAY_SHARE": "0.5", "DRIFT__AT": f"{night:%H:%M}"}
        made = stack.worker(environment=DAIRY | secret | often)
        data = made.folder / "data"
        seen = NewestSeen(data / "consents-seen/dairy")
        ConsentStore(data / "tokens/dairy.consent", key, "dairy", seen).write(consent())
        made.start()
        await made.ready()
        yield stack, made


async def test_every_query_has_data_under_load_and_faults(worker: tuple[Stack, WorkerProcess], tmp_path: Path) -> None:
    if not prometheus.is_installed():
        pytest.fail(prometheus.HOW_TO_GET_IT)
    stack, process = worker
    target = f"127.0.0.1:{process.port}"
    with prometheus.scraping([target], tmp_path / "prometheus", free_port()) as address:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session:
            asking = Asking(address, session)
            await asking.up()
            await trouble(stack)
            empty = await still_empty(asking, stack)
            assert "ShipledgerDeadLetters" in await asking.firing()
    assert empty == set()


async def still_empty(asking: Asking, stack: Stack) -> set[str]:
    """The queries that had no data, asked until each had; the outage begins when the rest is done."""
    left = {str(each): each for each in queries()}
    is_out = False
    try:
        async with asyncio.timeout(DEADLINE):
            while left:
                for name, each in tuple(left.items()):
                    if await asking.query(each.filled(VARIABLES)):
                        del left[name]
                is_compared = not any("compared" in each.expr for each in left.values())
                if not is_out and is_compared and len(stack.written()) >= 20:
                    is_out = True
                    await outage(stack)
                await asyncio.sleep(0.5)
    except TimeoutError:
        pass
    return set(left)
