"""A plain caller of the simulator, which checks every request it sends against Xero's own description of its API."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import aiohttp
from yarl import URL

from deploy.simulator.server import Simulator
from deploy.simulator.wire import json_codec
from tests.simulator import openapi

BEEF = "8a1c0a3e-0f6b-4a57-9c3b-2f1f6b1d9e11"
DAIRY = "5d2f7c61-93b4-4e0c-8a6d-7b0e4c52f3a8"
ALOK = "1f0c0b52-2c1e-4a0c-9d57-6f2f35b60a01"
SECRET = "demo-secret"
NONE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json_codec.loads(self.text)

    def one(self, plural: str) -> Any:
        """The only element of the reply's list."""
        (element,) = self.json[plural]
        return element


class Caller:
    """Calls one organisation with a token of its own. `checked=False` sends what the description would not allow."""

    def __init__(self, session: aiohttp.ClientSession, base_url: str, tenant: str) -> None:
        self.session = session
        self.base_url = base_url
        self.tenant = tenant
        self.token = ""

    async def log_in(self, client_id: str = "demo-client", secret: str = SECRET) -> None:
        form = {"grant_type": "client_credentials"}
        basic = {"Authorization": aiohttp.encode_basic_auth(client_id, secret)}
        async with self.session.post(f"{self.base_url}/connect/token", data=form, headers=basic) as reply:
            self.token = (await reply.json())["access_token"]

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        checked: bool = True,
    ) -> Answer:
        """`path` is below `/api.xro/2.0/` and may hold a query; `body` is JSON, or bytes as they are."""
        sent = {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.tenant,
            "Accept": "application/json",
            "Content-Type": "application/json",
            **(headers or {}),
        }
        data = body if isinstance(body, bytes) else json_codec.encode(body) if body is not None else b""
        if checked:
            problems = openapi.validate_url(method, path, sent, data)
            assert not problems, problems
        url = URL(f"{self.base_url}/api.xro/2.0/{path}", encoded=True)
        async with self.session.request(method, url, data=data, headers=sent) as reply:
            return Answer(reply.status, await reply.text(), dict(reply.headers.items()))

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def put_invoices(self, *invoices: Any, key: str | None = None) -> Answer:
        """PUT with every element on its own, four decimals."""
        headers = {"Idempotency-Key": key} if key else {}
        path = "Invoices?summarizeErrors=false&unitdp=4"
        return await self.call("PUT", path, {"Invoices": list(invoices)}, headers)

    async def post_invoices(self, *invoices: Any) -> Answer:
        return await self.call("POST", "Invoices?summarizeErrors=false&unitdp=4", {"Invoices": list(invoices)})

    async def put_quotes(self, *quotes: Any) -> Answer:
        return await self.call("PUT", "Quotes?summarizeErrors=false", {"Quotes": list(quotes)})

    async def post_quotes(self, *quotes: Any) -> Answer:
        return await self.call("POST", "Quotes?summarizeErrors=false", {"Quotes": list(quotes)})

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """A call of the control interface; it must succeed."""
        data = json_codec.encode(body) if body is not None else None
        async with self.session.request(method, f"{self.base_url}/_sim/{path}", data=data) as reply:
            text = await reply.text()
            assert reply.status == 200, text
            return json_codec.loads(text)


@asynccontextmanager
async def calling(simulator: Simulator, tenant: str = BEEF) -> AsyncIterator[Caller]:
    """A logged-in caller, every call on a connection of its own."""
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        # aiohttp sends a PUT again by itself when its connection drops, which would hide what a fault does.
        session._retry_connection = False
        caller = Caller(session, simulator.base_url, tenant)
        await caller.log_in()
        yield caller


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for a condition that another call brings about. Raises `TimeoutError` after five seconds."""
    async with asyncio.timeout(5):
        while not await holds():
            continue


def line(**changes: Any) -> dict[str, Any]:
    return untyped_line(**{"TaxType": "EXEMPTEXPORT", **changes})


def untyped_line(**changes: Any) -> dict[str, Any]:
    """Without a tax type, so that the account's counts."""
    usual = {"ItemCode": "BEEF-01", "Description": "Chilled beef", "Quantity": Decimal("12.5")}
    return {**usual, "UnitAmount": Decimal("101.25"), **changes}


def invoice(number: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "Type": "ACCREC",
        "InvoiceNumber": number,
        "Contact": {"ContactID": ALOK},
        "Date": "2026-11-19",
        "DueDate": "2026-12-19",
        "CurrencyCode": "USD",
        "CurrencyRate": Decimal("0.6543"),
        "LineAmountTypes": "Exclusive",
        "Status": "DRAFT",
        "LineItems": [line()],
    }
    return {**usual, **changes}


def quote(number: str, **changes: Any) -> dict[str, Any]:
    usual = {
        "QuoteNumber": number,
        "Contact": {"ContactID": ALOK},
        "Date": "2026-11-19",
        "CurrencyCode": "USD",
        "LineAmountTypes": "EXCLUSIVE",
        "LineItems": [line()],
    }
    return {**usual, **changes}


def messages(element: Any) -> list[str]:
    return [each["Message"] for each in element.get("ValidationErrors", [])]
