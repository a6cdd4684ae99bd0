"""What the token endpoint may answer, and what follows: a token, work for a human, or another try."""

import base64
import traceback
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from pydantic import SecretStr

from deploy.simulator.server import Simulator
from deploy.simulator.state.faults import Fault
from tests.fakes.alarm_clock import AlarmClock
from tests.fakes.raw_http import Answer, RawServer, raw_server, reply
from tests.fakes.xero_collaborators import RecordingObserver
from xero_client.auth.token_endpoint import ClientCredentials, TokenEndpoint
from xero_client.auth.token_source import ClientCredentialsSource
from xero_client.errors import DisconnectedError, UnavailableError, XeroError
from xero_client.vocabulary import BROAD_SCOPES, SCOPES

CANARY = "canary-secret+/="
CLIENT = ClientCredentials("default", "client-1", SecretStr(CANARY))
DEMO = ClientCredentials("default", "demo-client", SecretStr("demo-secret"))
FORM = {"grant_type": "client_credentials"}


class Harness:
    """An endpoint that does not really pause."""

    def __init__(self, url: str) -> None:
        self.clock = AlarmClock()
        self.pauses: list[float] = []
        self.observer = RecordingObserver()
        self.endpoint = TokenEndpoint(
            url,
            observer=self.observer,
            monotonic=self.clock.monotonic,
            sleep=self._pause,
            random=lambda: 0.5,
        )

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def refused(server: RawServer) -> XeroError:
    """The error of a request, whose text and traceback must not hold the secret."""
    harness = Harness(server.url + "/connect/token")
    with pytest.raises(XeroError) as caught:
        await harness.endpoint.ask(CLIENT, FORM)
    shown = "".join(traceback.format_exception(caught.value)) + repr(CLIENT)
    assert "canary" not in shown
    assert base64.b64encode(CANARY.encode()).decode() not in shown
    return caught.value


async def test_the_simulator_gives_a_custom_connection_its_token() -> None:
    async with Simulator.started() as simulator:
        harness = Harness(simulator.token_url)
        token = await ClientCredentialsSource(DEMO, harness.endpoint, harness.clock.monotonic).obtain(None)
        assert token.expires_at == 1_800.0
        live = simulator.state.tokens.access(token.value.get_secret_value(), simulator.state.clock.now())
        assert live is not None
        assert live.scopes == frozenset(SCOPES)
    assert harness.observer.calls == [("token", "ok")]


async def test_the_secret_goes_in_the_header_encoded_and_not_in_the_form() -> None:
    async with raw_server(reply(200, b'{"access_token": "t", "expires_in": 1800}')) as server:
        await Harness(server.url).endpoint.ask(CLIENT, FORM)
        (request,) = server.requests
    basic = request.headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == b"client-1:canary-secret%2B%2F%3D"
    assert parse_qs(request.body.decode()) == {"grant_type": ["client_credentials"]}


@pytest.mark.parametrize(("code", "hint"), [("invalid_client", "client id and secret"), ("invalid_scope", "scopes")])
async def test_a_refusal_says_what_to_do_and_is_not_tried_again(code: str, hint: str) -> None:
    async with raw_server(reply(400, f'{{"error": "{code}"}}'.encode())) as server:
        error = await refused(server)
        assert len(server.requests) == 1
    assert isinstance(error, DisconnectedError)
    assert code in error.message
    assert hint in error.message
    assert "connection default" in error.message


async def test_other_scopes_are_asked_for_where_they_are_configured_and_a_refusal_names_them() -> None:
    client = replace(CLIENT, scopes=BROAD_SCOPES)
    async with raw_server(reply(400, b'{"error": "invalid_scope"}')) as server:
        harness = Harness(server.url)
        with pytest.raises(DisconnectedError) as caught:
            await ClientCredentialsSource(client, harness.endpoint, harness.clock.monotonic).obtain(None)
        (request,) = server.requests
    assert parse_qs(request.body.decode())["scope"] == [" ".join(BROAD_SCOPES)]
    assert " ".join(BROAD_SCOPES) in caught.value.message
    assert "SHIPLEDGER_XERO__SCOPES" in caught.value.message


async def test_a_wrong_secret_is_refused_by_the_simulator() -> None:
    async with Simulator.started() as simulator:
        harness = Harness(simulator.token_url)
        wrong = ClientCredentials("default", "demo-client", SecretStr("wrong"))
        with pytest.raises(DisconnectedError, match="invalid_client"):
            await harness.endpoint.ask(wrong, FORM)
    assert harness.observer.calls == [("token", "disconnected")]


@pytest.mark.parametrize(
    "odd",
    [
        reply(503, b"The service is away"),
        reply(500, b""),
        reply(200, b"<html>Sign in</html>"),
        reply(200, b'{"access_token": null}'),
        reply(200, b"[]"),
        reply(302, b"", {"Location": "http://127.0.0.1:1/steal"}),
        reply(200, b'{"access_token": "' + b"x" * 300_000 + b'"}'),
    ],
)
async def test_whatever_else_comes_back_is_tried_three_times(odd: Answer) -> None:
    async with raw_server(odd) as server:
        assert isinstance(await refused(server), UnavailableError)
        assert len(server.requests) == 3


async def test_pauses_grow_between_tries_and_the_third_may_succeed() -> None:
    async with Simulator.started() as simulator:
        simulator.state.faults.add(Fault("POST token", "503_plain", times=2))
        harness = Harness(simulator.token_url)
        token = await harness.endpoint.ask(DEMO, FORM)
    assert token.access_token.get_secret_value()
    assert harness.pauses == [0.5, 1.0]
    assert [result for _, result in harness.observer.calls] == ["unavailable", "unavailable", "ok"]


async def test_an_address_where_nobody_listens_is_unavailable() -> None:
    async with raw_server(reply(200, b"")) as server:
        pass
    assert isinstance(await refused(server), UnavailableError)


async def test_a_token_without_a_stated_life_is_taken_to_live_half_an_hour() -> None:
    async with raw_server(reply(200, b'{"access_token": "t"}')) as server:
        assert (await Harness(server.url).endpoint.ask(CLIENT, FORM)).expires_in == 1_800.0


async def test_the_text_of_a_reply_never_reaches_the_message() -> None:
    async with raw_server(reply(400, b'{"error": "Click http://evil.example to go on"}')) as server:
        assert "evil" not in (await refused(server)).message
