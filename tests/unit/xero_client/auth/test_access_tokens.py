"""A connection has one token: renewed before it ends, by one request however many ask, refused with what to do."""

import asyncio

import pytest
from pydantic import SecretStr

from tests.fakes.alarm_clock import AlarmClock, settle
from xero_client.auth.access_tokens import ConnectionTokens
from xero_client.auth.tokens_held import AccessToken
from xero_client.errors import DisconnectedError, UnavailableError, XeroError

ORG, SIBLING, STRANGER = "organisation-a", "organisation-b", "organisation-c"
LIFE = 1_800.0


class CountedSource:
    """Tokens token-1, token-2, … after `gate` opens; or `error`."""

    def __init__(self, clock: AlarmClock) -> None:
        self.clock = clock
        self.asked = 0
        self.rejected: list[str | None] = []
        self.error: XeroError | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def obtain(self, rejected: str | None) -> AccessToken:
        self.asked += 1
        self.rejected.append(rejected)
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return AccessToken(SecretStr(f"token-{self.asked}"), self.clock.seconds + LIFE)


class Bench:
    """Two organisations on one connection, a clock that tests move."""

    def __init__(self) -> None:
        self.clock = AlarmClock()
        self.source = CountedSource(self.clock)
        self.tokens = ConnectionTokens(
            {ORG: "default", SIBLING: "default", STRANGER: "elsewhere"},
            {"default": self.source},
            monotonic=self.clock.monotonic,
        )


async def test_organisations_of_one_connection_share_its_token() -> None:
    bench = Bench()
    assert await bench.tokens.access_token(ORG) == "token-1"
    assert await bench.tokens.access_token(SIBLING) == "token-1"
    assert bench.source.asked == 1


async def test_many_askers_are_one_request() -> None:
    bench = Bench()
    tokens = await asyncio.gather(*(bench.tokens.access_token(ORG) for _ in range(100)))
    assert set(tokens) == {"token-1"}
    assert bench.source.asked == 1


async def test_a_token_with_little_life_left_is_renewed_behind_the_back_of_those_who_use_it() -> None:
    bench = Bench()
    await bench.tokens.access_token(ORG)
    bench.clock.seconds = LIFE - 200.0
    bench.source.gate.clear()
    assert await bench.tokens.access_token(ORG) == "token-1"
    await settle()
    assert bench.source.asked == 2
    bench.source.gate.set()
    await settle()
    assert await bench.tokens.access_token(ORG) == "token-2"


async def test_a_token_about_to_expire_is_not_handed_out() -> None:
    bench = Bench()
    await bench.tokens.access_token(ORG)
    bench.clock.seconds = LIFE - 30.0
    assert await bench.tokens.access_token(ORG) == "token-2"


async def test_a_renewal_in_the_background_that_fails_harms_nobody_and_is_not_repeated_at_once() -> None:
    bench = Bench()
    await bench.tokens.access_token(ORG)
    bench.clock.seconds = LIFE - 200.0
    bench.source.error = UnavailableError("away")
    for _ in range(5):
        assert await bench.tokens.access_token(ORG) == "token-1"
        await settle()
    assert bench.source.asked == 2
    bench.clock.seconds += 31.0
    bench.source.error = None
    await bench.tokens.access_token(ORG)
    await settle()
    assert await bench.tokens.access_token(ORG) == "token-3"


async def test_a_rejected_token_is_renewed_once_for_all_who_saw_it_rejected() -> None:
    bench = Bench()
    rejected = await bench.tokens.access_token(ORG)
    newer = await asyncio.gather(*(bench.tokens.renew(ORG, rejected) for _ in range(10)))
    assert set(newer) == {"token-2"}
    assert await bench.tokens.renew(SIBLING, rejected) == "token-2", "who comes later finds it renewed"
    assert bench.source.asked == 2


async def test_an_asker_that_gives_up_does_not_take_the_renewal_from_the_others() -> None:
    bench = Bench()
    bench.source.gate.clear()
    first, second = (asyncio.create_task(bench.tokens.access_token(ORG)) for _ in range(2))
    await settle()
    first.cancel()
    await settle()
    bench.source.gate.set()
    assert await second == "token-1"
    assert bench.source.asked == 1


async def test_a_refusal_is_repeated_without_asking_again_for_a_while_and_ends_with_the_next_success() -> None:
    bench = Bench()
    bench.source.error = DisconnectedError("consent withdrawn")
    for _ in range(3):
        with pytest.raises(DisconnectedError, match="consent withdrawn"):
            await bench.tokens.access_token(ORG)
    assert bench.source.asked == 1
    assert bench.tokens.troubles() == {"default": "consent withdrawn"}
    bench.clock.seconds = 31.0
    bench.source.error = None
    assert await bench.tokens.access_token(ORG) == "token-2"
    assert bench.tokens.troubles() == {}


async def test_a_server_that_is_away_is_asked_again_by_the_next_who_needs_a_token() -> None:
    bench = Bench()
    bench.source.error = UnavailableError("away")
    with pytest.raises(UnavailableError):
        await bench.tokens.access_token(ORG)
    bench.source.error = None
    assert await bench.tokens.access_token(ORG) == "token-2"


async def test_an_organisation_without_credentials_says_what_is_missing() -> None:
    bench = Bench()
    with pytest.raises(DisconnectedError, match="no credentials for connection elsewhere"):
        await bench.tokens.access_token(STRANGER)
    with pytest.raises(DisconnectedError, match="no company of the profile"):
        await bench.tokens.access_token("organisation-z")


async def test_closing_waits_for_a_renewal_under_way() -> None:
    bench = Bench()
    bench.source.gate.clear()
    asker = asyncio.create_task(bench.tokens.access_token(ORG))
    await settle()
    closing = asyncio.create_task(bench.tokens.close())
    await settle()
    assert not closing.done()
    bench.source.gate.set()
    await closing
    assert await asker == "token-1"


async def test_no_secret_shows_in_a_token() -> None:
    token = AccessToken(SecretStr("canary-token"), 1.0)
    assert "canary" not in f"{token!r} {token}"


async def test_after_a_refusal_a_new_consent_is_used_at_once_and_what_was_refused_is_let_go() -> None:
    bench = Bench()
    old = await bench.tokens.access_token(ORG)
    bench.source.error = DisconnectedError("consent withdrawn")
    with pytest.raises(DisconnectedError):
        await bench.tokens.renew(ORG, old)
    bench.source.error = None
    with pytest.raises(DisconnectedError):
        await bench.tokens.renew(ORG, old)
    bench.tokens.reconsider("default")
    assert await bench.tokens.access_token(ORG) == "token-3"
    assert bench.tokens.troubles() == {}


async def test_a_consent_that_nothing_was_wrong_with_changes_nothing() -> None:
    bench = Bench()
    await bench.tokens.access_token(ORG)
    bench.tokens.reconsider("default")
    bench.tokens.reconsider("elsewhere")
    assert await bench.tokens.access_token(ORG) == "token-1"
    assert bench.source.asked == 1
