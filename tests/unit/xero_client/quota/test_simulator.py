"""The governor under the real client on the simulator's limits, with a clock on which minutes pass in seconds."""

import asyncio
import random
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.simulator.server import Simulator
from deploy.simulator.wire.clock import SimClock
from tests.fakes.xero_collaborators import RecordingObserver
from xero_client.accounting.client import XeroClient
from xero_client.accounting.exchange import Endpoint
from xero_client.auth.access_tokens import ConnectionTokens
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_source import ClientCredentialsSource
from xero_client.collaborators import Resource
from xero_client.errors import OutOfQuotaError
from xero_client.port import Priority
from xero_client.quota.clock import SystemClock
from xero_client.quota.governor import QuotaGovernor
from xero_client.quota.limits import QuotaLimits

BEEF = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
DAIRY = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
NOW = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)
SPEED = 20.0


def client_of(simulator: Simulator, governor: QuotaGovernor) -> XeroClient:
    """The real client with the real tokens."""
    observer = RecordingObserver()
    endpoint = TokenEndpoint(
        simulator.token_url,
        observer=observer,
        monotonic=time.monotonic,
        sleep=asyncio.sleep,
        random=random.random,
    )
    demo = ClientCredentials("default", "demo-client", SecretStr("demo-secret"))
    tokens = ConnectionTokens(
        {BEEF: "default", DAIRY: "default"},
        {"default": ClientCredentialsSource(demo, endpoint, time.monotonic)},
        monotonic=time.monotonic,
    )
    return XeroClient(
        Endpoint(simulator.base_url, "shipledger/test"),
        tokens=tokens,
        governor=governor,
        observer=observer,
        clock=lambda: datetime.now(UTC),
        monotonic=time.monotonic,
    )


async def call(client: XeroClient, organisation: str, priority: Priority = Priority.BACKLOG) -> dict[str, Any]:
    """One cheap read."""
    return await client.get(organisation, Resource.CURRENCIES, {}, if_modified_since=None, priority=priority)


async def test_a_backlog_fills_its_minutes_on_the_simulator_without_one_429() -> None:
    """300 calls to one organisation, a few to another: no refusal, 54 calls a minute or more after the first 60."""
    governor = QuotaGovernor(QuotaLimits(), clock=SystemClock(speed=SPEED), random=random.random)
    async with Simulator.started(clock=SimClock(NOW, scale=SPEED)) as simulator:
        client = client_of(simulator, governor)
        try:
            began = time.monotonic()
            backlog = asyncio.gather(*(call(client, BEEF) for _ in range(300)))
            await asyncio.wait_for(asyncio.gather(*(call(client, DAIRY) for _ in range(5))), 2.0)
            await backlog
        finally:
            client.close()
        minutes = (time.monotonic() - began) * SPEED / 60
        assert not simulator.state.limits.refused
        assert simulator.state.limits.peaks()[BEEF] <= 5
    assert 240 / minutes >= 54.0, "the first 60 go at once, 240 remain"


async def test_a_used_up_day_shows_in_the_replies_and_parks_only_its_organisation() -> None:
    governor = QuotaGovernor(QuotaLimits(), clock=SystemClock(), random=lambda: 0.0)
    async with Simulator.started(clock=SimClock(NOW, scale=0)) as simulator:
        limits = simulator.state.limits
        limits.by_tenant[BEEF] = limits.default.changed({"per_day": 2})
        client = client_of(simulator, governor)
        try:
            await call(client, BEEF, Priority.PEOPLE)
            with pytest.raises(OutOfQuotaError, match="kept for people"):
                await call(client, BEEF, Priority.BACKLOG)
            await call(client, BEEF, Priority.PEOPLE)
            with pytest.raises(OutOfQuotaError) as caught:
                await call(client, BEEF, Priority.PEOPLE)
            await call(client, DAIRY)
        finally:
            client.close()
        assert caught.value.limit == "day"
        assert not limits.refused, "the replies said what is left"


async def test_a_day_limit_that_nothing_announced_is_waited_out_by_its_absolute_time() -> None:
    """Another process used the day up: the one refused call says when it ends, and no second one is made."""
    governor = QuotaGovernor(QuotaLimits(), clock=SystemClock(), random=lambda: 0.0)
    async with Simulator.started(clock=SimClock(NOW, scale=0)) as simulator:
        limits = simulator.state.limits
        limits.by_tenant[BEEF] = limits.default.changed({"per_day": 0})
        client = client_of(simulator, governor)
        try:
            errors = await asyncio.gather(*(call(client, BEEF) for _ in range(3)), return_exceptions=True)
        finally:
            client.close()
        assert limits.refused == {"day": 1}
        assert [each.limit for each in errors if isinstance(each, OutOfQuotaError)] == ["day"] * 3
        assert all(each.resume_at > datetime.now(UTC) for each in errors if isinstance(each, OutOfQuotaError))
