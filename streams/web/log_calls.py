"""The integration log of one shipment, ACCOUNTING LOGS of several, and what needs a human."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from mappers.model import Affected, CauseGroup, Company, ShipmentLog
from streams.web.addressing import company_of, unknown_shipment
from streams.web.answers import ApiError, answer
from streams.web.ports import LogReader

MOST_LOGS: Final = 100


class LogCalls:
    """Reads only."""

    def __init__(self, companies: Mapping[str, Company], logs: LogReader) -> None:
        self._companies = companies
        self._logs = logs

    def routes(self) -> list[web.RouteDef]:
        """The calls."""
        company = "/api/v1/companies/{company}"
        return [
            web.get(f"{company}/shipments/{{shipment}}/integration-log", self.integration_log),
            web.get(f"{company}/accounting-logs", self.accounting_logs),
            web.get(f"{company}/attention", self.attention),
        ]

    async def integration_log(self, request: web.Request) -> web.Response:
        """The guide's Integration tab. 404 for a shipment of which no event was seen."""
        company = company_of(request, self._companies)
        shipment_id = request.match_info["shipment"]
        log = self._logs.log(company.id, shipment_id)
        if log is None:
            raise unknown_shipment(company, shipment_id)
        return answer(_shown(shipment_id, log))

    async def accounting_logs(self, request: web.Request) -> web.Response:
        """The guide's ACCOUNTING LOGS, in the order asked; shipments never seen are there with an empty log."""
        company = company_of(request, self._companies)
        asked = list(dict.fromkeys(request.query.getall("shipment", [])))
        if not 1 <= len(asked) <= MOST_LOGS:
            raise ApiError(
                422,
                "shipments_out_of_range",
                f"{len(asked)} shipments were asked for; one call answers for 1 to {MOST_LOGS}.",
                "Name each as `?shipment=A&shipment=B`.",
            )
        logs = [(each, self._logs.log(company.id, each) or ShipmentLog()) for each in asked]
        return answer({"shipments": [_shown(shipment_id, log) for shipment_id, log in logs]})

    async def attention(self, request: web.Request) -> web.Response:
        """What stands still, grouped by cause. The scan of the index may take a while: it runs in a thread."""
        company = company_of(request, self._companies)
        page = await asyncio.to_thread(self._logs.attention, company.id)
        return answer({"company_id": company.id, "causes": [_group(group) for group in page.causes]})


def _shown(shipment_id: str, log: ShipmentLog) -> dict[str, Any]:
    return {
        "shipment_id": shipment_id,
        "sync_status": log.sync_status,
        "synced_at": log.synced_at,
        "entries": list(log.outcomes),
    }


def _group(group: CauseGroup) -> dict[str, Any]:
    first = group.shipments[0]
    return {
        "status": group.cause.status,
        "code": group.cause.code,
        "field": group.cause.field or None,
        "value": group.cause.value or None,
        "message": first.message,
        "hint": first.hint,
        "count": group.count,
        "shipments": [_affected(each) for each in group.shipments],
    }


def _affected(shipment: Affected) -> dict[str, Any]:
    return {
        "shipment_id": shipment.shipment_id,
        "since": shipment.since,
        "value": shipment.value,
        "message": shipment.message,
        "resume_at": shipment.resume_at,
    }
