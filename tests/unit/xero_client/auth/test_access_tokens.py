"""A connection has one token: renewed before it expires, by one request however many ask; a refusal says what to do."""

import asyncio

import pytest
from pydantic import SecretStr

from tests.fakes.alarm_clock import AlarmClock, run_ready_tasks
from xero_client.auth.access_tokens import PAUSE_SECONDS, ConnectionTokens
from xero_client.auth.token_source import AccessToken
from xero_client.errors import DisconnectedError, UnavailableError, XeroError

ORG, SIBLING, OTHER = "organisation-a", "organisation-b", "organisation-c"
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


class Harness:
    """Two organisations on one connection, a clock that tests move."""

    def __init__(self) -> None:
        self.clock = AlarmClock()
        self.source = CountedSource(self.clock)
        self.tokens = ConnectionTokens(
            {ORG: "default", SIBLING: "default", OTHER: "elsewhere"},
            {"default": self.source},
            monotonic=self.clock.monotonic,
        )


async def test_organisations_of_one_connection_share_its_token() -> None:
    harness = Harness()
    assert await harness.tokens.access_token(ORG) == "token-1"
    assert await harness.tokens.access_token(SIBLING) == "token-1"
    assert harness.source.asked == 1


async def test_many_askers_are_one_request() -> None:
    harness = Harness()
    tokens = await asyncio.gather(*(harness.tokens.access_token(ORG) for _ in range(100)))
    assert set(tokens) == {"token-1"}
    assert harness.source.asked == 1


async def test_a_token_with_little_life_left_is_renewed_in_the_background() -> None:
    harness = Harness()
    await harness.tokens.access_token(ORG)
    harness.clock.seconds = LIFE - 200.0
    harness.source.gate.clear()
    assert await harness.tokens.access_token(ORG) == "token-1"
    await run_ready_tasks()
    assert harness.source.asked == 2
    harness.source.gate.set()
    await run_ready_tasks()
    assert await harness.tokens.access_token(ORG) == "token-2"


async def test_a_token_that_may_be_allowed_more_is_renewed_at_once_and_used_until_then() -> None:
    harness = Harness()
    harness.tokens.renew_soon("default")
    assert harness.source.asked == 0, "there is none that could be allowed too little"
    await harness.tokens.access_token(ORG)
    assert harness.source.asked == 1
    harness.source.gate.clear()
    harness.tokens.renew_soon("default")
    await run_ready_tasks()
    assert await harness.tokens.access_token(ORG) == "token-1"
    harness.source.gate.set()
    await run_ready_tasks()
    assert await harness.tokens.access_token(ORG) == "token-2"
    harness.tokens.renew_soon("nobody")


async def test_what_changes_while_a_renewal_is_under_way_or_fails_is_asked_for_again() -> None:
    harness = Harness()
    await harness.tokens.access_token(ORG)
    harness.source.gate.clear()
    harness.tokens.renew_soon("default")
    await run_ready_tasks()
    harness.tokens.renew_soon("default")
    harness.source.gate.set()
    await run_ready_tasks()
    harness.source.error = UnavailableError("HTTP 503")
    assert await harness.tokens.access_token(ORG) == "token-2"
    await run_ready_tasks()
    assert harness.source.asked == 3
    harness.source.error = None
    assert await harness.tokens.access_token(ORG) == "token-2"
    await run_ready_tasks()
    assert harness.source.asked == 3, "a failure is not repeated at once"
    harness.clock.seconds += PAUSE_SECONDS
    await harness.tokens.access_token(ORG)
    await run_ready_tasks()
    assert await harness.tokens.access_token(ORG) == "token-4"


async def test_a_token_about_to_expire_is_not_handed_out() -> None:
    harness = Harness()
    await harness.tokens.access_token(ORG)
    harness.clock.seconds = LIFE - 30.0
    assert await harness.tokens.access_token(ORG) == "token-2"


async def test_a_renewal_in_the_background_that_fails_harms_nobody_and_is_not_repeated_at_once() -> None:
    harness = Harness()
    await harness.tokens.access_token(ORG)
    harness.clock.seconds = LIFE - 200.0
    harness.source.error = UnavailableError("away")
    for _ in range(5):
        assert await harness.tokens.access_token(ORG) == "token-1"
        await run_ready_tasks()
    assert harness.source.asked == 2
    harness.clock.seconds += 31.0
    harness.source.error = None
    await harness.tokens.access_token(ORG)
    await run_ready_tasks()
    assert await harness.tokens.access_token(ORG) == "token-3"


async def test_a_rejected_token_is_renewed_once_for_all_who_saw_it_rejected() -> None:
    harness = Harness()
    rejected = await harness.tokens.access_token(ORG)
    newer = await asyncio.gather(*(harness.tokens.renew(ORG, rejected) for _ in range(10)))
    assert set(newer) == {"token-2"}
    assert await harness.tokens.renew(SIBLING, rejected) == "token-2", "who comes later finds it renewed"
    assert harness.source.asked == 2


async def test_an_asker_that_gives_up_does_not_take_the_renewal_from_the_others() -> None:
    harness = Harness()
    harness.source.gate.clear()
    first, second = (asyncio.create_task(harness.tokens.access_token(ORG)) for _ in range(2))
    await run_ready_tasks()
    first.cancel()
    await run_ready_tasks()
    harness.source.gate.set()
    assert await second == "token-1"
    assert harness.source.asked == 1


async def test_a_refusal_is_repeated_without_asking_again_for_a_while_and_ends_with_the_next_success() -> None:
    harness = Harness()
    harness.source.error = DisconnectedError("consent withdrawn")
    for _ in range(3):
        with pytest.raises(DisconnectedError, match="consent withdrawn"):
            await harness.tokens.access_token(ORG)
    assert harness.source.asked == 1
    assert harness.tokens.troubles() == {"default": "consent withdrawn"}
    harness.clock.seconds = 31.0
    harness.source.error = None
    assert await harness.tokens.access_token(ORG) == "token-2"
    assert harness.tokens.troubles() == {}


async def test_a_server_that_was_unavailable_is_asked_again_when_a_token_is_needed() -> None:
    harness = Harness()
    harness.source.error = UnavailableError("away")
    with pytest.raises(UnavailableError):
        await harness.tokens.access_token(ORG)
    harness.source.error = None
    assert await harness.tokens.access_token(ORG) == "token-2"


async def test_an_organisation_without_credentials_says_what_is_missing() -> None:
    harness = Harness()
    with pytest.raises(DisconnectedError, match="no credentials for connection elsewhere"):
        await harness.tokens.access_token(OTHER)
    with pytest.raises(DisconnectedError, match="no company of the profile"):
        await harness.tokens.access_token("organisation-z")


async def test_closing_waits_for_a_renewal_under_way() -> None:
    harness = Harness()
    harness.source.gate.clear()
    asker = asyncio.create_task(harness.tokens.access_token(ORG))
    await run_ready_tasks()
    closing = asyncio.create_task(harness.tokens.close())
    await run_ready_tasks()
    assert not closing.done()
    harness.source.gate.set()
    await closing
    assert await asker == "token-1"


async def test_no_secret_shows_in_a_token() -> None:
    token = AccessToken(SecretStr("canary-token"), 1.0)
    assert "canary" not in f"{token!r} {token}"


async def test_after_a_refusal_a_new_consent_is_used_at_once_instead_of_what_was_refused() -> None:
    harness = Harness()
    old = await harness.tokens.access_token(ORG)
    harness.source.error = DisconnectedError("consent withdrawn")
    with pytest.raises(DisconnectedError):
        await harness.tokens.renew(ORG, old)
    harness.source.error = None
    with pytest.raises(DisconnectedError):
        await harness.tokens.renew(ORG, old)
    harness.tokens.retry_now("default")
    assert await harness.tokens.access_token(ORG) == "token-3"
    assert harness.tokens.troubles() == {}


async def test_a_new_consent_changes_nothing_where_nothing_was_wrong() -> None:
    harness = Harness()
    await harness.tokens.access_token(ORG)
    harness.tokens.retry_now("default")
    harness.tokens.retry_now("elsewhere")
    assert await harness.tokens.access_token(ORG) == "token-1"
    assert harness.source.asked == 1
