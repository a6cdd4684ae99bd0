"""h11's parser, held to what RFC 9112 leaves open: heads and framings that two readers could read in two ways."""

from typing import Any, Final

import h11

from streams.web.http.limits import HttpLimits
from streams.web.problems import ApiError, HttpCode

_KNOWN_VERSIONS: Final = frozenset({b"1.0", b"1.1"})
_CODES: Final = {
    413: (HttpCode.BODY_TOO_LARGE, "The body comes in too many parts."),
    431: (HttpCode.HEAD_TOO_LARGE, "The request's line and headers are too large."),
    501: (HttpCode.TRANSFER_CODING_UNKNOWN, "Of transfer codings only `chunked` is understood."),
    505: (HttpCode.HTTP_VERSION_UNKNOWN, "HTTP/1.1 and HTTP/1.0 are understood."),
}


class StrictParser(h11.Connection):
    """Raises h11.RemoteProtocolError for what is not to be answered otherwise; `refusal` then says what to answer."""

    def __init__(self, limits: HttpLimits) -> None:
        super().__init__(h11.SERVER, limits.head_bytes)
        self._limits = limits
        self._parts = 0
        self.refusal: ApiError | None = None

    def next_event(self) -> Any:
        """As in h11; an absolute target (RFC 9112 §3.2.2) comes as its path."""
        try:
            return self._checked(super().next_event())
        except h11.RemoteProtocolError as error:
            self.refusal = _refusal(error.error_status_hint)
            raise

    def _checked(self, event: Any) -> Any:
        if isinstance(event, h11.Request):
            self._parts = 0
            _check_head(event, self._limits)
            return _with_path(event)
        if isinstance(event, h11.Data):
            self._parts += 1
            if self._parts > self._limits.parts:
                raise h11.RemoteProtocolError("too many parts", error_status_hint=413)
        return event


def _check_head(event: h11.Request, limits: HttpLimits) -> None:
    if event.http_version not in _KNOWN_VERSIONS:
        raise h11.RemoteProtocolError("unknown version", error_status_hint=505)
    size = len(event.target) + sum(len(name) + len(value) for name, value in event.headers)
    if size > limits.head_bytes or len(event.headers) > limits.headers:
        raise h11.RemoteProtocolError("head too large", error_status_hint=431)
    names = {name for name, _ in event.headers}
    if b"transfer-encoding" in names and (b"content-length" in names or event.http_version == b"1.0"):
        # RFC 9112 §6.1, §6.3: what one reader takes for the body, another takes for the next request.
        raise h11.RemoteProtocolError("two framings")


def _with_path(event: h11.Request) -> h11.Request:
    target = event.target
    if target.startswith(b"/") or event.method == b"CONNECT" or target == b"*":
        return event
    scheme, separator, rest = target.partition(b"://")
    if not separator or scheme.lower() not in {b"http", b"https"}:
        raise h11.RemoteProtocolError("a target of no known form")
    host, slash, path = rest.partition(b"/")
    if not host or b"?" in host:
        raise h11.RemoteProtocolError("a target without a path")
    return h11.Request(
        method=event.method,
        target=slash + path or b"/",
        headers=event.headers.raw_items(),
        http_version=event.http_version,
    )


def _refusal(status: int) -> ApiError:
    code, message = _CODES.get(status, (HttpCode.BAD_REQUEST, "This is not an HTTP request that can be read."))
    return ApiError(
        status if status in _CODES else 400, code, message, "Use an HTTP/1.1 client library, or mend the proxy between."
    )
