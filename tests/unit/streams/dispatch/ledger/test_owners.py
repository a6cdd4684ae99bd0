"""Whether a store may go on with a topic is told by the marks that owners leave in it."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from streams.dispatch.ledger.owners import MOST_OWNERS, Owner, Owners


def marks(*owners: tuple[str, int]) -> Owners:
    return Owners(owners=tuple(Owner(id=name, after=after) for name, after in owners))


def test_the_topic_is_the_stores_own_where_its_owner_is_the_newest() -> None:
    assert marks(("a", 5)).is_continued_by(marks(("a", 5)), 9)


def test_later_owners_follow_what_the_store_has_seen() -> None:
    assert marks(("a", 5)).is_continued_by(marks(("a", 5), ("b", 9)), 9)
    assert marks(("a", 5)).is_continued_by(marks(("a", 12), ("b", 20)), 9), "its own later mark, whose commit it missed"


def test_a_topic_that_was_made_anew_has_other_owners() -> None:
    assert not marks(("a", 5)).is_continued_by(marks(("b", 9)), 9)
    assert not marks(("a", 5)).is_continued_by(marks(), 9)
    assert not marks().is_continued_by(marks(("a", 5)), 9), "a store without a mark knows nothing"


def test_an_owner_where_the_store_has_something_else_shows_that_records_were_lost() -> None:
    assert not marks(("a", 5)).is_continued_by(marks(("a", 5), ("b", 7)), 9)
    assert not marks(("a", 5)).is_continued_by(marks(("a", 7)), 9)


def test_so_does_an_owner_that_has_marked_again_since_further_on() -> None:
    """Its first mark is where the store has something else; its last is behind all that the store has seen."""
    newest = marks(("a", 5), ("b", 7)).followed_by(Owner(id="b", after=20)).followed_by(Owner(id="b", after=30))
    assert newest.after == 30
    assert not marks(("a", 5)).is_continued_by(newest, 9)
    assert marks(("a", 5)).is_continued_by(newest, 7)


def test_an_owner_that_marks_again_stays_one_owner_and_the_oldest_are_forgotten() -> None:
    owners = Owners()
    for number in range(MOST_OWNERS + 5):
        owners = owners.followed_by(Owner(id=f"o{number}", after=number))
    again = owners.followed_by(Owner(id=owners.owners[-1].id, after=1000))
    assert [each.id for each in again.owners] == [f"o{number}" for number in range(5, MOST_OWNERS + 5)]
    assert again.after == 1000


@dataclass
class Machine:
    """A store: what it took from the log, and its mark."""

    seen: list[Any] = field(default_factory=list)
    owners: Owners = field(default_factory=Owners)


@dataclass
class World:
    """A log that may lose its end or begin anew, and machines that own it in turn. Every entry of it is unique."""

    log: list[Any] = field(default_factory=list)
    machines: dict[str, Machine] = field(default_factory=dict)
    writes: int = 0
    lost: bool = False

    def take_over(self, name: str) -> bool:
        """Returns whether the machine's store was believed."""
        machine = self.machines.setdefault(name, Machine())
        newest = next((each for each in reversed(self.log) if isinstance(each, Owners)), Owners())
        position = len(machine.seen)
        fits = position <= len(self.log) and machine.owners.is_continued_by(newest, position)
        if fits:
            assert self.log[:position] == machine.seen, "believed, and the log says something else"
        machine.seen = list(self.log)
        machine.owners = newest
        self.write(machine, newest.followed_by(Owner(id=f"{name}{self.writes}", after=len(self.log))), stored=True)
        return fits

    def write(self, machine: Machine, entry: Any, *, stored: bool) -> None:
        """`stored`: the commit was heard of, and the store followed."""
        self.writes += 1
        self.log.append(entry)
        if stored:
            machine.seen = list(self.log)
            machine.owners = entry if isinstance(entry, Owners) else machine.owners


ACTS = st.lists(
    st.tuples(st.just("take over"), st.sampled_from("xy"))
    | st.tuples(st.just("write"), st.integers(1, 4))
    | st.tuples(st.just("in doubt"), st.just(1))
    | st.tuples(st.just("mark"), st.booleans())
    | st.tuples(st.just("lose"), st.integers(0, 6)),
    max_size=25,
)


REGROWN = [("take over", "x"), ("write", 4), ("lose", 2), ("take over", "y"), ("write", 4), ("take over", "x")]
MARKED_AGAIN = [("take over", "x"), ("write", 1), ("lose", 1), ("take over", "y"), ("mark", False), ("take over", "x")]


@given(ACTS)
@example(REGROWN)
@example(MARKED_AGAIN)
def test_no_store_is_believed_that_differs_from_its_topic(acts: list[tuple[str, Any]]) -> None:
    """And in a topic that loses nothing each is believed."""
    world, owner = World(), ""
    for act, what in acts:
        machine = world.machines.get(owner, Machine())
        match act:
            case "take over":
                known = what in world.machines
                owner = what
                assert world.take_over(what) or world.lost or not known
            case "write" if owner:
                for _ in range(what):
                    world.write(machine, world.writes, stored=True)
            case "in doubt" if owner:
                world.write(machine, world.writes, stored=False)
                owner = ""
            case "mark" if owner:
                mark = Owner(id=machine.owners.owners[-1].id, after=len(machine.seen))
                world.write(machine, machine.owners.followed_by(mark), stored=what)
                owner = owner if what else ""
            case "lose":
                world.lost, owner = True, ""
                world.log = world.log[: max(0, len(world.log) - what)]
            case _:
                pass
