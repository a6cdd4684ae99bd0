"""Requests whose problems somebody may have cured in Xero since its master data was read, and what they need of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from mappers.model import MasterList, Needs, Problem, ReferenceData, SyncRequest
from mappers.planning import Rejected, lists_behind
from streams.dispatch.batch import MOST_ROUNDS
from streams.dispatch.context import LaneTime
from streams.dispatch.lane.shipment_planner import ShipmentPlanner
from streams.dispatch.ledger import Row, RowKey
from xero_client.errors import XeroError
from xero_client.port import References

Work = tuple[RowKey, SyncRequest]

LOOKED_UP_AT_ONCE = 25


class LookUpFaultError(Exception):
    """A fault of ours in looking up what some requests need; the log has it."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """A request whose problems master data may cure: it may have been corrected in Xero since the cache was read.

    The request itself stays in the ledger: there may be many. `lists` are to be as Xero has them at `asked_at`
    (monotonic clock) or later; `size` is that of its row. `faults` counts the looks that failed with it, although Xero
    answered others meanwhile.
    """

    request_id: UUID
    urgent: bool
    size: int
    lists: frozenset[MasterList]
    asked_at: float
    faults: int = 0


@dataclass(slots=True)
class SecondLooks:
    """What a first look, begun at `asked_at`, leaves for a second one."""

    asked_at: float
    found: dict[RowKey, SecondLook] = field(default_factory=dict)


class LookUps:
    """Has Xero asked for what requests need."""

    def __init__(
        self,
        references: References,
        planner: ShipmentPlanner,
        time: LaneTime,
        refuse: Callable[[RowKey, SyncRequest, tuple[Problem, ...]], None],
    ) -> None:
        """`refuse` answers a request of which it cannot be told what it needs."""
        self._references = references
        self._planner = planner
        self._time = time
        self._refuse = refuse

    async def look_up(
        self, organisation: str, looks: Mapping[RowKey, SecondLook], work: Sequence[Work]
    ) -> tuple[list[Work], ReferenceData | None]:
        """The work that is left, and the master data as it is now. Raises LookUpFaultError, and what `resolve` does."""
        left, wanted = await self._needs(work)
        lists = frozenset(name for each in looks.values() for name in each.lists)
        asked_at = max(each.asked_at for each in looks.values())
        for_people = all(each.urgent for each in looks.values())
        if not left:
            return [], None
        try:
            wanted = replace(wanted, lists=lists)
            found = await self._references.resolve(organisation, wanted, asked_at=asked_at, for_people=for_people)
        except XeroError:
            raise
        except Exception as error:
            # Whose it is shows when each is looked up by itself.
            self._planner.fault(left[0][1], error)
            raise LookUpFaultError from error
        return left, found

    async def _needs(self, work: Sequence[Work]) -> tuple[list[Work], Needs]:
        left: list[Work] = []
        needed: list[Needs] = []
        turn = self._time.begin_turn()
        for key, request in work:
            found, turn = await self._time.finish(self._planner.needs(request), turn)
            turn = await self._time.next_turn(turn)
            if isinstance(found, Needs):
                left.append((key, request))
                needed.append(found)
            else:
                self._refuse(key, request, found.problems)
        return left, _joined(needed)


def _joined(wanted: Iterable[Needs]) -> Needs:
    """What all of them need."""
    customers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    for each in wanted:
        customers |= each.customers
        products |= each.products
    return Needs(customers=customers, products=products)


def next_looks(looks: Mapping[RowKey, SecondLook]) -> tuple[dict[RowKey, SecondLook], int]:
    """Which of them may come next together, and how many of these at most.

    Those of people who ask come first and by themselves: calls are kept for their questions. Then those that failed
    least; from the second failure on half as many each time, so that what cannot be looked up is alone in the end.
    """
    found = {key: look for key, look in looks.items() if look.urgent} or dict(looks)
    fewest = min((look.faults for look in found.values()), default=0)
    alike = {key: look for key, look in found.items() if look.faults == fewest}
    return alike, max(1, LOOKED_UP_AT_ONCE >> max(0, fewest - 1))


def failed(looks: Mapping[RowKey, SecondLook]) -> tuple[dict[RowKey, SecondLook], bool]:
    """The same looks after one more failure, and whether they are given up: one that is alone, after five."""
    counted = {key: replace(look, faults=look.faults + 1) for key, look in looks.items()}
    return counted, len(counted) == 1 and all(look.faults >= MOST_ROUNDS for look in counted.values())


def watch_what_lacked(references: References, row: Row, rejected: Rejected, now: datetime) -> None:
    """Look often for what a shipment was rejected for a while ago: whoever looked then may not run any more."""
    lists = lists_behind(rejected.problems)
    if row.request is not None and row.ended_at is not None and lists:
        references.watch(row.request.organisation, lists, (now - row.ended_at).total_seconds())
