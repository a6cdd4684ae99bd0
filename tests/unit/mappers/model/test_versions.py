"""Revisions order two versions of a shipment where both have one that differs; otherwise their times do."""

from datetime import timedelta
from typing import Any

import pytest

from mappers.model.sync_request import SyncRequest
from mappers.model.versions import is_older
from tests.builders import OCCURRED_AT, make_request


def version(revision: int | None, seconds: float = 0) -> SyncRequest:
    fields: dict[str, Any] = {"revision": revision, "occurred_at": OCCURRED_AT + timedelta(seconds=seconds)}
    return make_request(**fields)


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        (version(6, 9), version(7, 0), True),
        (version(7, 0), version(6, 9), False),
        (version(7, 0), version(7, 9), True),
        (version(7, 9), version(7, 0), False),
        (version(None, 0), version(7, 9), True),
        (version(None, 9), version(7, 0), False),
        (version(6, 9), version(None, 0), False),
        (version(None, 0), version(None, 9), True),
    ],
)
def test_the_older_of_two(one: SyncRequest, other: SyncRequest, older: bool) -> None:
    assert is_older(one, other) is older


@pytest.mark.parametrize("revision", [7, None])
def test_a_version_is_not_older_than_its_equal(revision: int | None) -> None:
    assert not is_older(version(revision), version(revision))
