"""Paths are matched segment by segment: a shipment `A/7` is written `A%2F7`, and stays one segment."""

from urllib.parse import quote, unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from streams.web.envelope import FOUND
from streams.web.problems import ApiError, HttpCode


class Segments:
    """Hands paths on with every segment spelt in one way: what needs an escape has one, in UTF-8, nothing else has.

    What routes on the decoded path, as Starlette does, takes an escaped slash for a separator. HEAD is routed as GET.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Raises ApiError 400 for a path that is not UTF-8."""
        try:
            raw = scope["raw_path"].decode("ascii")
            path = "/".join(quote(unquote(each, errors="strict"), safe="") for each in raw.split("/"))
        except UnicodeDecodeError as error:
            raise ApiError(
                400, HttpCode.BAD_REQUEST, "The path is not UTF-8.", "Escape it as UTF-8, with %xx."
            ) from error
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        routed = {**scope, "path": path, "method": method}
        try:
            await self._app(routed, receive, send)
        finally:
            scope[FOUND]["route"] = getattr(routed.get("route"), "path", "")


def decoded(segment: str) -> str:
    """What a segment of a path stands for."""
    return unquote(segment)
