"""A token endpoint without grace: only the newest refresh token is good, every other ends the consent for ever."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from deploy.kafka.ports import LOOPBACK
from tests.unit.xero_client.auth.consent_harness import free_port


@dataclass
class StrictIdentity:
    """Counts refreshes. After one reuse of an old token nothing is good any more, as with many identity servers."""

    url: str = ""
    refreshes: int = 0
    reuses: int = 0

    @property
    def newest(self) -> str:
        """The only refresh token that is good."""
        return f"refresh-{self.refreshes}"

    async def token(self, request: web.Request) -> web.Response:
        """POST of a refresh."""
        form = await request.post()
        if self.reuses or form.get("refresh_token") != self.newest:
            self.reuses += 1
            return web.json_response({"error": "invalid_grant"}, status=400)
        self.refreshes += 1
        token = {"access_token": f"access-{self.refreshes}", "refresh_token": self.newest, "expires_in": 1800}
        return web.json_response(token)


@asynccontextmanager
async def strict_identity() -> AsyncIterator[StrictIdentity]:
    """The server on a free port of loopback for the block."""
    identity = StrictIdentity()
    app = web.Application()
    app.router.add_post("/connect/token", identity.token)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        port = free_port()
        await web.TCPSite(runner, LOOPBACK, port).start()
        identity.url = f"http://{LOOPBACK}:{port}/connect/token"
        yield identity
    finally:
        await runner.cleanup()
