"""However many requests a shipment had: a repeat is answered by nothing, what was never asked for exactly once."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from mappers.model.sync_request import SyncRequest
from streams.dispatch.ledger.answers import DIGESTS, WHOLE_IDS
from streams.dispatch.ledger.codec import encode_key
from streams.dispatch.ledger.group_commit import GroupCommit
from streams.dispatch.ledger.records import RowKey, page_keys
from streams.dispatch.ledger.transitions import IntakeResult
from streams.dispatch.ledger.update import LedgerUpdate
from tests.builders import COMPANY_ID, ORGANISATION
from tests.unit.streams.dispatch.harness import Fence, Topic
from tests.unit.streams.dispatch.requests import numbered

NOW = datetime(2026, 11, 20, tzinfo=UTC)
KEY = RowKey(ORGANISATION, COMPANY_ID, "SHP-00001")
POLLED = 200
REMEMBERED = WHOLE_IDS + DIGESTS


class Owners:
    """One owner after the other: each restores the ledger from the topic, and takes requests as they are polled."""

    def __init__(self) -> None:
        self.topic = Topic()
        self.largest = 0
        """Bytes of a record of the ledger."""

    async def take(self, requests: Sequence[SyncRequest]) -> list[IntakeResult]:
        """As a new owner."""
        ledger, results = self.topic.read(), list[IntakeResult]()
        commit = GroupCommit(ledger, Fence(self.topic), lambda _: None, lambda: NOW)
        for start in range(0, len(requests), POLLED):
            update = LedgerUpdate(ledger, commit, NOW)
            results += [update.take(each) for each in requests[start : start + POLLED]]
            update.submit()
            await self._written(commit)
        return results

    async def forget(self) -> None:
        ledger = self.topic.read()
        commit = GroupCommit(ledger, Fence(self.topic), lambda _: None, lambda: NOW)
        update = LedgerUpdate(ledger, commit, NOW)
        update.forget([KEY])
        update.submit()
        await self._written(commit)

    def ended(self) -> Counter[UUID]:
        """How often each request was answered."""
        return Counter(each.request_id for each in self.topic.outcomes)

    def stored(self) -> list[bytes]:
        """The keys that the topic has records of."""
        return [key for key, value in self.topic.ledger.items() if value is not None]

    async def _written(self, commit: GroupCommit) -> None:
        await commit._commit(commit._next_batch())
        self.largest = max(self.largest, *(len(value or b"") for value in self.topic.ledger.values()))


@given(
    st.integers(1, 2 * REMEMBERED + 200) | st.sampled_from([REMEMBERED, REMEMBERED + 1, 2 * REMEMBERED + 1]),
    st.integers(0, 40),
    st.randoms(use_true_random=False),
)
@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])  # To shrink takes minutes.
async def test_of_any_number_of_requests_each_is_answered_once(count: int, late: int, chance: random.Random) -> None:
    """They come in any order; then all are replayed in any order, with some that are older and were never seen."""
    requests = [numbered(1, revision=revision) for revision in range(1, count + 1)]
    stragglers = [numbered(1, revision=chance.randint(1, count), event=f"late-{index}") for index in range(late)]
    newest = numbered(1, revision=count + 1)
    owners = Owners()
    await owners.take([*_shuffled(requests, chance), newest])
    replay = _shuffled([*requests, newest, *stragglers], chance)
    results = dict(zip([each.request_id for each in replay], await owners.take(replay), strict=True))
    assert {results[each.request_id] for each in (*requests, newest)} == {IntakeResult.DUPLICATE}
    assert {results[each.request_id] for each in stragglers} <= {IntakeResult.STALE}
    assert owners.ended() == {each.request_id: 1 for each in (*requests, *stragglers)}, "the newest is still open"


@pytest.mark.parametrize("pages", [1, 3])
async def test_what_is_remembered_is_bounded_in_each_record_and_forgotten_with_the_shipment(pages: int) -> None:
    owners = Owners()
    await owners.take([numbered(1, revision=each + 1) for each in range(WHOLE_IDS + (pages + 1) * DIGESTS)])
    assert sorted(owners.stored()) == sorted([encode_key(KEY), *(encode_key(each) for each in page_keys(KEY, pages))])
    assert owners.largest < 20_000
    await owners.forget()
    assert owners.stored() == []


def _shuffled(requests: Sequence[SyncRequest], chance: random.Random) -> list[SyncRequest]:
    """In an order by chance, or nearly as they came: chance decides."""
    order = list(requests)
    if chance.random() < 0.7:
        chance.shuffle(order)
    return order
