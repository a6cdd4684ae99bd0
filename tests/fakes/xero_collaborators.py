"""What the client is given in tests: tokens, a governor without limits, an observer that records, and a clock."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from xero_client.errors import XeroError
from xero_client.port import Grant, Priority
from xero_client.vocabulary import CallOperation, CallResult

NOW = datetime(2026, 11, 20, 3, 15, 22, tzinfo=UTC)


class FakeTokens:
    """Hands out `current`; a renewal makes it the next of `later`, or raises `renewal_error`."""

    def __init__(self, current: str = "token-1", later: tuple[str, ...] = ("token-2", "token-3")) -> None:
        self.current = current
        self.renewals: list[tuple[str, str]] = []
        self.renewal_error: XeroError | None = None
        self._later = list(later)

    async def access_token(self, organisation: str) -> str:
        """The current token, whatever the organisation."""
        del organisation
        return self.current

    async def renew(self, organisation: str, rejected: str) -> str:
        """A newer token than `rejected`."""
        self.renewals.append((organisation, rejected))
        if self.renewal_error is not None:
            raise self.renewal_error
        if rejected == self.current:
            self.current = self._later.pop(0)
        return self.current


class OpenGovernor:
    """Grants at once, up to `places` calls of an organisation at a time. Records what it is told."""

    def __init__(self, places: int = 5) -> None:
        self.granted: list[tuple[str, Priority]] = []
        self.uses: list[Grant] = []
        self.observed: list[tuple[str, int, Mapping[str, str]]] = []
        self._each = places
        self._places: dict[str, asyncio.Semaphore] = {}

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """A grant, as soon as one of the places is free."""
        return self._slot(organisation, priority)

    @asynccontextmanager
    async def _slot(self, organisation: str, priority: Priority) -> AsyncIterator[Grant]:
        async with self._places.setdefault(organisation, asyncio.Semaphore(self._each)):
            self.granted.append((organisation, priority))
            yield Grant(organisation)

    def used(self, grant: Grant) -> None:
        """Record the grant."""
        self.uses.append(grant)

    def observe(self, organisation: str, headers: Mapping[str, str], status: int) -> None:
        """Record the reply's headers."""
        self.observed.append((organisation, status, headers))


class RecordingObserver:
    """Records (operation, result) of every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.seconds: list[float] = []
        self.organisations: list[str] = []

    def observe(self, operation: CallOperation, result: CallResult, seconds: float, organisation: str = "") -> None:
        """Record one call."""
        self.organisations.append(organisation)
        self.calls.append((operation, result))
        self.seconds.append(seconds)


def fixed_clock() -> datetime:
    """Always the same moment, `NOW`."""
    return NOW
