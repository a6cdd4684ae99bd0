"""Sampled processor time is shared out to rooms, and all of it is."""

import pytest

from benchmarks.profile.rooms import LOOP, OTHER_THREADS, room_of, seconds_by_room

START = "streams.cli.worker worker;streams.app.worker _run;asyncio.base_events BaseEventLoop._run_once"


@pytest.mark.parametrize(
    ("stack", "room"),
    [
        (f"{START};streams.dispatch.lane.lane Lane.run;mappers.planning.plan plan_in_steps", "mappers.planning"),
        (
            f"{START};streams.gate.app _process;mappers.model.sync_request encode_request;pydantic.main f",
            "streams.gate",
        ),
        (f"{START};streams.dispatch.ledger.codec encode_value", "streams.dispatch.ledger"),
        (f"{START};streams.app.reconnects Connection.send;aiokafka.conn AIOKafkaConnection.send", "aiokafka"),
        (f"{START};selectors EpollSelector.select", LOOP),
        (f"{START};modern.library f", LOOP),
    ],
)
def test_the_innermost_room_counts(stack: str, room: str) -> None:
    assert room_of(stack) == room


def test_nothing_is_left_out() -> None:
    found = seconds_by_room(
        [(f"{START};faust.streams f", 0.25), (f"{START};faust.agents g", 0.5), (START, 0.25)], 1.5, 1.0
    )
    assert found == {"faust": 0.75, LOOP: 0.25, OTHER_THREADS: 0.5}
