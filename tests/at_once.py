"""What the planner does in steps, at once: tests have no event loop that others wait for."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from mappers.model import Company, Needs, ReferenceData, SyncRequest
from mappers.planning.exchange_rate import KnownRate
from mappers.planning.needs import needs_in_steps
from mappers.planning.plan import Planned, Rejected, plan_in_steps
from mappers.planning.shipment import ReadShipment, reading
from mappers.planning.steps import Result, Steps


def at_once(steps: Steps[Result]) -> Result:
    """The result of the steps."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            result: Result = done.value
            return result


def plan(
    request: SyncRequest,
    company: Company,
    reference: ReferenceData,
    *,
    last_rate: KnownRate | None = None,
    today: dt.date | None = None,
) -> Planned | Rejected:
    """The plan of a request."""
    return at_once(plan_in_steps(request, company, reference, last_rate=last_rate, today=today))


def needs(request: SyncRequest, company: Company) -> Needs:
    """What a request needs."""
    return at_once(needs_in_steps(request, company))


def read_shipment(raw: Mapping[str, Any], company: Company) -> ReadShipment:
    """The shipment, or what can be read of it."""
    return at_once(reading(raw, company))
