"""The folds: the newest entries in order, each outcome once, whatever is delivered again."""

import random
from datetime import timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from mappers.model.outcome import Outcome, Status
from mappers.model.shipment_log import ShipmentLog
from streams.projection.fold import KEPT_ENTRIES, fold_outcome, fold_snapshot
from tests.builders import OCCURRED_AT
from tests.outcome_builders import make_outcome, make_snapshot, rejected, waiting


def folded(outcomes: list[Outcome]) -> ShipmentLog:
    return reduce(lambda log, each: fold_outcome(log, each[1], each[0]), enumerate(outcomes), ShipmentLog())


def statuses(log: ShipmentLog) -> list[str]:
    return [str(outcome["status"]) for outcome in log.outcomes]


def test_entries_stand_newest_first() -> None:
    log = folded([rejected(request="1"), waiting(request="3", after=3), make_outcome(request="2", after=5)])
    assert statuses(log) == ["PROCESSED", "WAITING", "REJECTED"]


def test_the_place_in_the_topic_decides_and_no_workers_clock() -> None:
    """A worker whose clock is 40 s ahead says WAITING and dies; another one with the right time does the work."""
    log = folded([waiting(request="1", after=40), make_outcome(request="1", after=10)])
    assert statuses(log) == ["PROCESSED", "WAITING"]
    assert log.sync_status == "PROCESSED"


def test_of_two_outcomes_of_one_instant_the_later_in_the_topic_is_newer() -> None:
    log = folded([make_outcome(Status.SKIPPED, request="1"), make_outcome(request="2")])
    assert statuses(log) == ["PROCESSED", "SKIPPED"]


def test_a_time_that_is_a_microsecond_earlier_changes_no_order() -> None:
    log = folded([make_outcome(request="1", after=0.000001), rejected(request="2", after=0)])
    assert statuses(log) == ["REJECTED", "PROCESSED"]


def test_an_outcome_that_is_published_again_is_one_entry_at_its_first_time() -> None:
    first = make_outcome(request="1")
    log = folded([first, rejected(request="2", after=1), make_outcome(request="1", after=9)])
    assert statuses(log) == ["REJECTED", "PROCESSED"]
    assert log.sync_status == "REJECTED"


def test_a_wait_that_goes_on_is_one_entry_with_its_newest_reason() -> None:
    log = folded([waiting("out_of_quota", request="1"), waiting("disconnected", request="1", after=60)])
    assert [outcome["waiting"]["reason"] for outcome in log.outcomes] == ["disconnected"]


def test_the_log_keeps_the_newest_fifty() -> None:
    log = folded([make_outcome(request=str(number), after=number) for number in range(KEPT_ENTRIES + 10)])
    assert len(log.entries) == KEPT_ENTRIES
    assert log.entries[-1].offset == 10


def test_an_outcome_older_than_the_kept_ones_does_not_push_one_out() -> None:
    log = folded([make_outcome(request=str(number), after=number) for number in range(1, KEPT_ENTRIES + 1)])
    assert fold_outcome(log, rejected(request="old", after=99), -1) == log


def test_a_skipped_request_does_not_hide_how_the_shipment_stands() -> None:
    """A late, older revision is SKIPPED; the document in Xero is still the processed one."""
    log = folded([make_outcome(request="1"), make_outcome(Status.SKIPPED, request="2", after=60)])
    assert log.sync_status == "PROCESSED"
    assert log.synced_at == "2026-11-20T03:15:22.123Z"
    assert statuses(log)[0] == "SKIPPED"


def test_a_shipment_of_which_everything_was_skipped_says_so() -> None:
    assert folded([make_outcome(Status.SKIPPED)]).sync_status == "SKIPPED"


def test_the_time_beside_a_status_is_when_that_status_was_reached() -> None:
    log = folded([make_outcome(request="1"), rejected(request="2", after=60)])
    assert (log.sync_status, log.synced_at) == ("REJECTED", "2026-11-20T03:16:22.123Z")


def outcomes_of(requests: int) -> st.SearchStrategy[list[Outcome]]:
    names = st.integers(1, requests).map(str)
    each = st.builds(make_outcome, st.sampled_from(Status), request=names, after=st.integers(0, 20))
    return st.lists(each, max_size=80)


outcomes = outcomes_of(70)
# No more ids than entries that are kept: what was forgotten cannot be told from what is new.
few_outcomes = outcomes_of(KEPT_ENTRIES // len(Status))


@given(outcomes)
def test_a_replay_of_the_topic_changes_nothing(given: list[Outcome]) -> None:
    once = folded(given)
    again = reduce(lambda log, each: fold_outcome(log, each[1], each[0]), enumerate(given), once)
    assert again == once


@given(few_outcomes, st.randoms(use_true_random=False))
def test_the_log_does_not_depend_on_the_order_of_arrival(given: list[Outcome], shuffle: random.Random) -> None:
    records = list(enumerate(given))
    log = folded(given)
    shuffle.shuffle(records)
    assert reduce(lambda log, each: fold_outcome(log, each[1], each[0]), records, ShipmentLog()) == log


@given(outcomes)
def test_each_outcome_stands_in_the_log_once_and_newest_first(given: list[Outcome]) -> None:
    log = folded(given)
    ids = [outcome["outcome_id"] for outcome in log.outcomes]
    assert len(ids) == len(set(ids)) <= KEPT_ENTRIES
    assert [entry.offset for entry in log.entries] == sorted((entry.offset for entry in log.entries), reverse=True)


def test_the_snapshot_of_the_higher_revision_stays_whatever_its_time() -> None:
    newer = make_snapshot(revision=8, occurred_at=OCCURRED_AT - timedelta(hours=1))
    older = make_snapshot(revision=7, occurred_at=OCCURRED_AT)
    assert fold_snapshot(newer, older) is newer
    assert fold_snapshot(older, newer) is newer


def test_without_revisions_the_later_snapshot_stays() -> None:
    earlier = make_snapshot(revision=None)
    later = make_snapshot(revision=None, occurred_at=OCCURRED_AT + timedelta(seconds=1))
    assert fold_snapshot(later, earlier) is later
    assert fold_snapshot(earlier, later) is later


def test_of_two_equally_new_snapshots_the_last_one_stays() -> None:
    first, second = make_snapshot(status="A"), make_snapshot(status="B")
    assert fold_snapshot(first, second) is second


def test_a_snapshot_far_ahead_of_its_time_holds_no_later_one_up() -> None:
    """Measured by when Kafka took the later one, so that reading the topic again gives the same."""
    ahead = make_snapshot(revision=None, occurred_at=OCCURRED_AT.replace(year=9999))
    later = make_snapshot(revision=None, recorded_at=OCCURRED_AT)
    assert fold_snapshot(ahead, later) is later
