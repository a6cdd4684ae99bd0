"""The loopback address to which Xero sends the browser back after a consent (RFC 8252, section 7.3)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web

from xero_client.auth.consent import ConsentRequest

THANKS = "Xero has answered. This window may be closed; go back to the terminal."
NOT_OURS = "This answer does not belong to the question that was asked; nothing was changed."


class RedirectListener:
    """Waits for the one answer to a question. Anything else that calls is told that it is not ours."""

    def __init__(self, request: ConsentRequest) -> None:
        self._request = request
        self._answer: asyncio.Future[Mapping[str, str]] = asyncio.get_running_loop().create_future()

    async def answer(self) -> Mapping[str, str]:
        """The query of the redirect; bound the wait with `asyncio.timeout`."""
        return await self._answer

    async def serve(self, request: web.Request) -> web.Response:
        """One call of a browser."""
        query = dict(request.query)
        if not self._request.is_answered_by(query):
            return web.Response(status=400, text=NOT_OURS)
        if not self._answer.done():
            self._answer.set_result(query)
        return web.Response(text=THANKS, headers={"Referrer-Policy": "no-referrer", "Cache-Control": "no-store"})


@asynccontextmanager
async def listening(request: ConsentRequest) -> AsyncIterator[RedirectListener]:
    """Listen at the question's redirect address for the block. Raises ValueError unless it is http on loopback.

    The address must be registered with the app at developer.xero.com, such as http://localhost:8765/callback.
    """
    parts = urlsplit(request.redirect_uri)
    if parts.scheme != "http" or parts.hostname not in {"localhost", "127.0.0.1"} or parts.port is None:
        raise ValueError(f"{request.redirect_uri} is not http on localhost with a port")
    listener = RedirectListener(request)
    app = web.Application()
    app.router.add_get(parts.path or "/", listener.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", parts.port).start()
        yield listener
    finally:
        await runner.cleanup()
