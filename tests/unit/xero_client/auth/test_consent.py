"""A person consents in a browser: the question, the answer that belongs to it, and the tokens for the answer."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from tests.fakes.xero_collaborators import RecordingObserver
from tests.unit.xero_client.auth.consent_harness import CLIENT, ORGANISATION, Harness, consent_harness, free_port
from xero_client.auth.consent import ConsentRequest, challenge_of, listening, redeemed
from xero_client.auth.tenants import ConnectionsList
from xero_client.errors import DisconnectedError


@pytest.fixture
async def harness(tmp_path: Path) -> AsyncIterator[Harness]:
    async with consent_harness(tmp_path) as made:
        yield made


def asking(redirect_uri: str | None = None) -> ConsentRequest:
    """A question, with an address of its own."""
    address = redirect_uri or f"http://localhost:{free_port()}/callback"
    return ConsentRequest.new(address, secrets.token_bytes)


async def browse(harness: Harness, request: ConsentRequest) -> str:
    """Open the question's address in a browser that follows to the loopback address; returns what it shows."""
    address = request.address(CLIENT.client_id, f"{harness.simulator.base_url}/identity/connect/authorize")
    async with aiohttp.ClientSession() as session, session.get(address) as reply:
        return await reply.text()


def test_the_challenge_matches_the_example_of_the_rfc() -> None:
    """RFC 7636, appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_question_asks_for_granular_scopes_and_hides_its_verifier() -> None:
    request = asking()
    query = parse_qs(urlsplit(request.address("client-1")).query)
    assert query["scope"] == ["accounting.invoices accounting.contacts.read accounting.settings.read offline_access"]
    assert query["code_challenge_method"] == ["S256"]
    verifier = request.verifier.get_secret_value()
    assert len(verifier) >= 43
    assert verifier not in request.address("client-1") + repr(request)


async def test_a_consent_in_the_browser_becomes_tokens_that_reach_the_organisation(harness: Harness) -> None:
    request = asking()
    async with listening(request) as listener:
        assert "go back to the terminal" in await browse(harness, request)
        code = request.code_in(await asyncio.wait_for(listener.answer(), 60))
    consent = await redeemed(request, code, CLIENT, harness.endpoint, harness.clock.now)
    harness.store.write(consent)
    token = (await harness.source().obtain(None)).value.get_secret_value()
    listed = ConnectionsList(
        harness.simulator.base_url, observer=RecordingObserver(), monotonic=asyncio.get_running_loop().time
    )
    assert [each.organisation for each in await listed.read(token)] == [ORGANISATION]


async def test_a_refused_consent_says_so(harness: Harness) -> None:
    harness.simulator.state.switches = harness.simulator.state.switches.changed({"consent": "deny"})
    request = asking()
    async with listening(request) as listener:
        await browse(harness, request)
        answer = await asyncio.wait_for(listener.answer(), 60)
    with pytest.raises(DisconnectedError, match="access_denied"):
        request.code_in(answer)


async def test_an_answer_to_another_question_is_refused_and_the_right_one_still_counts(harness: Harness) -> None:
    request = asking()
    forged = asking(request.redirect_uri)
    async with listening(request) as listener:
        assert "does not belong" in await browse(harness, forged)
        await browse(harness, request)
        assert (await asyncio.wait_for(listener.answer(), 60))["state"] == request.state


async def test_a_stolen_code_is_worth_nothing_without_the_verifier(harness: Harness) -> None:
    request, thief = asking(), asking()
    async with listening(request) as listener:
        await browse(harness, request)
        code = request.code_in(await asyncio.wait_for(listener.answer(), 60))
    with pytest.raises(DisconnectedError, match="invalid_grant"):
        await redeemed(thief, code, CLIENT, harness.endpoint, harness.clock.now)


@pytest.mark.parametrize("address", ["https://localhost:28765/x", "http://example.com:28765/x", "http://localhost/x"])
async def test_only_a_loopback_address_with_a_port_is_listened_at(address: str) -> None:
    with pytest.raises(ValueError, match="localhost with a port"):
        async with listening(asking(address)):
            pass


async def test_a_list_of_connections_needs_a_live_token(harness: Harness) -> None:
    observer = RecordingObserver()
    listed = ConnectionsList(harness.simulator.base_url, observer=observer, monotonic=asyncio.get_running_loop().time)
    with pytest.raises(DisconnectedError):
        await listed.read("not-a-token")
    assert observer.calls == [("get_connections", "disconnected")]


async def test_a_consent_without_offline_access_is_refused(harness: Harness) -> None:
    request = asking()
    address = request.address(CLIENT.client_id, f"{harness.simulator.base_url}/identity/connect/authorize")
    async with listening(request) as listener, aiohttp.ClientSession() as session:
        async with session.get(address.replace("+offline_access", "")):
            pass
        code = request.code_in(await asyncio.wait_for(listener.answer(), 60))
    with pytest.raises(DisconnectedError, match="offline_access"):
        await redeemed(request, code, CLIENT, harness.endpoint, harness.clock.now)
