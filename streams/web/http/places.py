"""The connections that are open, of which there is a bounded number: the longest waiting gives way to a new one."""

from collections.abc import Callable
from typing import Final

from streams.web.http.connection import Awaited, HttpConnection

# A connection that is being answered, or whose body is being read, keeps its place.
_MAY_GIVE_WAY: Final = frozenset({Awaited.CALL, Awaited.HEAD, Awaited.READER, Awaited.END})


class Places:
    """Callers without the token are answered at once, so whatever they open can always give way.

    Who has just come is given `grace` seconds: a storm of connections would else close each before its request is
    read. While all are so young nobody is let in, and a storm costs no more than a place in `grace` seconds.
    """

    def __init__(self, most: int, grace: float, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._grace = grace
        self._monotonic = monotonic
        self._taken: set[HttpConnection] = set()
        self._waiting: dict[HttpConnection, float] = {}
        """Since when, the longest first."""

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, connection: HttpConnection) -> None:
        """Give the connection a place."""
        self._taken.add(connection)

    def make_room(self) -> bool:
        """Whether one more may be taken; the connection that has waited longest is closed for it."""
        if len(self._taken) < self._most:
            return True
        since = next(iter(self._waiting.values()), None)
        return since is not None and self._monotonic() - since >= self._grace and self.free_one()

    def free_one(self) -> bool:
        """Close the connection that has waited longest, if any waits."""
        oldest = next(iter(self._waiting), None)
        if oldest is None:
            return False
        self.leave(oldest)
        oldest.give_way()
        return True

    def changed(self, connection: HttpConnection) -> None:
        """Note what the connection waits for now."""
        self._waiting.pop(connection, None)
        if connection.is_gone:
            self.leave(connection)
        elif connection.awaited in _MAY_GIVE_WAY and connection in self._taken:
            self._waiting[connection] = self._monotonic()

    def leave(self, connection: HttpConnection) -> None:
        """Give the connection's place back."""
        self._taken.discard(connection)
        self._waiting.pop(connection, None)
