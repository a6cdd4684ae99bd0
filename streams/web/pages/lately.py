"""The newest dead letters as they were a little while ago: whoever looks at one shipment does not wait for Kafka."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from streams.web.pages.letter import Letter
from streams.web.ports import PublishError

_log = structlog.get_logger(__name__)

KEPT_SECONDS: Final = 30.0
_WAIT_SECONDS: Final = 2.0


class Lately:
    """Asks at most every half a minute, once for all who want to know, and only when somebody does."""

    def __init__(
        self,
        newest: Callable[[], Awaitable[list[Letter]]],
        monotonic: Callable[[], float],
        *,
        wait: float = _WAIT_SECONDS,
    ) -> None:
        """`wait`: how long a page waits for an answer of now; after that it shows what was known before."""
        self._newest = newest
        self._monotonic = monotonic
        self._wait = wait
        self._known: list[Letter] | None = None
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[None] | None = None

    async def letters(self) -> list[Letter] | None:
        """The letters; None where Kafka has not said."""
        if self._asking is None and self._monotonic() - self._asked_at >= KEPT_SECONDS:
            self._asked_at = self._monotonic()
            self._asking = asyncio.create_task(self._ask())
        if self._asking is not None:
            await asyncio.wait({self._asking}, timeout=self._wait)
        return self._known

    async def _ask(self) -> None:
        known: list[Letter] | None = None
        try:
            known = await self._newest()
        except PublishError:
            # Kafka is away: the page says that it does not know, and whoever looks later asks again.
            return
        except Exception:  # noqa: BLE001  # Nobody waits for this task's end; it logs the trace.
            _log.exception("dead_letters_not_read")
        finally:
            # Whatever it ended with: what was known before is not what is known now.
            self._known, self._asking = known, None
