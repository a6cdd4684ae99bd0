"""The doctor says what an app lacks, and that an app with the older broad scopes needs another setting or new ones."""

import asyncio
from dataclasses import replace

import pytest

from config.settings import Settings
from deploy.simulator.seed import Seed
from deploy.simulator.server import Simulator
from streams.cli.doctor import Finding, connection
from tests.unit.config.environments import complete
from xero_client.vocabulary import BROAD_SCOPES


async def findings(scopes_of_app: tuple[str, ...], secret: str = "", **variables: str) -> list[Finding]:
    demo = Seed.demo()
    app = replace(demo.apps[0], scopes=scopes_of_app)
    app = replace(app, client_secret=secret or app.client_secret)
    async with Simulator.started(Seed((app,), demo.organisations)) as simulator:
        environ = complete(
            XERO__ALLOW_TEST_HOST="true",
            XERO__BASE_URL=simulator.base_url,
            XERO__TOKEN_URL=simulator.token_url,
            XERO__CLIENT_ID=app.client_id,
            XERO__CLIENT_SECRET=app.client_secret,
            **variables,
        )
        settings = Settings.load(environ)
        credentials = settings.xero.credentials()["default"]
        return await asyncio.to_thread(lambda: list(connection(settings, "default", credentials, [])))


async def test_an_app_with_every_scope_is_in_order() -> None:
    found = await findings(())
    assert all(each.ok for each in found)


async def test_a_secret_with_special_characters_is_sent_as_the_worker_sends_it() -> None:
    found = await findings((), secret="a+b/c=d&e%20f:g@h i\u00e9")
    assert all(each.ok for each in found), found


async def test_an_app_that_has_only_the_older_broad_scopes_is_told_so() -> None:
    (found,) = await findings(BROAD_SCOPES)
    assert not found.ok
    assert "the app has the older broad ones" in found.details
    assert f'SHIPLEDGER_XERO__SCOPES="{" ".join(BROAD_SCOPES)}"' in found.details
    assert "13 September 2027" in found.details


async def test_with_its_scopes_configured_that_app_is_in_order() -> None:
    found = await findings(BROAD_SCOPES, XERO__SCOPES=" ".join(BROAD_SCOPES))
    assert all(each.ok for each in found)


async def test_an_app_that_has_neither_is_told_what_it_lacks() -> None:
    (found,) = await findings(("accounting.contacts.read",))
    assert "does not grant the scopes accounting.invoices" in found.details
    assert "older broad ones" in found.details


@pytest.mark.parametrize("given", ["a.read  b", "a.read,b", " a.read , b "])
def test_scopes_may_be_separated_by_blanks_or_commas(given: str) -> None:
    xero = Settings.load(complete(XERO__SCOPES=given)).xero
    assert xero.scopes_of(xero.credentials()["default"]) == ("a.read", "b")


def test_a_connection_may_have_scopes_of_its_own() -> None:
    more = {"XERO__CONNECTIONS__OLD__CLIENT_ID": "old", "XERO__CONNECTIONS__OLD__CLIENT_SECRET": "secret"}
    xero = Settings.load(complete(**more, XERO__CONNECTIONS__OLD__SCOPES="accounting.transactions")).xero
    assert xero.scopes_of(xero.credentials()["old"]) == ("accounting.transactions",)
    assert xero.scopes_of(xero.credentials()["default"])[0] == "accounting.invoices"
