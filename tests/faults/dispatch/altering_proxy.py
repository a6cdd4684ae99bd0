"""A proxy between the client and the simulator that alters replies, as other servers, versions and gateways would."""

import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

HOP_BY_HOP = frozenset({"content-length", "transfer-encoding", "content-encoding", "connection", "date", "server"})


@dataclass
class Altered:
    """A reply on its way: `value` is its JSON object, None where it has none. `raw`, once set, goes out as it is."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    value: dict[str, Any] | None
    raw: bytes | None = None
    authorization: str = ""
    """The header of the request that this answers."""

    @property
    def is_write(self) -> bool:
        """Whether it answers a write of documents."""
        return self.method in {"PUT", "POST"} and self.path.endswith(("/Invoices", "/Quotes"))

    def elements(self) -> list[dict[str, Any]]:
        """The documents in it."""
        value = self.value or {}
        return [each for name in ("Invoices", "Quotes") for each in value.get(name, [])]


Alteration = Callable[[Altered], None]


@dataclass
class AlteringProxy:
    """Forwards to `target`. `calls` are the methods and paths that came, in order."""

    target: str
    alteration: Alteration
    calls: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""

    async def forward(self, request: web.Request) -> web.Response:
        """One call, there and back."""
        self.calls.append((request.method, request.path))
        sent = {name: value for name, value in request.headers.items() if name.lower() not in HOP_BY_HOP | {"host"}}
        async with (
            aiohttp.ClientSession() as session,
            session.request(
                request.method, f"{self.target}{request.path_qs}", headers=sent, data=await request.read() or None
            ) as reply,
        ):
            body = await reply.read()
            kept = {name: value for name, value in reply.headers.items() if name.lower() not in HOP_BY_HOP}
        authorization = request.headers.get("Authorization", "")
        altered = Altered(request.method, request.path, reply.status, kept, _object(body), authorization=authorization)
        self.alteration(altered)
        return web.Response(status=altered.status, headers=altered.headers, body=_body(altered, body))


@asynccontextmanager
async def altering(target: str, alteration: Alteration) -> AsyncIterator[AlteringProxy]:
    """A proxy on a free port of the loopback."""
    proxy = AlteringProxy(target.rstrip("/"), alteration)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", proxy.forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield proxy
    finally:
        await runner.cleanup()


def zipped(reply: Altered) -> None:
    """Compressed, as the client says that it takes."""
    reply.raw = gzip.compress(json.dumps(reply.value).encode())
    reply.headers["Content-Encoding"] = "gzip"


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _body(altered: Altered, body: bytes) -> bytes:
    if altered.raw is not None:
        return altered.raw
    return body if altered.value is None else json.dumps(altered.value).encode()
