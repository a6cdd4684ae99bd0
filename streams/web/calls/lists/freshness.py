"""How fresh the lists are: what a page says where they are empty, or not complete yet."""

from dataclasses import asdict

from fastapi import APIRouter, Response

from streams.web.calls.answers import answer, refusals_of_all
from streams.web.calls.lists.models import FollowedTopics
from streams.web.calls.lists.shown import freshness_shown
from streams.web.ports import FollowingReader


class FreshnessCalls:
    """Reads only, from memory."""

    def __init__(self, following: FollowingReader) -> None:
        self._following = following

    def router(self) -> APIRouter:
        """The call."""
        router = APIRouter(prefix="/api/v1", tags=["shipments"])

        @router.get("/freshness", response_model=FollowedTopics, responses=refusals_of_all())
        async def freshness() -> Response:
            """Whether this worker has read everything that Kafka has, and how far it is with each partition."""
            following = self._following.following()
            partitions = [
                {name: value for name, value in asdict(each).items() if name != "begin"}
                for each in following.partitions
            ]
            return answer({**freshness_shown(following), "reason": following.reason, "partitions": partitions})

        return router
