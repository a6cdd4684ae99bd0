"""The yardstick: an integration that deals with one shipment after the other, as most are written."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import aiohttp
from yarl import URL

from deploy.simulator import Simulator

_CLIENT, _SECRET = "demo-client", "demo-secret"  # The simulator's own, from its seed file.


class RefusedError(Exception):
    """Xero, or the simulator, did not take a call."""


@dataclass
class PerShipment:
    """For each shipment: look the contact up, then each item, then the number, then create the invoice.

    It is no straw man in what it asks: every look-up is one cheap, exact query, a refusal for the quota is waited for
    as long as Xero says, tokens are kept. It only knows no shipment but the one at hand. `sleep` takes seconds of the
    simulator's clock.
    """

    session: aiohttp.ClientSession
    simulator: Simulator
    tenant: str
    sleep: Callable[[float], Awaitable[None]]
    token: str = ""

    async def export(self, shipment: Mapping[str, Any]) -> str:
        """Make the invoice, or find that it is there; returns its id. Raises RefusedError."""
        contact = await self._contact(shipment["buyer_code"])
        for line in shipment["lines"]:
            await self._one("GET", f"Items/{line['product_code']}")
        found = await self._call("GET", "Invoices", {"InvoiceNumbers": shipment["invoice_number"]})
        if found["Invoices"]:
            return str(found["Invoices"][0]["InvoiceID"])
        return str((await self._create(shipment, contact))["InvoiceID"])

    async def _contact(self, code: str) -> str:
        found = await self._call("GET", "Contacts", {"where": f'AccountNumber=="{code}"'})
        if len(found["Contacts"]) != 1:
            raise RefusedError(f"{code} is {len(found['Contacts'])} contacts")
        return str(found["Contacts"][0]["ContactID"])

    async def _create(self, shipment: Mapping[str, Any], contact: str) -> Any:
        document = {
            "Type": "ACCREC",
            "Status": "DRAFT",
            "Contact": {"ContactID": contact},
            "InvoiceNumber": shipment["invoice_number"],
            "Reference": shipment["exporter_reference"],
            "Date": shipment["invoice_date"],
            "DueDate": shipment["invoice_due_date"],
            "CurrencyCode": shipment["currency"],
            "CurrencyRate": shipment["exchange_rate"],
            "LineAmountTypes": "Exclusive",
            "LineItems": [_line(each) for each in shipment["lines"]],
        }
        return await self._one("PUT", "Invoices", {"unitdp": "4"}, {"Invoices": [document]})

    async def _one(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        reply = await self._call(method, path, query, body)
        return reply[path.partition("/")[0]][0]

    async def _call(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: Mapping[str, Any] | None = None
    ) -> Any:
        """One call until it is answered: after a 429 when Xero says so, after a 401 with a new token."""
        url = URL(f"{self.simulator.base_url}/api.xro/2.0/{path}").with_query(query or {})
        data = None if body is None else json.dumps(body).encode()
        while True:
            async with self.session.request(method, url, data=data, headers=self._headers()) as reply:
                if reply.status == HTTPStatus.OK:
                    return json.loads(await reply.read(), parse_float=Decimal)
                await self._deal_with(reply)

    async def _deal_with(self, reply: aiohttp.ClientResponse) -> None:
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            await self.sleep(float(reply.headers.get("Retry-After", "1")))
        elif reply.status == HTTPStatus.UNAUTHORIZED:
            await self._log_in()
        else:
            raise RefusedError(f"{reply.status}: {(await reply.text())[:300]}")

    async def _log_in(self) -> None:
        basic = {"Authorization": aiohttp.encode_basic_auth(_CLIENT, _SECRET)}
        form = {"grant_type": "client_credentials"}
        async with self.session.post(self.simulator.token_url, data=form, headers=basic) as reply:
            self.token = (await reply.json())["access_token"]

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "xero-tenant-id": self.tenant,
            "Accept": "application/json",
            "Content-Type": "application/json",
        }


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "ItemCode": line["product_code"],
        "Description": line["description"],
        "Quantity": line["quantity"],
        "UnitAmount": line["unit_price"],
        "LineAmount": line["item_value"],
    }
