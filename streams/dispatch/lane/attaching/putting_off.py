"""Files that wait for something else, for which they are not to blame."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

SENDING: Final = 5.0
"""Seconds until the next thought where the document is being written to, or something else comes first."""
NO_CALL_FREE: Final = 300.0
"""The same where the organisation's own work takes every call. By then the file has to be read anew."""


class PutOffError(Exception):
    """Something else comes first, for about so many seconds."""

    def __init__(self, seconds: float = SENDING) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@asynccontextmanager
async def soon(seconds: float) -> AsyncIterator[None]:
    """Raises PutOffError where the block takes longer.

    While an organisation writes without a break none of its other calls has a turn, and a file that is read already
    keeps one of the few places of all organisations.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise PutOffError(NO_CALL_FREE) from None
