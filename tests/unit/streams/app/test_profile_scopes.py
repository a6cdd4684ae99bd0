"""Where another profile has files attached for the first time, connections are allowed that, or it is said how."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from structlog.testing import capture_logs

from config.settings import Settings
from deploy.simulator.server import Simulator
from mappers.model.company import Company, DocumentType
from streams.app.connections import AskedScopes, consent_stores
from streams.app.steering import RunningProfile
from streams.app.xero_services import XeroServices
from streams.ops import Metrics
from tests.builders import ORGANISATION, make_company
from tests.unit.config.environments import complete
from xero_client.auth import StoredConsent, new_key
from xero_client.errors import DisconnectedError, NotFoundError
from xero_client.vocabulary import ATTACHMENTS_SCOPE, SCOPES

PLAIN = make_company()
ALLOWING = make_company(attachments_from=("https://docs.example/",))
NOBODYS = "0c9f8f6e-1111-4222-8333-444455556666"


def settings_on(simulator: Simulator, folder: Path, **grant: str) -> Settings:
    environ = complete(
        XERO__ALLOW_TEST_HOST="true",
        XERO__BASE_URL=simulator.base_url,
        XERO__TOKEN_URL=simulator.token_url,
        XERO__AUTHORISE_URL=f"{simulator.base_url}/identity/connect/authorize",
        XERO__CLIENT_ID="demo-client",
        XERO__CLIENT_SECRET="demo-secret",
        XERO__TOKEN_KEY=new_key().get_secret_value(),
        DATA_DIR=str(folder),
        **grant,
    )
    return Settings.load(environ)


@asynccontextmanager
async def services(settings: Settings, profile: RunningProfile) -> AsyncIterator[XeroServices]:
    made = XeroServices(settings, profile, Metrics(CollectorRegistry()), random.random, "test")
    try:
        yield made
    finally:
        await made.close()


async def are_files_allowed(xero: XeroServices) -> bool:
    try:
        await xero.client.files(ORGANISATION, DocumentType.INVOICE, NOBODYS)
    except DisconnectedError:
        return False
    except NotFoundError:
        return True
    raise AssertionError("there is no such document")


async def test_a_custom_connection_has_a_token_for_files_without_a_restart(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        profile = RunningProfile([PLAIN])
        async with services(settings_on(simulator, tmp_path), profile) as xero:
            assert not await are_files_allowed(xero)
            profile.switch([ALLOWING])
            with capture_logs() as logs:
                xero.profile_switched()
            async with asyncio.timeout(10):
                while not await are_files_allowed(xero):  # noqa: ASYNC110  # Each asks, and gives way.
                    await asyncio.sleep(0)
            assert logs == []
            tokens = simulator.state.counts.calls["POST token"]
            xero.profile_switched()
            assert await are_files_allowed(xero)
            assert simulator.state.counts.calls["POST token"] == tokens


async def test_by_consent_it_is_said_that_somebody_has_to_consent(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        profile = RunningProfile([PLAIN])
        async with services(settings_on(simulator, tmp_path, XERO__GRANT="authorization_code"), profile) as xero:
            profile.switch([ALLOWING])
            with capture_logs() as logs:
                xero.profile_switched()
                xero.profile_switched()
    assert logs == [
        {
            "event": "consent_may_lack_scope",
            "log_level": "warning",
            "connection": "default",
            "scope": ATTACHMENTS_SCOPE,
        }
    ]


def consent(simulator: Simulator, *scopes: str) -> StoredConsent:
    """What `shipledger connect` stores."""
    state = simulator.state
    now = state.clock.now()
    issued = state.tokens.issue("demo-client", frozenset(scopes), now, refreshable=True)
    return StoredConsent(
        refresh_token=SecretStr(issued.refresh_token or ""),
        rotated_at=now,
        access_token=SecretStr(issued.access.token),
        access_expires_at=issued.access.expires_at,
    )


async def test_a_new_consent_that_covers_files_is_taken_up_while_the_token_before_it_lives(tmp_path: Path) -> None:
    async with Simulator.started() as simulator:
        settings = settings_on(simulator, tmp_path, XERO__GRANT="authorization_code")
        store = consent_stores(settings)["default"]
        store.write(consent(simulator, *SCOPES))
        async with services(settings, RunningProfile([ALLOWING])) as xero:
            assert not await are_files_allowed(xero)
            watching = asyncio.create_task(xero.watch_consents())
            await asyncio.sleep(0)
            try:
                async with asyncio.timeout(20):
                    while not await are_files_allowed(xero):
                        # Until the watch has seen the one before, a change is none to it.
                        store.write(consent(simulator, *SCOPES, ATTACHMENTS_SCOPE))
                        await asyncio.sleep(0.2)
            finally:
                watching.cancel()


@pytest.mark.parametrize(("before", "after"), [(ALLOWING, PLAIN), (PLAIN, PLAIN), (ALLOWING, ALLOWING)])
def test_what_asks_for_less_or_the_same_has_not_grown(before: Company, after: Company) -> None:
    profile = RunningProfile([before])
    asked = AskedScopes(Settings.load(complete()).xero, profile)
    profile.switch([after])
    assert asked.grown() == []
