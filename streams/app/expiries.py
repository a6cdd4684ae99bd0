"""Shows when access tokens and consents end, so that a person is asked before Xero refuses."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from xero_client.auth import ConsentStore, consent_ends
from xero_client.errors import XeroError

SHOWN_EVERY = 15.0


class ExpiryMetrics(Protocol):
    """Where it is shown."""

    def token_expires(self, connection: str, timestamp: float) -> None:
        """Unix seconds; 0 where there is no token."""
        ...

    def consent_expires(self, connection: str, timestamp: float) -> None:
        """Unix seconds; 0 where there is no consent."""
        ...


class Expiries:
    """`lives` gives the seconds that each connection's token has left; `stores` are those of the consents."""

    def __init__(
        self,
        lives: Callable[[], Mapping[str, float]],
        stores: Mapping[str, ConsentStore],
        metrics: ExpiryMetrics,
        utc: Callable[[], datetime],
    ) -> None:
        self._lives = lives
        self._stores = stores
        self._metrics = metrics
        self._utc = utc
        self.consents: dict[str, datetime] = {}
        """When each connection's consent ends, as it was last looked up; those without one are not there."""

    async def show(self) -> None:
        """Show them, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(SHOWN_EVERY)

    async def look(self) -> None:
        """Show them as they are now. What a disk or a key does not let be read is shown as none."""
        now = self._utc().timestamp()
        for connection, seconds in self._lives().items():
            self._metrics.token_expires(connection, now + seconds if seconds > 0 else 0.0)
        for connection, store in self._stores.items():
            # In a thread: the folder may be on a network disk that hangs.
            end = await asyncio.to_thread(_end_of, store)
            self._metrics.consent_expires(connection, end)
            if end:
                self.consents[connection] = datetime.fromtimestamp(end, UTC)
            else:
                self.consents.pop(connection, None)


def _end_of(store: ConsentStore) -> float:
    try:
        consent = store.read()
    except XeroError:
        return 0.0
    return 0.0 if consent is None else consent_ends(consent).timestamp()
