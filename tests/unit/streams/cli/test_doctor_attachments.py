"""Where the profile allows files, their scope is asked for; where the consent lacks it, documents go on without."""

import asyncio
from dataclasses import replace

import pytest

from config.attachments import scopes_for
from config.settings import Settings
from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from mappers.model.company import Company
from streams.app.connections import AskedScopes, token_sources
from streams.cli.doctor import Finding, connection
from tests.builders import make_company
from tests.fakes.xero_collaborators import RecordingObserver
from tests.unit.config.environments import complete
from xero_client.auth import TokenEndpoint
from xero_client.errors import DisconnectedError
from xero_client.vocabulary import ATTACHMENTS_SCOPE, SCOPES

ALLOWING = make_company(attachments_from=("https://docs.example/",))


def settings_on(simulator: Simulator, seed: Seed) -> Settings:
    (app, *_) = seed.apps
    environ = complete(
        XERO__ALLOW_TEST_HOST="true",
        XERO__BASE_URL=simulator.base_url,
        XERO__TOKEN_URL=simulator.token_url,
        XERO__CLIENT_ID=app.client_id,
        XERO__CLIENT_SECRET=app.client_secret,
    )
    return Settings.load(environ)


def seeded(scopes_of_app: tuple[str, ...]) -> Seed:
    demo = Seed.demo()
    return Seed((replace(demo.apps[0], scopes=scopes_of_app),), demo.organisations)


@pytest.mark.parametrize(("company", "asked"), [(ALLOWING, (*SCOPES, ATTACHMENTS_SCOPE)), (make_company(), SCOPES)])
def test_the_scope_is_asked_for_where_files_are_allowed(company: Company, asked: tuple[str, ...]) -> None:
    xero = Settings.load(complete()).xero
    credentials = xero.credentials()["default"]
    assert scopes_for(xero, "default", credentials, [company]) == asked
    assert scopes_for(xero, "other", credentials, [company]) == SCOPES


async def findings(scopes_of_app: tuple[str, ...], *companies: Company) -> list[Finding]:
    seed = seeded(scopes_of_app)
    async with Simulator.started(seed) as simulator:
        settings = settings_on(simulator, seed)
        credentials = settings.xero.credentials()["default"]
        found = await asyncio.to_thread(lambda: list(connection(settings, "default", credentials, companies)))
    return [each for each in found if "attachments" in each.subject]


async def test_the_doctor_says_what_the_consent_lacks_and_what_to_do() -> None:
    (found,) = await findings(SCOPES, ALLOWING)
    assert not found.ok
    assert f"the consent lacks {ATTACHMENTS_SCOPE}" in found.details
    assert "custom connection at developer.xero.com" in found.details


async def test_the_doctor_says_that_it_covers_files_and_nothing_where_none_are_allowed() -> None:
    (found,) = await findings((*SCOPES, ATTACHMENTS_SCOPE), ALLOWING)
    assert found.ok
    assert await findings(SCOPES, make_company()) == []


@pytest.mark.parametrize("scopes_of_app", [SCOPES, (*SCOPES, ATTACHMENTS_SCOPE)])
async def test_a_custom_connection_without_the_scope_has_a_token_for_documents(scopes_of_app: tuple[str, ...]) -> None:
    seed = seeded(scopes_of_app)
    async with Simulator.started(seed) as simulator:
        settings = settings_on(simulator, seed)
        source = token_sources(settings, endpoint(settings), AskedScopes(settings.xero, {ALLOWING.id: ALLOWING}))[
            "default"
        ]
        token = (await source.obtain(None)).value.get_secret_value()
        access = simulator.state.tokens.access(token, simulator.state.clock.now())
    assert access is not None
    assert access.scopes == frozenset(scopes_of_app)


async def test_one_that_lacks_more_is_refused_as_before() -> None:
    seed = seeded(("accounting.contacts.read",))
    async with Simulator.started(seed) as simulator:
        settings = settings_on(simulator, seed)
        source = token_sources(settings, endpoint(settings), AskedScopes(settings.xero, {ALLOWING.id: ALLOWING}))[
            "default"
        ]
        with pytest.raises(DisconnectedError, match="does not grant the scopes"):
            await source.obtain(None)


def endpoint(settings: Settings) -> TokenEndpoint:
    return TokenEndpoint(
        settings.xero.token_url,
        observer=RecordingObserver(),
        monotonic=asyncio.get_running_loop().time,
        sleep=asyncio.sleep,
        random=lambda: 0.5,
    )
