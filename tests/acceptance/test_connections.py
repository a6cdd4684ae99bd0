"""Connections by a person's consent, in real workers: tokens that rotate, crashes in between, consent withdrawn."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from deploy.simulator.state.faults import Fault
from deploy.testbed.events import STATUS_PROFILE, event
from deploy.testbed.stack import Stack
from deploy.testbed.worker import WorkerProcess
from tests.builders import ORGANISATION, make_line, make_shipment
from tests.processes.admin import CLIENT_ID, Admin, consented
from tests.processes.stack import check_once, stack_on
from tests.unit.config.environments import complete
from xero_client.auth.token_store import new_key

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(240)]

DAIRY = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
DAIRY_ID = "tasman-dairy"
WITH_DAIRY = f"""{STATUS_PROFILE}
[[company]]
id = "{DAIRY_ID}"
organisation = "{DAIRY}"
connection = "dairy"
trigger_statuses = ["ACCOUNTS INV CREATED"]
"""
CUSTOM = {
    "XERO__CONNECTIONS__DAIRY__CLIENT_ID": "demo-client",
    "XERO__CONNECTIONS__DAIRY__CLIENT_SECRET": "demo-secret",
}


@dataclass
class ConsentHarness:
    """A stack whose workers live by a consent, and the administrator who gives it."""

    stack: Stack
    admin: Admin
    environment: dict[str, str]

    def worker(self, name: str = "worker") -> WorkerProcess:
        """A worker with a data folder of its own; the tokens are kept in one that all share."""
        return self.stack.worker(name, environment=self.environment)

    async def consent(self) -> None:
        """A person signs in."""
        code, output = await self.admin.consent()
        assert code == 0, output

    def token_calls(self) -> int:
        """How often a token was asked for."""
        return self.stack.simulator.state.counts.calls["POST token"]

    def expire(self) -> None:
        """Every access token ends."""
        self.stack.simulator.state.tokens.expire(CLIENT_ID)

    def revoke(self) -> None:
        """Somebody withdraws the consent in Xero."""
        self.stack.simulator.state.tokens.revoke(CLIENT_ID)


@asynccontextmanager
async def consent_harness(
    bootstrap_servers: str, folder: Path, profile: str = STATUS_PROFILE
) -> AsyncIterator[ConsentHarness]:
    """A stack with nobody signed in yet."""
    async with stack_on(bootstrap_servers, folder) as stack:
        stack.profile = profile
        key = new_key()
        variables = consented(stack.simulator, key) | CUSTOM | {"XERO__TOKEN_DIR": str(folder / "tokens")}
        (folder / "admin.toml").write_text(profile)
        own = {"PROFILE": str(folder / "admin.toml"), "DATA_DIR": str(folder / "admin")}
        admin = Admin(complete(**variables, **own), key)
        yield ConsentHarness(stack, admin, variables)


def lines(worker: WorkerProcess, name: str, **fields: Any) -> list[dict[str, Any]]:
    """The log lines of the event with these fields."""
    logged = [json.loads(line) for line in worker.log_path.read_text().splitlines() if line.startswith("{")]
    return [line for line in logged if line["event"] == name and fields.items() <= line.items()]


async def test_tokens_are_shared_rotate_and_survive_a_crash_before_they_are_stored(kafka: Any, tmp_path: Path) -> None:
    """Two workers; every access token ends; then one worker is killed between Xero's new token and its own disk."""
    async with consent_harness(kafka.bootstrap_servers, tmp_path) as harness:
        await harness.consent()
        workers = [harness.worker(name) for name in ("one", "two")]
        for worker in workers:
            worker.start()
        for worker in workers:
            await worker.ready()
        await harness.stack.publish(event(index) for index in range(20))
        await harness.stack.complete_logs(workers[0], 20)
        assert harness.token_calls() == 1, "the workers use what the command stored"
        first = harness.admin.kept()
        harness.expire()
        await harness.stack.publish(event(index) for index in range(20, 40))
        await harness.stack.complete_logs(workers[0], 40)
        second = harness.admin.kept()
        assert (harness.token_calls(), second.previous) == (2, first.refresh_token)
        lost = harness.stack.simulator.state.faults.add(Fault("POST token", "hold", apply=True))
        harness.expire()
        await harness.stack.publish(event(index) for index in range(40, 60))
        await harness.stack.until(lambda: lost.met > 0, 30, "a new token on its way")
        for worker in workers:
            worker.kill()
        lost.released.set()
        assert harness.admin.kept() == second, "the token on its way was not stored"
        workers[0].start()
        await workers[0].ready()
        check_once(harness.stack, await harness.stack.complete_logs(workers[0], 60), 60)
        assert harness.admin.kept().previous == second.refresh_token
        secrets = (first, second, harness.admin.kept())
        logged = "".join(worker.log_path.read_text() for worker in workers)
        assert not [each for each in secrets if each.refresh_token.get_secret_value() in logged]
        assert harness.admin.key.get_secret_value() not in logged


async def test_withdrawn_consent_parks_its_organisation_says_so_once_and_a_new_one_sends_what_waited(
    kafka: Any, tmp_path: Path
) -> None:
    """The other organisation, of another connection, goes on meanwhile."""
    async with consent_harness(kafka.bootstrap_servers, tmp_path, WITH_DAIRY) as harness:
        await harness.consent()
        worker = harness.worker()
        worker.start()
        await worker.ready()
        await harness.stack.publish([event(0)])
        await harness.stack.complete_logs(worker, 1)
        harness.revoke()
        await harness.stack.publish([event(1), event(2)])
        waiting = [await waits(harness.stack, worker, index) for index in (1, 2)]
        assert [each["waiting"] for each in waiting] == [
            {"reason": "disconnected", "resume_at": None, "for": [ORGANISATION]}
        ] * 2
        await harness.stack.publish([event(3, company_id=DAIRY_ID, shipment=of_the_dairy(3))])
        await harness.stack.until(lambda: bool(harness.stack.written(DAIRY)), 20, "the dairy's document")
        (told,) = lines(worker, "organisation_rests", organisation=ORGANISATION, reason="disconnected")
        assert "an administrator runs `shipledger connect` again" in told["message"]
        # The other connection works, so the worker is not taken away from it.
        assert await worker.is_ready()
        await harness.consent()
        logs = await harness.stack.complete_logs(worker, 3, seconds=15)
        assert {log["sync_status"] for log in logs} == {"PROCESSED"}
        assert harness.stack.written() == {f"INV-{index:06}": 1 for index in range(3)}
        assert len(lines(worker, "organisation_rests", organisation=ORGANISATION)) == 1
        assert len(lines(worker, "organisation_works", organisation=ORGANISATION)) == 1
        await worker.ready()


async def test_a_worker_may_start_before_anybody_has_signed_in(kafka: Any, tmp_path: Path) -> None:
    async with consent_harness(kafka.bootstrap_servers, tmp_path) as harness:
        worker = harness.worker()
        worker.start()
        await harness.stack.publish([event(0)])
        outcome = await waits(harness.stack, worker, 0)
        assert outcome["waiting"]["reason"] == "disconnected"
        (told,) = lines(worker, "organisation_rests")
        assert "nobody has signed in to Xero for connection default yet" in told["message"]
        await harness.consent()
        check_once(harness.stack, await harness.stack.complete_logs(worker, 1, seconds=15), 1)
        await worker.ready()


async def waits(stack: Stack, worker: WorkerProcess, index: int) -> dict[str, Any]:
    """The outcome WAITING of a shipment, when it is in the log."""
    async with asyncio.timeout(30):
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                (log,) = await stack.logs(worker, [index])
                if log["entries"] and log["entries"][0]["status"] == "WAITING":
                    return dict(log["entries"][0])
            await asyncio.sleep(0.1)


def of_the_dairy(index: int) -> dict[str, Any]:
    """A shipment of the other company."""
    return make_shipment(
        invoice_number=f"INV-{index:06}", buyer_code="PACIFIC", lines=[make_line(product_code="MILK-01")]
    )
