"""The log: one JSON object a line, libraries bridged and limited, nothing secret, nothing that forges a line."""

import io
import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from streams.ops.logs import LogOptions, configure_logs
from streams.ops.redaction import LONGEST_VALUE, Redactor

CANARY = "CANARY-2f6b0c1d"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    """Logging is the process's: put back what the test found."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    levels = {name: logging.getLogger(name).level for name in ("aiokafka", "faust", "mode")}
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.reset_defaults()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stream(clock: Clock) -> io.StringIO:
    stream = io.StringIO()
    configure_logs(LogOptions(format="json", level="INFO", secrets=(CANARY,)), stream=stream, monotonic=clock)
    return stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_of_ours_is_one_json_object_with_event_level_time_and_its_fields(stream: io.StringIO) -> None:
    structlog.get_logger("streams.gate").info("request_published", shipment="SHP-1", attempt=2)
    (line,) = lines(stream)
    assert line["event"] == "request_published"
    assert (line["level"], line["logger"]) == ("info", "streams.gate")
    assert (line["shipment"], line["attempt"]) == ("SHP-1", 2)
    assert line["timestamp"].endswith("Z")


def test_a_librarys_line_is_bridged_with_its_text_beside_a_stable_event_name(stream: io.StringIO) -> None:
    logging.getLogger("aiokafka.conn").warning("Unable connect to node %s", 1)
    (line,) = lines(stream)
    assert line["event"] == "library_line"
    assert line["message"] == "Unable connect to node 1"
    assert line["logger"] == "aiokafka.conn"


@pytest.mark.parametrize("name", ["faust.app", "mode.services", "aiokafka.consumer"])
def test_libraries_speak_from_warning_up(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("chatter")
    assert lines(stream) == []


def test_a_library_may_repeat_a_text_once_a_second_and_then_says_how_often(stream: io.StringIO, clock: Clock) -> None:
    log = logging.getLogger("aiokafka.conn")
    for node in range(100):
        log.error("Unable connect to node %s", node)
    assert len(lines(stream)) == 1
    clock.now = 1.0
    log.error("Unable connect to node %s", 7)
    assert [line.get("suppressed") for line in lines(stream)] == [None, 99]


def test_different_texts_and_our_own_lines_are_not_limited(stream: io.StringIO) -> None:
    logging.getLogger("aiokafka").error("one")
    logging.getLogger("aiokafka").error("two")
    for _ in range(3):
        structlog.get_logger("streams.web").info("sync_now_asked")
    assert len(lines(stream)) == 5


def test_a_logger_that_only_begins_like_a_library_is_not_limited(stream: io.StringIO) -> None:
    for _ in range(2):
        logging.getLogger("modern").error("text")
    assert len(lines(stream)) == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"detail": f"the secret is {CANARY}!"},
        {"client_secret": "whatever"},
        {"nested": {"Authorization": "Basic whatever"}},
        {"several": [f"a {CANARY}", "b"]},
        {"header": "authorization: Bearer whatever.whatever"},
        {"answer": "token eyJhbGciOi.eyJzdWIiOi.whatever"},
        {"refresh_token": "whatever"},
    ],
)
def test_secrets_do_not_reach_the_log(stream: io.StringIO, fields: dict[str, Any]) -> None:
    structlog.get_logger("x").info("connected", **fields)
    assert CANARY not in stream.getvalue()
    assert "whatever" not in stream.getvalue()
    assert "[redacted]" in stream.getvalue()


def test_a_secret_in_an_exceptions_message_does_not_reach_the_log(stream: io.StringIO) -> None:
    try:
        int(f"cannot use {CANARY}")
    except ValueError:
        structlog.get_logger("x").exception("token_refused")
        logging.getLogger("aiokafka").exception("failed")
    ours, theirs = lines(stream)
    assert CANARY not in stream.getvalue()
    assert "'cannot use [redacted]'" in ours["exception"]
    assert "'cannot use [redacted]'" in theirs["exception"]


def test_text_from_outside_cannot_forge_a_line_or_turn_its_direction(clock: Clock) -> None:
    """CWE-117: Xero's messages and shipment ids are untrusted; bidi marks make a line read backwards."""
    stream = io.StringIO()
    configure_logs(LogOptions(format="console"), stream=stream, monotonic=clock)
    structlog.get_logger("x").info("rejected", message="bad\n2026 [info] forged\u202e\x1b[31m")
    assert len(stream.getvalue().splitlines()) == 1
    assert "\u202e" not in stream.getvalue()
    assert "\\u202e" in stream.getvalue()
    assert "\x1b[31m" not in stream.getvalue()


def test_long_values_are_cut_and_say_how_long_they_were(stream: io.StringIO) -> None:
    structlog.get_logger("x").info("rejected", message="m" * 100_000)
    (line,) = lines(stream)
    assert len(line["message"]) < LONGEST_VALUE + 50
    assert line["message"].endswith("(100000 characters)")


@pytest.mark.parametrize(("stream_class", "is_json"), [(io.StringIO, True), (Terminal, False)])
def test_auto_means_console_on_a_terminal_and_json_elsewhere(
    clock: Clock, stream_class: type[io.StringIO], *, is_json: bool
) -> None:
    stream = stream_class()
    configure_logs(LogOptions(format="auto"), stream=stream, monotonic=clock)
    structlog.get_logger("x").info("started")
    assert stream.getvalue().startswith("{") is is_json


def test_lines_below_the_level_are_not_written(clock: Clock) -> None:
    stream = io.StringIO()
    configure_logs(LogOptions(format="json", level="warning"), stream=stream, monotonic=clock)
    structlog.get_logger("x").info("quiet")
    structlog.get_logger("x").warning("loud")
    assert [line["event"] for line in lines(stream)] == ["loud"]


def test_an_unknown_level_is_refused_with_the_known_ones(clock: Clock) -> None:
    with pytest.raises(ValueError, match=r"'LOUD' is none of .*WARNING"):
        configure_logs(LogOptions(level="LOUD"), stream=io.StringIO(), monotonic=clock)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            # A field's own name is ours; names inside of values come from outside.
            yield from (*(texts(key) if key[:1] != "k" else ()), *texts(each))
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


@given(
    st.dictionaries(
        st.text(max_size=8).map(lambda key: f"k{key}"),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
            max_leaves=8,
        ),
    )
)
def test_whatever_the_fields_are_no_unsafe_character_is_left(fields: dict[str, Any]) -> None:
    answer = Redactor([CANARY])(None, "info", {"event": "x", **fields})
    assert {unicodedata.category(each) for each in "".join(texts(answer))} & {"Cc", "Cf", "Cs", "Zl", "Zp"} == set()


words = st.sampled_from(
    [
        "",
        "SHP-1",
        "a" * 3000,
        CANARY,
        "Bearer abcdefgh1",
        "ba\u017fic abcdefgh1",
        "eyJhbGciOi.eyJzdWIiOi.x",
        "\n",
        "caf\xe9",
    ]
)
values = st.none() | st.booleans() | st.integers() | words | st.lists(words, max_size=2)


@given(st.dictionaries(st.sampled_from(["a", "b", "exception", "client_secret", "_hidden"]), values))
def test_a_line_with_nothing_to_hide_is_recognised_by_what_a_search_would_change(fields: dict[str, Any]) -> None:
    """Field by field, with a value that is never taken for harmless beside it, the answer is the same."""
    redactor = Redactor([CANARY])
    searched = redactor(None, "info", {**fields, "searched": ["x"]})
    assert redactor(None, "info", dict(fields)) == {key: searched[key] for key in fields}


def test_a_log_that_cannot_be_written_stops_nobody(clock: Clock) -> None:
    stream = io.StringIO()
    configure_logs(LogOptions(format="json"), stream=stream, monotonic=clock)
    stream.close()
    structlog.get_logger("x").info("unheard")


def test_whatever_is_logged_the_line_can_be_written(stream: io.StringIO) -> None:
    structlog.get_logger("x").info(
        "odd",
        huge=2**70,
        surrogate="\ud800",
        raw=b"\xff",
        thing=object(),
        not_a_number=float("nan"),
        deep=[[[[[[[1]]]]]]],
    )
    (line,) = lines(stream)
    assert line["huge"] == str(2**70)
    assert line["surrogate"] == "\\ud800"
    assert line["not_a_number"] is None


def test_a_console_line_is_one_line_and_a_traceback_forges_none(clock: Clock) -> None:
    """JSON escapes by itself; the console format does not."""
    stream = Terminal()
    configure_logs(LogOptions(format="console"), stream=stream, monotonic=clock)
    hostile = "x\x1b[2K\r\n2026-11-26 [error] FORGED\x9b\u202e"
    structlog.get_logger().warning("dead_letter", key=hostile, nested={hostile: [hostile]})
    logging.getLogger("aiokafka").warning("%s", hostile)
    try:
        int(hostile)
    except ValueError as error:
        error.add_note(hostile)
        structlog.get_logger().exception("failed")
    written = re.sub(r"\x1b\[\d*m", "", stream.getvalue())
    assert [each for each in written if not each.isprintable() and each != "\n"] == []
    assert [line for line in written.split("\n") if line.startswith("2026-11-26 [error] FORGED")] == []
    assert "  | 2026-11-26 [error] FORGED" in written
