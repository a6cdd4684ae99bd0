"""Bytes out, bytes in: one HTTP exchange, sent once, capped in time and size. Nothing here knows what a body means."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, urlencode

import urllib3
from urllib3.exceptions import HTTPError
from xero_python.api_client.configuration import Configuration
from xero_python.rest import RESTClientObject

from xero_client.timeouts import Timeouts
from xero_client.transport.echoed import Echoes
from xero_client.transport.in_flight import IN_FLIGHT, AbandonedError, InFlightCall, PlainPool, SecurePool

REPLY_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a reply, after decompression. 1,000 invoices of ten lines are about 7 MB."""

PIECE: Final = 64 * 1024
CONNECTIONS_KEPT: Final = 100
Query = Sequence[tuple[str, object]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. Header names are in lower case. `complete` is false where the body was cut, slow or too big."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool = True


class LostError(Exception):
    """There is no reply. `sent` says whether a byte of the request may have gone out."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class ExactTransport(RESTClientObject):  # type: ignore[misc]  # xero-python publishes no types.
    """The SDK's REST client without what makes it dangerous for writes.

    The parent's `request` waits for ever, repeats PUT up to three times, sleeps through Retry-After, follows redirects
    with the token, turns JSON into floats and raises on every status. This one sends bytes as they are, once.
    """

    def __init__(self, timeouts: Timeouts, secrets: Iterable[str] = ()) -> None:
        """`secrets` are blanked out of replies, as is the token of each call."""
        configuration = _fresh_configuration()
        super().__init__(configuration, maxsize=CONNECTIONS_KEPT)
        self.pool_manager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
        self.configuration = configuration
        self._timeouts = timeouts
        self._echoes = Echoes(secrets)

    def exchange(
        self, call: InFlightCall, method: str, url: str, *, query: Query, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        """One request, one reply of any status.

        Raises LostError where there is none, and IntentExpiredError where the call may not start any more.
        """
        token = IN_FLIGHT.set(call)
        try:
            response = self._open(call, method, _address(url, query), headers, body)
            sys.audit("shipledger.reply_begun", method, url)
            return self._read(call, response, headers)
        except AbandonedError as error:
            raise LostError("abandoned before it was sent", sent=False) from error
        except (HTTPError, OSError) as error:
            raise LostError(_reason(error), sent=call.sent) from error
        finally:
            IN_FLIGHT.reset(token)

    def close(self) -> None:
        """Close the idle connections."""
        self.pool_manager.clear()

    def _open(
        self, call: InFlightCall, method: str, address: str, headers: Mapping[str, str], body: bytes | None
    ) -> urllib3.BaseHTTPResponse:
        response: urllib3.BaseHTTPResponse = self.pool_manager.request(
            method,
            address,
            body=body,
            headers=headers,
            preload_content=False,
            redirect=False,
            retries=False,
            timeout=urllib3.Timeout(connect=self._timeouts.connect, read=_capped(self._timeouts.read, call)),
        )
        return response

    def _read(self, call: InFlightCall, response: urllib3.BaseHTTPResponse, sent: Mapping[str, str]) -> Reply:
        body, complete = _body(call, response)
        if complete and not call.abandoned:
            response.release_conn()
        else:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        clean_body, clean_headers = self._echoes.without(body, headers, sent)
        return Reply(response.status, clean_headers, clean_body, complete)


def _fresh_configuration() -> Configuration:
    """A configuration of our own. Calling the class would give copies of one hidden, shared instance."""
    configuration: Configuration = type.__call__(Configuration)
    return configuration


def _body(call: InFlightCall, response: urllib3.BaseHTTPResponse) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    bytes_left = REPLY_LIMIT
    try:
        while piece := response.read(PIECE, decode_content=True):
            pieces.append(piece)
            bytes_left -= len(piece)
            if bytes_left < 0 or call.seconds_left() < 0:
                return b"".join(pieces), False
    except (HTTPError, OSError, ValueError):
        # ValueError: a chunk length that is no number, or a connection shut by the waiting task between two reads.
        return b"".join(pieces), False
    return b"".join(pieces), True


def _address(url: str, query: Query) -> str:
    # %20 rather than +, which is a plus sign in a path and in strict readers of RFC 3986.
    return f"{url}?{urlencode([(name, _text(value)) for name, value in query], quote_via=quote)}" if query else url


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _capped(seconds: float, call: InFlightCall) -> float:
    # urllib3 refuses a timeout of zero or less; a call whose time is over fails at its first read.
    return max(min(seconds, call.seconds_left()), 0.001)


def _reason(error: Exception) -> str:
    """The kind of failure alone: urllib3's texts repeat the address, with what was asked for."""
    cause: Any = getattr(error, "reason", None)
    return type(cause).__name__ if isinstance(cause, Exception) else type(error).__name__
