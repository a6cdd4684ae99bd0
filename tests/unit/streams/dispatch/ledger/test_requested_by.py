"""Who pressed Send goes from the request into its answers, and into no request that nobody pressed Send for."""

from datetime import UTC, datetime

from mappers.model.outcome import Outcome, Waiting
from mappers.model.problem import Code, Problem
from mappers.model.sync_request import Trigger
from mappers.outbound.outcome_json import decode_outcome, encode_outcome
from streams.dispatch.ledger import answers, transitions
from tests.unit.streams.dispatch.requests import numbered

NOW = datetime(2026, 11, 20, tzinfo=UTC)
ASKED = numbered(1).model_copy(update={"requested_by": "Sandra Lee", "trigger": Trigger.SYNC_NOW})
PROBLEM = Problem(code=Code.PRODUCT_NOT_FOUND, message="…")


def of_each_kind(request: object) -> list[Outcome]:
    asked = numbered(1).model_validate(request)
    return [
        answers.rejected(asked, (PROBLEM,), NOW),
        answers.skipped(asked, PROBLEM, NOW),
        answers.waiting(asked, Waiting(reason="out_of_quota"), NOW),
    ]


def test_every_answer_says_who_asked_and_is_read_back_so() -> None:
    for outcome in of_each_kind(ASKED):
        assert outcome.requested_by == "Sandra Lee"
        assert decode_outcome(encode_outcome(outcome)) == outcome


def test_where_nobody_in_particular_asked_the_answer_is_as_it_was() -> None:
    for outcome in of_each_kind(numbered(1)):
        assert b"requested_by" not in encode_outcome(outcome)


def test_a_release_is_asked_for_by_nobody() -> None:
    again = transitions._requested_again(ASKED, NOW)
    assert (again.trigger, again.requested_by) == (Trigger.RELEASED, None)
