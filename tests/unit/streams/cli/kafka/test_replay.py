"""What a replay plans, and how it says where it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from config.faults import ConfigurationError
from streams.cli.kafka.records import Record
from streams.cli.kafka.replay import plan as planning
from streams.cli.kafka.replay.command import _written
from streams.cli.kafka.replay.places import after, as_text, of_text, why_not_there
from streams.cli.kafka.replay.plan import Plan
from streams.cli.kafka.replay.sending import Progress
from streams.cli.kafka.source import Span
from streams.cli.main import build
from tests.builders import TRIGGER_STATUS, encode, make_company, make_event

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SPANS = st.dictionaries(
    st.integers(0, 99),
    st.tuples(st.integers(0, 2**40), st.integers(1, 1000)).map(lambda pair: Span(pair[0], pair[0] + pair[1])),
)


def record(company: str, shipment: str, *, hours: int = 0, status: str = TRIGGER_STATUS, partition: int = 0) -> Record:
    value = encode(make_event(company_id=company, shipment_id=shipment, status=status))
    return Record("t", partition, hours, NOON + timedelta(hours=hours), None, value, ())


def test_a_plan_counts_by_company_and_knows_what_asks_for_a_document() -> None:
    plan = Plan({"beef": make_company(id="beef")})
    for each in (record("beef", "1", hours=2), record("beef", "1", status="OTHER"), record("lamb", "1")):
        plan.add(each)
    plan.add(Record("t", 0, 9, None, None, b"no json", ()))
    assert list(plan.rows()) == [
        ("beef", 2, 1, 1, "2026-11-20T12:00:00+00:00", "2026-11-20T14:00:00+00:00"),
        ("(does not say)", 1, 0, 0, None, None),
        ("lamb", 1, 1, 0, "2026-11-20T12:00:00+00:00", "2026-11-20T12:00:00+00:00"),
    ]
    assert (plan.events, plan.requests) == (4, 1)
    assert plan.shown[-1] == "-  0/9  -"


def test_without_a_profile_a_plan_does_not_say_what_it_does_not_know() -> None:
    plan = Plan(None)
    plan.add(record("beef", "1"))
    assert [row[3] for row in plan.rows()] == [None]


def test_a_plan_of_endless_companies_and_shipments_stays_small() -> None:
    plan = Plan(None)
    for number in range(planning.MOST_COMPANIES + 5):
        plan.add(record(f"company-{number}", "1"))
    rows = list(plan.rows())
    assert len(rows) == planning.MOST_COMPANIES + 1
    assert rows[0][:2] == ("(others)", 5)
    assert len(plan.shown) == 20


def test_shipments_beyond_those_that_are_told_apart_are_said_to_be_more() -> None:
    plan = Plan(None)
    plan._shipments = set(range(planning.MOST_SHIPMENTS - 1))
    plan.add(record("beef", "1"))
    plan.add(record("beef", "2"))
    assert [row[1:3] for row in plan.rows()] == [(2, "1 or more")]


@given(SPANS.filter(bool))
def test_where_a_replay_is_can_be_said_and_read(spans: dict[int, Span]) -> None:
    assert of_text(as_text(spans)) == spans


@pytest.mark.parametrize("text", ["", "0", "0:5", "0:5-4", "0:1-2,0:3-4", "a:1-2", "-1:0-1", "0:1-2,"])
def test_what_no_replay_says_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PARTITION:FIRST-END"):
        of_text(text)


def test_what_is_sent_is_no_longer_left() -> None:
    spans = {0: Span(0, 5), 1: Span(7, 9)}
    left = after(spans, [record("a", "1", hours=2), record("a", "2", hours=8, partition=1)])
    assert left == {0: Span(3, 5), 1: Span(9, 9)}
    assert as_text(left) == "0:3-5"


@pytest.mark.parametrize(
    ("wanted", "words"),
    [(Span(3, 9), ""), (Span(2, 9), "were deleted"), (Span(3, 10), "another topic")],
)
def test_a_topic_that_has_changed_is_noticed(wanted: Span, words: str) -> None:
    assert words in why_not_there({0: wanted}, {0: Span(3, 9)})
    assert bool(words) == bool(why_not_there({0: wanted}, {0: Span(3, 9)}))
    assert "no partition 1" in why_not_there({1: Span(0, 1)}, {0: Span(3, 9)})


def test_progress_is_told_every_other_second() -> None:
    said: list[str] = []
    times = iter((0.0, 1.0, 2.0, 3.9, 4.0))
    progress = Progress(said.append, clock=lambda: next(times))
    for word in ("a", "b", "c", "d"):
        progress.tell(word)
    assert said == ["b", "d"]


def test_the_time_in_the_command_that_goes_on_is_one_that_the_option_takes() -> None:
    since = _written(NOON)
    assert since is not None
    done = CliRunner().invoke(build(), ["replay", "--since", since, "--until", since])
    assert isinstance(done.exception, ConfigurationError), done.output
