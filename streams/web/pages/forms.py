"""The forms of the pages: read to their end before anything is done with them, and no further than one can be long.

Whoever reads a form for FastAPI keeps what comes, in memory or in a file, a thousand fields of a megabyte each, and
asks who it is from afterwards.
"""

import asyncio
from contextlib import AsyncExitStack
from typing import Final

from fastapi import Request
from starlette.types import Message, Receive, Scope

from streams.web.access import CallsUnderWay
from streams.web.calls.bodies import read_body
from streams.web.pages.door import Doors
from streams.web.problems import ApiError, HttpCode

LONGEST_FORM: Final = 64 * 1024
"""Bytes. The longest of ours asks for ten shipments, or has a reason of 500 characters."""
FORMS_AT_ONCE: Final = 16
FORM_SECONDS: Final = 5.0
_CHANGES_NOTHING: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Forms:
    """Gives each call to a page its place. Forms of whom nobody knows have places of their own, and few."""

    def __init__(self, doors: Doors, *, seconds: float = FORM_SECONDS) -> None:
        """`seconds`: how long a form may take to come."""
        self._doors = doors
        self._seconds = seconds
        self._of_strangers = CallsUnderWay(FORMS_AT_ONCE)

    async def let_in(self, place: AsyncExitStack, scope: Scope, receive: Receive) -> Receive:
        """What the page is to read from, while the call has its place. Raises ApiError 408, 413 and 503."""
        if scope["method"] in _CHANGES_NOTHING:
            await place.enter_async_context(self._doors.calls.one_more())
            return receive
        request = Request(scope, receive)
        is_known = self._doors.person(request) is not None
        await place.enter_async_context((self._doors.calls if is_known else self._of_strangers).one_more())
        return _given_again(await self._whole(request), receive)

    async def _whole(self, request: Request) -> bytes:
        try:
            async with asyncio.timeout(self._seconds):
                return await read_body(request, LONGEST_FORM, "Send the form as the page has it.")
        except TimeoutError:
            raise ApiError(
                408, HttpCode.REQUEST_TOO_SLOW, "The form did not come in time.", "Send it once more."
            ) from None


def _given_again(form: bytes, receive: Receive) -> Receive:
    """The form as one message, then whatever the caller does."""
    left: list[Message] = [{"type": "http.request", "body": form, "more_body": False}]

    async def next_message() -> Message:
        return left.pop() if left else await receive()

    return next_message
