"""ACCOUNTING LOGS of the chosen shipments."""

from typing import Final

from fastapi import APIRouter, Request, Response

from mappers.model import ShipmentLog
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.screens.send import Ids
from streams.web.pages.views.shipment import log_lines
from streams.web.problems import ApiError, HttpCode

MOST_LOGS: Final = 100


class LogsScreen:
    """Reads only."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter(prefix="/companies/{company}")

        @router.get("/logs", response_model=None)
        async def logs(request: Request, company: str, shipment: Ids = []) -> Response:  # noqa: B006  # FastAPI copies it.
            visit, found = self._desk.company_visit(request, company)
            ids = list(dict.fromkeys(shipment))
            if len(ids) > MOST_LOGS:
                message = f"{len(ids)} shipments were chosen; one page shows the logs of {MOST_LOGS}."
                raise ApiError(422, HttpCode.SHIPMENTS_OUT_OF_RANGE, message, "Choose fewer.")
            read = await self._desk.read(lambda: [(each, self._parts.logs.log(found.id, each)) for each in ids])
            shown = [(each, log, log_lines(log or ShipmentLog())) for each, log in read]
            return self._desk.page(visit, "logs.html", logs=shown)

        return router
