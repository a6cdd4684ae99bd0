"""Which companies this worker tells: those of the partitions that its gate owns, once it has seen what others told.

Every worker has every company's causes; that the gate's partitions have one owner is used for this too. A new owner
first folds what the brokers had when it became one, and a moment more: seen too early, a cause that was told would be
missing, would be forgotten, and would be told again.
"""

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Final

from mappers.model import Following, Freshness
from streams.notes.ports import Follows

SETTLE_SECONDS: Final = 20.0

Place = tuple[str, int]


class Share:
    """Asked once a round."""

    def __init__(
        self,
        owned: Callable[[], frozenset[int]],
        companies: Iterable[str],
        follows: Follows,
        monotonic: Callable[[], float],
        *,
        settle: float = SETTLE_SECONDS,
    ) -> None:
        """`companies` may change; `owned` are the partitions of the gate at present."""
        self._owned = owned
        self._companies = companies
        self._follows = follows
        self._monotonic = monotonic
        self._settle = settle
        self._since: dict[int, tuple[float, dict[Place, int]]] = {}

    def companies(self) -> list[str]:
        """Those that are ours to tell at this moment."""
        following = self._follows.following()
        if following.freshness is not Freshness.UP_TO_DATE:
            self._since.clear()
            return []
        ours = self._settled(following)
        count = _partitions(following)
        return [each for each in self._companies if count and partition_of(each, count) in ours]

    def still_has(self, company_id: str) -> bool:
        """Whether the company's partition is still ours, as far as the gate knows."""
        count = _partitions(self._follows.following())
        return bool(count) and partition_of(company_id, count) in self._owned()

    def _settled(self, following: Following) -> set[int]:
        owned, now = self._owned(), self._monotonic()
        ends = {(each.topic, each.partition): each.end for each in following.partitions}
        self._since = {each: self._since.get(each, (now, ends)) for each in owned}
        at = {(each.topic, each.partition): each.position for each in following.partitions}
        return {
            each
            for each, (since, then) in self._since.items()
            if now - since >= self._settle and all(at.get(place, -1) >= end for place, end in then.items())
        }


def partition_of(company_id: str, partitions: int) -> int:
    """The same at every worker."""
    return int.from_bytes(sha256(company_id.encode("utf-8", "surrogatepass")).digest()[:8], "big") % partitions


def _partitions(following: Following) -> int:
    """All topics have the same number."""
    return max((each.partition + 1 for each in following.partitions), default=0)
