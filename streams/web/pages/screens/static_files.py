"""Style, script and icon: open to everybody, they say nothing of anybody."""

from typing import Final

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

from streams.web.pages.rendering import MEDIA_TYPES, Assets

# Another content has another address.
_KEEP: Final = {"cache-control": "public, max-age=31536000, immutable"}


class StaticFiles:
    """Served from memory."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    def router(self) -> APIRouter:
        """The route."""
        router = APIRouter()

        @router.get("/static/{name}", response_model=None)
        async def static(name: str) -> Response:
            body = self._assets.bodies.get(name)
            if body is None:
                raise HTTPException(404)
            return Response(body, headers=_KEEP, media_type=MEDIA_TYPES[name])

        return router
