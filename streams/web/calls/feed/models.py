"""What the call takes and answers, as the API's document describes it."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from streams.web.calls.feed.splitting import MOST_EVENTS
from streams.web.calls.models import ApiProblem


class StatusChangeEvent(BaseModel):
    """A status change; docs/schemas/status-change.schema.json describes it whole."""

    model_config = ConfigDict(extra="allow")

    event_id: str = Field(min_length=1, max_length=255)
    company_id: str = Field(min_length=1, max_length=255, description="The company of the address.")
    shipment_id: str = Field(min_length=1, max_length=255)
    status: str = Field(min_length=1, max_length=255)
    shipment: dict[str, Any]


class FaultOfEvent(BaseModel):
    """One thing that is wrong with an event; `field` is null where it is the whole."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    field: str | None
    message: str
    hint: str


class TakenEvent(BaseModel):
    """An event that Kafka has; `index` counts the array's events from 0."""

    index: int
    event_id: str
    shipment: str


class EventRefused(BaseModel):
    """An event that was not published, and everything that is wrong with it."""

    index: int
    event_id: str | None
    shipment: str | None
    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str
    hint: str
    faults: list[FaultOfEvent]


class Fed(BaseModel):
    """Kafka has every event of the call."""

    accepted: list[TakenEvent]
    refused: list[EventRefused] = Field(description="Empty: a call with a refused event is answered with a problem.")


class NotAllFed(ApiProblem):
    """Not every event was published; `accepted` are on Kafka nevertheless. Other refusals have no lists."""

    accepted: list[TakenEvent] = Field(default=[])
    refused: list[EventRefused] = Field(default=[])


def body_schema() -> dict[str, Any]:
    """One event, or up to 100 of them."""
    event = StatusChangeEvent.model_json_schema()
    return {"anyOf": [event, {"type": "array", "items": event, "minItems": 1, "maxItems": MOST_EVENTS}]}
