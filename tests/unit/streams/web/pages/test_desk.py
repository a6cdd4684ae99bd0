"""A look that takes too long is given up, and the person is told."""

import threading

import pytest

from streams.web.access import CallsUnderWay, People, Sessions, SignInAttempts, Token
from streams.web.app import WebParts
from streams.web.pages.connections import NothingKnown
from streams.web.pages.dead_letters import NoDeadLetters
from streams.web.pages.desk import Desk
from streams.web.pages.door import Doors
from streams.web.pages.parts import PagesParts
from streams.web.pages.rendering import Assets, Rendering
from streams.web.pausing import Pauser
from streams.web.problems import ApiError, HttpCode
from streams.web.sending import Sender
from tests.unit.streams.web.conftest import TOKEN


@pytest.fixture
def desk(parts: WebParts) -> Desk:
    token = Token(TOKEN)
    people = People(token, dict)
    doors = Doors(people, Sessions(token, people, lambda: 0.0), None, CallsUnderWay(1), SignInAttempts(parts.monotonic))
    pages = PagesParts(
        companies=parts.companies,
        logs=parts.logs,
        snapshots=parts.snapshots,
        lists=parts.lists,
        following=parts.following,
        doors=doors,
        sender=Sender(parts.snapshots, parts.publisher),
        dry_run=parts.dry_run,
        pauses=parts.pauses,
        pauser=Pauser(parts.pause_publisher, parts.clock),
        connections=NothingKnown(),
        dead_letters=NoDeadLetters(),
        new_id=parts.new_event_id,
        now=parts.clock,
    )
    return Desk(pages, Rendering(Assets()), seconds=0.05)


async def test_a_look_that_takes_too_long_is_given_up(desk: Desk) -> None:
    goes_on = threading.Event()
    try:
        with pytest.raises(ApiError) as raised:
            await desk.read(goes_on.wait)
    finally:
        goes_on.set()
    assert (raised.value.status, raised.value.code) == (503, HttpCode.TOO_SLOW)
    assert await desk.read(lambda: 7) == 7
