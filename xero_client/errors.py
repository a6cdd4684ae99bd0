"""What can go wrong between us and Xero, named by what the caller does next.

Every error keeps `correlation_id` (Xero-Correlation-Id) where Xero gave one, and Xero's own words in `message`.
"""

from datetime import datetime
from typing import ClassVar

from xero_client.vocabulary import CallResult, SpentLimit


class XeroError(Exception):
    """Root of everything this package raises on purpose. `result` names it to observers."""

    result: ClassVar[CallResult] = CallResult.ERROR

    def __init__(self, message: str, *, correlation_id: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.correlation_id = correlation_id


class RefusedError(XeroError):
    """Xero refused the whole call (400): nothing was written, sending the same again will not help.

    The caller sends the elements one by one, or rejects the one there was. `messages` are Xero's validation messages.
    """

    result = CallResult.REFUSED

    def __init__(self, message: str, *, messages: tuple[str, ...] = (), correlation_id: str | None = None) -> None:
        super().__init__(message, correlation_id=correlation_id)
        self.messages = messages or (message,)


class NotFoundError(RefusedError):
    """An id in the call is unknown to Xero (404): nothing was written."""

    result = CallResult.NOT_FOUND


class UnavailableError(XeroError):
    """Nothing was written, for certain (connection refused, organisation offline, a failed read): try again later."""

    result = CallResult.UNAVAILABLE

    def __init__(self, message: str, *, retry_after: float | None = None, correlation_id: str | None = None) -> None:
        super().__init__(message, correlation_id=correlation_id)
        self.retry_after = retry_after


class OutOfQuotaError(XeroError):
    """A limit is used up; nothing was written.

    `resume_at` is UTC.
    """

    result = CallResult.OUT_OF_QUOTA

    def __init__(
        self, message: str, *, limit: SpentLimit, resume_at: datetime, correlation_id: str | None = None
    ) -> None:
        super().__init__(message, correlation_id=correlation_id)
        self.limit = limit
        self.resume_at = resume_at


class DisconnectedError(XeroError):
    """Consent is gone or the credentials are wrong (403, invalid_grant, 401 after renewal): a human reconnects."""

    result = CallResult.DISCONNECTED


class EffectUnknownError(XeroError):
    """A write may or may not have happened (timeout, reset, reply cut off, 5xx after sending): look it up, never guess.

    `status` is the HTTP status where a whole reply came. Xero keeps some of these replies under the Idempotency-Key:
    then the same key is answered with the same fault for six minutes, whatever has been fixed in the meantime.
    """

    result = CallResult.EFFECT_UNKNOWN

    def __init__(self, message: str, *, status: int | None = None, correlation_id: str | None = None) -> None:
        super().__init__(message, correlation_id=correlation_id)
        self.status = status


class IdempotencyMismatchError(XeroError):
    """The key was used with another request (400). Nothing was written now; look up what the first request did."""

    result = CallResult.IDEMPOTENCY_MISMATCH


class IntentExpiredError(XeroError):
    """The write was not begun because its intent was committed too long ago; nothing was sent. Commit it again."""

    result = CallResult.INTENT_EXPIRED
