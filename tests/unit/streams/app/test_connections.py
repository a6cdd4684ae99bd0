"""Each connection has the source of tokens that its grant asks for."""

import asyncio
from pathlib import Path

from config.settings import Settings
from streams.app.connections import consent_files, token_sources
from tests.fakes.xero_collaborators import RecordingObserver
from tests.unit.config.environments import complete
from xero_client.auth.refresh import AuthorizationCodeSource
from xero_client.auth.token_endpoint import TokenEndpoint
from xero_client.auth.token_source import ClientCredentialsSource
from xero_client.auth.token_store import new_key

NZ = {
    "XERO__CONNECTIONS__NZ__CLIENT_ID": "two",
    "XERO__CONNECTIONS__NZ__CLIENT_SECRET": "s",
    "XERO__CONNECTIONS__NZ__GRANT": "authorization_code",
}


def both_grants(folder: Path) -> Settings:
    """A custom connection "default", and "nz" by consent."""
    return Settings.load(complete(**NZ, XERO__TOKEN_KEY=new_key().get_secret_value(), DATA_DIR=str(folder)))


async def test_each_connection_signs_in_as_its_grant_says(tmp_path: Path) -> None:
    settings = both_grants(tmp_path)
    endpoint = TokenEndpoint(
        "https://identity.xero.com/connect/token",
        observer=RecordingObserver(),
        monotonic=asyncio.get_running_loop().time,
        sleep=asyncio.sleep,
        random=lambda: 0.5,
    )
    sources = token_sources(settings, endpoint)
    assert {name: type(source) for name, source in sources.items()} == {
        "default": ClientCredentialsSource,
        "nz": AuthorizationCodeSource,
    }
    assert consent_files(settings) == {"nz": tmp_path / "tokens" / "nz.consent"}
