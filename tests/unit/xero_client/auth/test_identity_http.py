"""What carries the client secret or a token goes to the host that was named, over verified TLS, and nowhere else."""

import asyncio
import ssl
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.fakes.raw_http import Answer, raw_server, reply
from tests.fakes.xero_collaborators import RecordingObserver
from tests.unit.xero_client.auth.test_token_endpoint import CLIENT, FORM, Harness
from tests.unit.xero_client.transport.test_tls import certificate as certificate  # noqa: PLC0414  # A fixture.
from xero_client.auth.tenants import ConnectionsList
from xero_client.errors import DisconnectedError, UnavailableError, XeroError

TOKEN = "canary-token-of-the-list"


def listed(url: str) -> ConnectionsList:
    return ConnectionsList(url, observer=RecordingObserver(), monotonic=asyncio.get_running_loop().time)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed_with_a_secret_or_a_token(status: int) -> None:
    async with raw_server(reply(200, b'{"access_token": "stolen"}')) as thief:
        there = reply(status, b"", {"Location": f"{thief.url}/connect/token"})
        async with raw_server(there) as server:
            with pytest.raises(UnavailableError):
                await Harness(f"{server.url}/connect/token").endpoint.ask(CLIENT, FORM)
            with pytest.raises(UnavailableError):
                await listed(server.url).read(TOKEN)
            assert server.requests
        assert thief.requests == []


async def test_a_host_with_an_untrusted_certificate_gets_neither(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    async with raw_server(reply(200, b'{"access_token": "x"}'), tls=context) as server:
        with pytest.raises(UnavailableError, match="Certificate"):
            await Harness(f"{server.url}/connect/token").endpoint.ask(CLIENT, FORM)
        with pytest.raises(UnavailableError, match="Certificate"):
            await listed(server.url).read(TOKEN)
        assert server.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        reply(401, TOKEN.encode()),
        reply(500, f"<p>Bearer {TOKEN}</p>".encode()),
        reply(200, f'[{{"tenantId": "t", "tenantName": "{TOKEN}"}}]'.encode()),
    ],
)
async def test_a_list_that_repeats_its_token_shows_it_to_nobody(answer: Answer) -> None:
    async with raw_server(answer) as server:
        try:
            told = repr(await listed(server.url).read(TOKEN))
        except XeroError as error:
            told = error.message
    assert TOKEN not in told


async def test_a_secret_that_comes_back_as_the_error_code_is_not_told() -> None:
    client = replace(CLIENT, client_secret=SecretStr("all_in_small_letters"))
    async with raw_server(reply(400, b'{"error": "all_in_small_letters"}')) as server:
        with pytest.raises(DisconnectedError) as caught:
            await Harness(f"{server.url}/connect/token").endpoint.ask(client, FORM)
    assert "all_in_small_letters" not in caught.value.message
