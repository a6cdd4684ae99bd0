"""What the demo asks over HTTP: the worker for logs, the simulator for documents."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import aiohttp

from deploy.demo.failure import DemoFailedError
from deploy.demo.samples import ExpectedDocument

_TIMEOUT = aiohttp.ClientTimeout(total=10.0)
_POLL_SECONDS = 0.1
_UNKNOWN = 404
_REFUSED = 422
_OK = 200


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the parts are; `token` opens the worker's API, `prometheus` is None where none runs beside it."""

    kafka: str
    simulator: str
    worker: str
    token: str
    prometheus: str | None = None


class Web:
    """One session for both. Use as a context manager."""

    def __init__(self, addresses: Addresses, organisations: dict[str, str]) -> None:
        """`organisations` has the Xero tenant of each company."""
        self._addresses = addresses
        self._organisations = organisations
        self._session = aiohttp.ClientSession(timeout=_TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _failure: BaseException | None, _trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def is_ready(self, address: str) -> bool:
        """Whether a GET of `address` answers 200 now."""
        try:
            async with self._session.get(address) as reply:
                return reply.status == _OK
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def is_scraped(self, prometheus: str) -> bool:
        """Whether the Prometheus at that address has read the worker's metrics."""
        try:
            async with self._session.get(f"{prometheus}/api/v1/query", params={"query": "up == 1"}) as reply:
                return reply.status == _OK and bool((await reply.json())["data"]["result"])
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def log(self, company: str, shipment: str) -> list[dict[str, Any]] | None:
        """The shipment's integration log, oldest first; None where the worker has seen no event of it."""
        path = f"/companies/{company}/shipments/{shipment}/integration-log"
        status, answer = await self._worker("GET", path)
        if status == _UNKNOWN:
            return None
        return list(reversed(answer["entries"]))

    async def send_to_accounting(self, company: str, shipments: Sequence[str], seconds: float) -> None:
        """Ask for Sync Now, again while the worker has not seen the shipments yet. Raises DemoFailedError."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            path = f"/companies/{company}/send-to-accounting"
            status, answer = await self._worker("POST", path, {"shipments": list(shipments)})
            if status not in (_UNKNOWN, _REFUSED):
                return
            if asyncio.get_running_loop().time() > deadline:
                raise DemoFailedError(f"Send to Accounting was refused: {answer}")
            await asyncio.sleep(_POLL_SECONDS)

    async def documents(self, wanted: ExpectedDocument) -> list[dict[str, Any]]:
        """The simulator's documents of that type and number."""
        query = {"tenant": self._organisations[wanted.company], "type": wanted.type, "number": wanted.number}
        async with self._session.get(f"{self._addresses.simulator}/_sim/documents", params=query) as reply:
            found: list[dict[str, Any]] = await reply.json(content_type=None)
            return found

    async def _worker(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self._addresses.token}"}
        url = f"{self._addresses.worker}/api/v1{path}"
        async with self._session.request(method, url, json=body, headers=headers) as reply:
            answer = await reply.json(content_type=None)
            if reply.status >= _OK * 2 and reply.status not in (_UNKNOWN, _REFUSED):
                raise DemoFailedError(f"The worker answered {reply.status} to {method} {path}: {answer}")
            return reply.status, answer
