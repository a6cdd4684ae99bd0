"""How many open rows each organisation has in each state."""

from collections import Counter

from streams.dispatch.store.indexed import Indexed


class Depths:
    """Counts that are kept, not taken: walking over 100,000 open rows each second costs more than the work itself.

    Also the difference between two ledgers; counts below zero are allowed for that.
    """

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def change(self, before: Indexed | None, after: Indexed | None) -> None:
        """A row was `before` and is `after`; None where there was or is no row."""
        if before is not None and before.is_open:
            self.add(before.organisation, before.state, -1)
        if after is not None and after.is_open:
            self.add(after.organisation, after.state, 1)

    def add(self, organisation: str, state: str, count: int) -> None:
        """So many more rows of an organisation in a state."""
        counts = self._counts.get(organisation)
        if counts is None:  # Not `setdefault`: to make a counter takes longer than all the rest.
            counts = self._counts[organisation] = Counter()
        counts[state] += count
        if counts[state] == 0:
            del counts[state]
        if not counts:
            del self._counts[organisation]

    def add_all(self, other: "Depths", sign: int) -> None:
        """Add (1) or subtract (-1) what the other counted."""
        for organisation in other.organisations():
            for state, count in other.of(organisation).items():
                self.add(organisation, state, sign * count)

    def of(self, organisation: str) -> dict[str, int]:
        """The organisation's counts by state; a state with none is left out."""
        return dict(self._counts.get(organisation, {}))

    def organisations(self) -> set[str]:
        """Those with any count."""
        return set(self._counts)
