"""What holds for every call: errors have one shape, everything but health and metrics needs the token, safe headers."""

import hmac

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from streams.web.answers import ApiError, error_answer

_log = structlog.get_logger(__name__)

OPEN_PATHS = frozenset({"/livez", "/readyz", "/metrics"})

# OWASP ASVS 5.0 3.4.3 to 3.4.6: nothing here is to be framed, sniffed, scripted or kept by a cache.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Server": "shipledger",
}
_PLAIN_ERRORS = {
    404: ("path_not_found", "There is nothing at this path.", "The calls are listed in the README under HTTP API."),
    405: ("method_not_allowed", "This path does not take this method.", "See the Allow header."),
    413: ("body_too_large", "The body is too large.", "Send at most 10 shipments."),
}


async def add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    """A hook of `on_response_prepare`."""
    response.headers.update(_HEADERS)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The API's one catch-all; what a bug says goes to the log, not to the caller."""
    try:
        return await handler(request)
    except ApiError as error:
        return error_answer(error)
    except web.HTTPException as error:
        return error_answer(_named(error))
    except Exception:  # noqa: BLE001  # The catch-all is its purpose; it logs the trace.
        _log.exception("http_failed", method=request.method, path=request.path)
        message = "The worker failed to answer; its log has the reason."
        return error_answer(ApiError(500, "internal_error", message, "Operations: look for http_failed in the log."))


def authorisation(token: str) -> Middleware:
    """Let calls with the token pass; without it not even the existence of a path is revealed.

    Raises ValueError for an empty token, which every caller would have.
    """
    if not token:
        raise ValueError("the API's token is empty")

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path in OPEN_PATHS or is_authorised(request, token):
            return await handler(request)
        raise ApiError(
            401,
            "unauthorised",
            "This call needs the API's token.",
            "Send the header `Authorization: Bearer <SHIPLEDGER_HTTP__TOKEN>`.",
            headers={"WWW-Authenticate": "Bearer"},
        )

    return check


def is_authorised(request: web.Request, token: str) -> bool:
    """Whether the call carries the token; compared in constant time."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode("utf-8", "surrogateescape"), token.encode()
    )


def _named(error: web.HTTPException) -> ApiError:
    code, message, hint = _PLAIN_ERRORS.get(error.status, ("http_error", error.reason or "", ""))
    headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
    return ApiError(error.status, code, message, hint, headers=headers)
