"""What a reply, or the lack of one, means for the caller: a JSON object, or one of the errors. Pure.

developer.xero.com/documentation/api/accounting/responsecodes and .../guides/idempotent-requests/idempotency.
Only the status decides, but for a 404, which is believed of Xero alone; a body may be JSON, HTML, plain text, empty or
cut off, and never masks the error.
"""

import re
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from mappers.planning import Steps
from xero_client.accounting.messages import sanitised, validation_messages, words_of
from xero_client.errors import (
    DisconnectedError,
    EffectUnknownError,
    IdempotencyMismatchError,
    NotFoundError,
    OutOfQuotaError,
    RefusedError,
    UnavailableError,
    XeroError,
)
from xero_client.json_codec import UnreadableError, read_in_steps, read_object
from xero_client.quota import read_headers
from xero_client.transport import LostError, Reply
from xero_client.vocabulary import Breach

WRITING_METHODS: Final = frozenset({"PUT", "POST", "PATCH", "DELETE"})
USED_WITH_ANOTHER: Final = re.compile(r"idempotency key.*different request", re.IGNORECASE)
SCOPE_MISSING: Final = re.compile(r"insuff?icient_scope|insufficent_scope", re.IGNORECASE)

XEROS_KEYS: Final = frozenset({"ErrorNumber", "Type", "Title", "Detail", "Message"})
XEROS_WORDS: Final = re.compile(r"the resource you.re looking for cannot be found", re.IGNORECASE)

WAIT_SECONDS: Final[dict[Breach, float]] = {"minute": 60.0, "day": 3600.0, "concurrent": 1.0, "appminute": 10.0}
"""How long to wait where a 429 does not say: Xero sends Retry-After for the minute and the day only."""

LONGEST_WAIT: Final = timedelta(hours=48)
"""A day limit never lasts longer; a larger Retry-After is garbled."""


def classify_in_steps(method: str, reply: Reply, now: datetime) -> Steps[dict[str, Any]]:
    """The reply's JSON object; empty for 304. Raises the error that says what to do next. `now` is UTC."""
    if reply.status == HTTPStatus.NOT_MODIFIED and method == "GET":
        return {}
    if not HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        raise error_of(method, reply, now)
    # Below, Xero did answer that it worked, but not what it made: after a write only a look-up can tell.
    if not reply.complete:
        raise _unsure(method, f"HTTP {reply.status}: the reply was cut off", reply)
    try:
        return (yield from read_in_steps(reply.body))
    except UnreadableError as error:
        raise _unsure(method, f"HTTP {reply.status}: {error}", reply) from error


def content_of(method: str, reply: Reply, now: datetime) -> bytes:
    """The reply's bytes, of a file. Raises as `classify_in_steps` does."""
    if reply.status != HTTPStatus.OK:
        raise error_of(method, reply, now)
    if not reply.complete:
        raise _unsure(method, f"HTTP {reply.status}: the file was cut off", reply)
    return reply.body


def error_of(method: str, reply: Reply, now: datetime) -> XeroError:
    """The error that a reply without success stands for."""
    match reply.status:
        case HTTPStatus.BAD_REQUEST:
            return _bad_request(reply)
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return DisconnectedError(_headline(reply), correlation_id=_correlation_id(reply))
        case HTTPStatus.NOT_FOUND if _is_xeros_own(reply):
            return NotFoundError(_headline(reply), correlation_id=_correlation_id(reply))
        case HTTPStatus.TOO_MANY_REQUESTS:
            return _out_of_quota(reply, now)
        case status if _is_refusal(status) and status != HTTPStatus.NOT_FOUND:
            return RefusedError(_headline(reply), correlation_id=_correlation_id(reply))
        case _:
            # Redirects too: Xero has none, so something on the way answered, and nobody knows what it did before.
            return _unsure(method, _headline(reply), reply)


def lost(method: str, error: LostError) -> XeroError:
    """The error for a call without a reply: a write of which a byte went out may have happened."""
    if error.sent and method in WRITING_METHODS:
        return EffectUnknownError(f"No reply from Xero ({error.reason}) after the request went out")
    return UnavailableError(f"No reply from Xero ({error.reason})")


def lacks_scope(reply: Reply) -> bool:
    """Whether a 401 means that the consent is too narrow, which no newer token cures (both of Xero's spellings)."""
    return SCOPE_MISSING.search(reply.headers.get("www-authenticate", "")) is not None


def _is_refusal(status: int) -> bool:
    """Any other 4xx; but 408 is a server that gave up waiting, which says nothing of what it did before."""
    return HTTPStatus.BAD_REQUEST < status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.REQUEST_TIMEOUT


def _is_xeros_own(reply: Reply) -> bool:
    """Whether Xero itself says that there is no such thing: without a body (as recorded), or in its own words.

    A gateway or proxy that loses its way for a moment answers 404 too, with a page or a JSON of its own. Xero's objects
    are written in capitals.
    """
    if not reply.complete:
        return False
    if not reply.body.strip():
        return True
    try:
        return not XEROS_KEYS.isdisjoint(read_object(reply.body))
    except UnreadableError:
        return XEROS_WORDS.match(words_of(reply.body)) is not None and b"<" not in reply.body


def _bad_request(reply: Reply) -> XeroError:
    found = _validation_messages(reply)
    text = words_of(reply.body)
    for each in (*found, text):
        if USED_WITH_ANOTHER.search(each):
            return IdempotencyMismatchError(each, correlation_id=_correlation_id(reply))
    message = found[0] if found else _headline(reply)
    return RefusedError(sanitised(message), messages=found, correlation_id=_correlation_id(reply))


def _validation_messages(reply: Reply) -> tuple[str, ...]:
    try:
        return validation_messages(read_object(reply.body))
    except UnreadableError:
        return ()


def _out_of_quota(reply: Reply, now: datetime) -> OutOfQuotaError:
    limits = read_headers(reply.headers, reply.status)
    limit = limits.breach or "minute"
    wait = timedelta(seconds=WAIT_SECONDS[limit] if limits.retry_after is None else limits.retry_after)
    return OutOfQuotaError(
        f"Xero's limit is used up ({limit})",
        limit=limit,
        resume_at=now + min(wait, LONGEST_WAIT),
        correlation_id=_correlation_id(reply),
    )


def _unsure(method: str, message: str, reply: Reply) -> XeroError:
    if method in WRITING_METHODS:
        status = reply.status if reply.complete else None
        return EffectUnknownError(message, status=status, correlation_id=_correlation_id(reply))
    limits = read_headers(reply.headers, reply.status)
    return UnavailableError(message, retry_after=limits.retry_after, correlation_id=_correlation_id(reply))


def _headline(reply: Reply) -> str:
    words = words_of(reply.body)
    return f"HTTP {reply.status}: {words}" if words else f"HTTP {reply.status}"


def _correlation_id(reply: Reply) -> str | None:
    given = reply.headers.get("xero-correlation-id")
    return None if given is None else sanitised(given, 64)
