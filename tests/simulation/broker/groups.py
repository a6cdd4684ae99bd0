"""A consumer group of the classic protocol: members, generations, and the offsets that it has committed.

With static members (KIP-345): whoever joins with a known instance id takes that member's place without a rebalance.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from tests.simulation.broker.codes import Code

Place = tuple[str, int]
Later = Callable[[float, Callable[[], None]], asyncio.TimerHandle]


class State(Enum):
    """Of a group."""

    EMPTY = "empty"
    PREPARING = "preparing"
    COMPLETING = "completing"
    STABLE = "stable"


@dataclass(frozen=True, slots=True)
class Joined:
    """The answer to a member that joins. `members` are told to the leader alone."""

    code: Code
    generation: int = -1
    protocol: str = ""
    leader: str = ""
    member: str = ""
    members: tuple[tuple[str, str | None, bytes], ...] = ()


@dataclass(slots=True)
class Member:
    """One consumer."""

    id: str
    instance: str | None
    session: float
    rebalance: float
    protocols: Mapping[str, bytes]
    joining: "asyncio.Future[Joined] | None" = None
    syncing: "asyncio.Future[tuple[Code, bytes]] | None" = None
    assignment: bytes = b""
    timer: asyncio.TimerHandle | None = None


class Group:
    """`new_future` makes what a request waits for; `later` calls back after seconds of the broker."""

    def __init__(self, name: str, later: Later, new_future: "Callable[[], asyncio.Future[object]]") -> None:
        self.name = name
        self.offsets: dict[Place, int] = {}
        self.rebalances = 0
        self._pending: dict[int, dict[Place, int]] = {}
        self._later = later
        self._new_future = new_future
        self._members: dict[str, Member] = {}
        self._promised: set[str] = set()
        self._state = State.EMPTY
        self._generation = 0
        self._leader = ""
        self._protocol = ""
        self._named = 0
        self._deadline: asyncio.TimerHandle | None = None

    # -- offsets -----------------------------------------------------------------------------------------------------

    def commit(self, member: str, generation: int, offsets: Mapping[Place, int]) -> Code:
        """Commit as a member, or as nobody while there are no members."""
        if generation < 0 and not self._members:
            self.offsets |= offsets
            return Code.NONE
        if (code := self._check(member, generation)) is not Code.NONE:
            return code
        if self._state is State.COMPLETING:
            return Code.REBALANCE_IN_PROGRESS
        self.offsets |= offsets
        return Code.NONE

    def commit_in_transaction(self, producer: int, offsets: Mapping[Place, int]) -> None:
        """They count when the transaction is committed."""
        self._pending.setdefault(producer, {}).update(offsets)

    def end_transaction(self, producer: int, *, commit: bool) -> None:
        """They count from now on, or never did."""
        pending = self._pending.pop(producer, {})
        if commit:
            self.offsets |= pending

    # -- members -----------------------------------------------------------------------------------------------------

    def join(
        self, member: str, instance: str | None, session: float, rebalance: float, protocols: Mapping[str, bytes]
    ) -> "Joined | asyncio.Future[Joined]":
        """A consumer joins, or joins again."""
        holder = next((each for each in self._members.values() if instance and each.instance == instance), None)
        if not member:
            if instance is None:
                self._promised.add(name := self._new_name("consumer"))
                return Joined(Code.MEMBER_ID_REQUIRED, member=name)
            if holder is not None:
                return self._replace(holder, session, rebalance, protocols)
            member = self._new_name(instance)
        elif instance is not None and (holder is None or holder.id != member):
            return Joined(Code.UNKNOWN_MEMBER_ID if holder is None else Code.FENCED_INSTANCE_ID)
        elif member not in self._members and member not in self._promised:
            return Joined(Code.UNKNOWN_MEMBER_ID)
        known = self._members.get(member)
        if known is not None and self._repeats(known, protocols):
            return self._stands(known)
        self._promised.discard(member)
        self._members[member] = known or Member(member, instance, session, rebalance, protocols)
        self._members[member].protocols = protocols
        return self._wait(self._members[member])

    def _replace(
        self, former: Member, session: float, rebalance: float, protocols: Mapping[str, bytes]
    ) -> "Joined | asyncio.Future[Joined]":
        """The same instance begins anew: the former process is fenced, and nothing else changes."""
        del self._members[former.id]
        _stop(former)
        if former.joining is not None and not former.joining.done():
            former.joining.set_result(Joined(Code.FENCED_INSTANCE_ID))
        if former.syncing is not None and not former.syncing.done():
            former.syncing.set_result((Code.FENCED_INSTANCE_ID, b""))
        member = Member(self._new_name(str(former.instance)), former.instance, session, rebalance, protocols)
        member.assignment = former.assignment
        self._members[member.id] = member
        leader = self._leader
        self._leader = member.id if leader == former.id else leader
        if self._state is not State.STABLE:
            return self._wait(member)
        self._beat(member)
        # Up to version 8 of the request the former leader's name is told, so that nobody assigns in a stable group.
        return Joined(Code.NONE, self._generation, self._protocol, leader, member.id)

    def _repeats(self, known: Member, protocols: Mapping[str, bytes]) -> bool:
        """Whether it asks for what it has been told already: only a leader begins a stable group's rebalance so."""
        is_leader = known.id == self._leader
        stands = self._state is State.COMPLETING or (self._state is State.STABLE and not is_leader)
        return stands and known.protocols == protocols

    def _stands(self, known: Member) -> Joined:
        told = self._everybody() if known.id == self._leader else ()
        return Joined(Code.NONE, self._generation, self._protocol, self._leader, known.id, told)

    def _everybody(self) -> tuple[tuple[str, str | None, bytes], ...]:
        return tuple((each.id, each.instance, each.protocols[self._protocol]) for each in self._members.values())

    def _wait(self, member: Member) -> "asyncio.Future[Joined]":
        future: asyncio.Future[Joined] = self._new_future()  # type: ignore[assignment]  # Of any kind.
        member.joining = future
        _stop(member)
        self._prepare()
        self._complete_if_all()
        return future

    def _prepare(self) -> None:
        if self._state is State.PREPARING:
            return
        for each in self._members.values():
            if each.syncing is not None and not each.syncing.done():
                each.syncing.set_result((Code.REBALANCE_IN_PROGRESS, b""))
            each.syncing = None
        self._state = State.PREPARING
        self.rebalances += 1
        longest = max((each.rebalance for each in self._members.values()), default=0.0)
        self._deadline = self._later(longest, self._complete)

    def _complete_if_all(self) -> None:
        if self._state is State.PREPARING and all(each.joining is not None for each in self._members.values()):
            self._complete()

    def _complete(self) -> None:
        """Begin a generation with those who joined; a static member that did not keeps its place for its session."""
        if self._state is not State.PREPARING:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        for each in [each for each in self._members.values() if each.joining is None and each.instance is None]:
            self._forget(each)
        joined = [each for each in self._members.values() if each.joining is not None]
        if not joined:
            self._wait_on()
            return
        self._generation += 1
        self._state = State.COMPLETING
        if self._leader not in {each.id for each in joined}:
            self._leader = joined[0].id
        self._protocol = next(iter(joined[0].protocols))
        for each in joined:
            self._tell(each)

    def _tell(self, member: Member) -> None:
        if member.joining is not None and not member.joining.done():
            member.joining.set_result(self._stands(member))
        member.joining = None
        self._beat(member)

    def _wait_on(self) -> None:
        """Nobody has joined: whoever keeps its place may still do so."""
        if self._members:
            self._deadline = self._later(1.0, self._complete)
        else:
            self._state = State.EMPTY

    def sync(
        self, member: str, instance: str | None, generation: int, assignments: Mapping[str, bytes]
    ) -> "tuple[Code, bytes] | asyncio.Future[tuple[Code, bytes]]":
        """A member asks for its share; the leader brings everybody's."""
        if (code := self._check(member, generation, instance)) is not Code.NONE:
            return code, b""
        known = self._members[member]
        self._beat(known)
        if self._state is State.PREPARING:
            return Code.REBALANCE_IN_PROGRESS, b""
        if self._state is State.STABLE:
            return Code.NONE, known.assignment
        future: asyncio.Future[tuple[Code, bytes]] = self._new_future()  # type: ignore[assignment]  # Of any kind.
        known.syncing = future
        if member == self._leader:
            self._state = State.STABLE
            for each in self._members.values():
                each.assignment = assignments.get(each.id, b"")
                if each.syncing is not None and not each.syncing.done():
                    each.syncing.set_result((Code.NONE, each.assignment))
                each.syncing = None
        return future

    def heartbeat(self, member: str, generation: int) -> Code:
        """A member is alive."""
        if (code := self._check(member, generation)) is not Code.NONE:
            return code
        self._beat(self._members[member])
        return Code.REBALANCE_IN_PROGRESS if self._state is State.PREPARING else Code.NONE

    def leave(self, member: str) -> Code:
        """A member leaves."""
        known = self._members.get(member)
        if known is None:
            return Code.UNKNOWN_MEMBER_ID
        self._remove(known)
        return Code.NONE

    def _check(self, member: str, generation: int, instance: str | None = None) -> Code:
        if instance is not None and any(
            each.instance == instance and each.id != member for each in self._members.values()
        ):
            return Code.FENCED_INSTANCE_ID
        if member not in self._members:
            return Code.UNKNOWN_MEMBER_ID
        return Code.NONE if generation == self._generation else Code.ILLEGAL_GENERATION

    def _beat(self, member: Member) -> None:
        _stop(member)
        member.timer = self._later(member.session, lambda: self._expire(member))

    def _expire(self, member: Member) -> None:
        waits = member.joining is not None or member.syncing is not None
        if self._members.get(member.id) is member and not waits:
            self._remove(member)

    def _remove(self, member: Member) -> None:
        self._forget(member)
        if not self._members:
            self._generation += 1
            self._state = State.EMPTY
            return
        self._prepare()
        self._complete_if_all()

    def _forget(self, member: Member) -> None:
        _stop(member)
        self._members.pop(member.id, None)

    def _new_name(self, prefix: str) -> str:
        self._named += 1
        return f"{prefix}-{self._named}"


def _stop(member: Member) -> None:
    if member.timer is not None:
        member.timer.cancel()
        member.timer = None
