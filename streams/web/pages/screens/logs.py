"""ACCOUNTING LOGS of the chosen shipments, and Activity: what was asked for lately, by whom."""

from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from mappers.model import Freshness, ShipmentFilter, ShipmentLog
from streams.web.calls.pages import invalid_cursor
from streams.web.pages.desk import Desk
from streams.web.pages.parts import PagesParts
from streams.web.pages.screens.send import Ids
from streams.web.pages.views.activity import ActivityOfShipment, activity_of
from streams.web.pages.views.shipment import log_lines
from streams.web.problems import ApiError, HttpCode

MOST_LOGS: Final = 100
ACTIVITY: Final = 50
"""Shipments on a page."""


class LogsScreen:
    """Reads only."""

    def __init__(self, parts: PagesParts, desk: Desk) -> None:
        self._parts = parts
        self._desk = desk

    def router(self) -> APIRouter:
        """The routes."""
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

        @router.get("/activity", response_model=None)
        async def activity(
            request: Request, company: str, cursor: Annotated[str | None, Query(max_length=1_000)] = None
        ) -> Response:
            visit, found = self._desk.company_visit(request, company)
            groups, following = await self._desk.read(lambda: self._lately(found.id, cursor))
            return self._desk.page(
                visit,
                "activity.html",
                groups=groups,
                next=urlencode({"cursor": following}) if following else "",
                is_first=cursor is None,
                said=self._parts.pauses.said_of(found.id),
                is_up_to_date=self._parts.following.following().freshness is Freshness.UP_TO_DATE,
            )

        return router

    def _lately(self, company_id: str, cursor: str | None) -> tuple[list[ActivityOfShipment], str | None]:
        """Raises ApiError 422 for a cursor that was not given here."""
        try:
            page = self._parts.lists.shipments(company_id, ShipmentFilter(), limit=ACTIVITY, cursor=cursor)
        except ValueError as error:
            raise invalid_cursor(cursor or "") from error
        logs = [(each, self._parts.logs.log(company_id, each.shipment_id)) for each in page.lines]
        found = [activity_of(line, log) for line, log in logs if log is not None]
        return [each for each in found if each.acts], page.next
