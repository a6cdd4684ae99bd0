"""What goes back over the wire, and the refusals that concern a whole call."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from deploy.simulator.wire import dates, json_codec
from deploy.simulator.wire.json_codec import JsonObject

Delivery = Literal["whole", "drop", "reset", "cut"]
_JSON = "application/json; charset=utf-8"
VALIDATION = 10
POST_DATA = 14


@dataclass(frozen=True)
class Reply:
    """A reply: `delivery` says whether it arrives whole, not at all (closed or reset), or cut in its middle."""

    status: int
    body: bytes = b""
    content_type: str = _JSON
    headers: dict[str, str] = field(default_factory=dict)
    delivery: Delivery = "whole"

    def with_headers(self, headers: dict[str, str]) -> "Reply":
        return replace(self, headers=self.headers | headers)


class Refusal(Exception):  # noqa: N818  # It is an answer of Xero's, not a failure of ours.
    """The whole call is answered with `reply`, and nothing of it has an effect."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status} {reply.body[:200]!r}")
        self.reply = reply


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(status, json_codec.encode(value))


def envelope(now: datetime, reply_id: str, members: JsonObject) -> JsonObject:
    return {
        "Id": reply_id,
        "Status": "OK",
        "ProviderName": "Xero simulator",
        "DateTimeUTC": dates.milliseconds(now),
        **members,
    }


def problem(status: int, title: str, detail: str, instance: str) -> Reply:
    """The form of Xero's gateway for 401 and 403 (capitalised problem details)."""
    body: JsonObject = {
        "Type": None,
        "Title": title,
        "Status": status,
        "Detail": detail,
        "Instance": instance,
        "Extensions": {},
    }
    return json_reply(body, status)


def not_found() -> Refusal:
    """404 as recorded: `text/html` without a body."""
    return Refusal(Reply(404, content_type="text/html; charset=utf-8"))


def bad_post_data(message: str) -> Refusal:
    """400 for a body that cannot be read at all (PostDataInvalidException)."""
    body = {"ErrorNumber": POST_DATA, "Type": "PostDataInvalidException", "Message": message}
    return Refusal(json_reply(body, 400))


def bad_query(message: str, kind: str = "QueryParseException") -> Refusal:
    return Refusal(json_reply({"ErrorNumber": 16, "Type": kind, "Message": message}, 400))


def validation(elements: list[JsonObject]) -> Reply:
    """400 for a summarised call with at least one invalid element."""
    body = {
        "ErrorNumber": VALIDATION,
        "Type": "ValidationException",
        "Message": "A validation exception occurred",
        "Elements": elements,
    }
    return json_reply(body, 400)


def plain(status: int, text: str) -> Reply:
    return Reply(status, text.encode(), "text/plain; charset=utf-8")
