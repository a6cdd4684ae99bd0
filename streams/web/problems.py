"""What is wrong with a call, in one shape: RFC 9457's members, and beside them our `code`, `message` and `hint`."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

import orjson

PROBLEM_JSON: Final = "application/problem+json"


class HttpCode(StrEnum):
    """The stable codes of refused calls. A code is never renamed; docs/integrators.md explains each of them."""

    # The call itself.
    BAD_REQUEST = "bad_request"
    BODY_NOT_JSON = "body_not_json"
    BODY_TOO_LARGE = "body_too_large"
    CURSOR_INVALID = "cursor_invalid"
    HEAD_TOO_LARGE = "head_too_large"
    HTTP_VERSION_UNKNOWN = "http_version_unknown"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    NOT_ALLOWED = "not_allowed"
    NO_EVENTS = "no_events"
    NO_SHIPMENTS = "no_shipments"
    PARAMETER_INVALID = "parameter_invalid"
    PATH_NOT_FOUND = "path_not_found"
    REQUEST_TOO_SLOW = "request_too_slow"
    SHIPMENTS_INVALID = "shipments_invalid"
    SHIPMENTS_OUT_OF_RANGE = "shipments_out_of_range"
    TOO_MANY_ATTEMPTS = "too_many_attempts"
    TOO_MANY_EVENTS = "too_many_events"
    TOO_MANY_SHIPMENTS = "too_many_shipments"
    TRANSFER_CODING_UNKNOWN = "transfer_coding_unknown"
    UNAUTHORISED = "unauthorised"
    UNKNOWN_FIELD = "unknown_field"
    # What it is about.
    COMPANY_DIFFERS = "company_differs"
    EVENT_INVALID = "event_invalid"
    EVENT_TOO_LARGE = "event_too_large"
    NOT_ALL_PUBLISHED = "not_all_published"
    SHIPMENT_TOO_LARGE = "shipment_too_large"
    NOTHING_ACCEPTED = "nothing_accepted"
    UNKNOWN_COMPANY = "unknown_company"
    UNKNOWN_SHIPMENT = "unknown_shipment"
    # The worker, and what is behind it.
    BUSY = "busy"
    DISCONNECTED = "disconnected"
    INTERNAL_ERROR = "internal_error"
    KAFKA_UNAVAILABLE = "kafka_unavailable"
    OUT_OF_QUOTA = "out_of_quota"
    TOO_SLOW = "too_slow"
    STOPPING = "stopping"
    XERO_UNAVAILABLE = "xero_unavailable"


class ApiError(Exception):
    """An answer that says what is wrong. `extra` stands beside the problem's own members in the body."""

    def __init__(
        self,
        status: int,
        code: HttpCode,
        message: str,
        hint: str = "",
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})

    def body(self) -> bytes:
        """The problem as JSON.

        `type` is about:blank: the status says of which kind the problem is, and `code` which one. `message` was there
        before RFC 9457's `detail`, and says the same.
        """
        return orjson.dumps(
            {
                "type": "about:blank",
                "title": HTTPStatus(self.status).phrase,
                "status": self.status,
                "detail": self.message,
                "code": self.code.value,
                "message": self.message,
                "hint": self.hint,
                **self.extra,
            },
            default=str,
        )
