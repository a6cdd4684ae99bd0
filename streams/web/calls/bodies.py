"""Reading a body no further than it may be long, and what the API's document says of it."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel

from streams.web.problems import ApiError, HttpCode


async def read_body(request: Request, most: int, hint: str = "Send at most 10 shipments.") -> bytes:
    """The body. Raises ApiError 413: at once where its length is declared, else when it has become too long."""
    if int(request.headers.get("content-length", "0")) > most:
        raise _too_large(most, hint)
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise _too_large(most, hint)
    return bytes(body)


def json_body(model: type[BaseModel], *, required: bool = True) -> dict[str, Any]:
    """The documentation of a body that is read strictly by hand: the model says what passes."""
    schema = model.model_json_schema()
    return {"requestBody": {"required": required, "content": {"application/json": {"schema": schema}}}}


def _too_large(most: int, hint: str) -> ApiError:
    return ApiError(
        413,
        HttpCode.BODY_TOO_LARGE,
        f"The body is too large: at most {most} bytes are read.",
        hint,
    )
