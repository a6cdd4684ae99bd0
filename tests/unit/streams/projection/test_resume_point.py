"""Where reading goes on, and when the topic is not the one that was read."""

import pytest

from streams.projection.encoding import Position
from streams.projection.resume_point import ResumePoint, TopicReplacedError, resume_point


def test_an_unread_partition_begins_at_its_first_record() -> None:
    assert resume_point(None, first=3, end=10) == ResumePoint(3)


def test_a_read_partition_goes_on_with_its_last_record_to_compare() -> None:
    assert resume_point(Position(7, 6, "digest"), first=0, end=10) == ResumePoint(6, digest="digest")


def test_after_control_records_what_is_compared_is_the_last_record_that_was_seen() -> None:
    assert resume_point(Position(9, 6, "digest"), first=0, end=9) == ResumePoint(6, digest="digest")


@pytest.mark.parametrize("position", [Position(7, 6, "digest"), Position(7)])
def test_a_partition_that_ends_before_what_was_read_is_another(position: Position) -> None:
    with pytest.raises(TopicReplacedError, match="ends at 6, but was read up to 7"):
        resume_point(position, first=0, end=6)


def test_what_retention_removed_unread_is_counted() -> None:
    assert resume_point(Position(7, 6, "digest"), first=12, end=20) == ResumePoint(12, missing=5)


def test_what_retention_removed_after_it_was_read_is_no_gap() -> None:
    assert resume_point(Position(7, 6, "digest"), first=7, end=20) == ResumePoint(7)
