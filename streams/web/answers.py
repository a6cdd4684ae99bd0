"""JSON answers, and the one shape of every error: `{"code", "message", "hint"}`."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web


class ApiError(Exception):
    """An answer that says what is wrong. `extra` stands beside `code`, `message` and `hint` in the body."""

    def __init__(
        self,
        status: int,
        code: str,
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


def answer(body: Mapping[str, Any], *, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """The object as JSON."""
    return web.Response(
        body=orjson.dumps(body, default=str), status=status, content_type="application/json", headers=headers
    )


def error_answer(error: ApiError) -> web.Response:
    """The error in its one shape."""
    body = {"code": error.code, "message": error.message, "hint": error.hint, **error.extra}
    return answer(body, status=error.status, headers=error.headers)
