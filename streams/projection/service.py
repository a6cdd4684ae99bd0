"""The projection as a service of the Faust app: it starts and stops with it."""

from mode import Service

from streams.ops import EndedError, endless
from streams.projection.follower import Follower
from streams.projection.store import ProjectionStore


class ProjectionService(Service):
    """Runs the follower; at the stop the write under way is finished, then the store is closed."""

    def __init__(self, follower: Follower, store: ProjectionStore) -> None:
        super().__init__()
        self._follower = follower
        self._store = store
        self._stopping = False

    async def on_start(self) -> None:
        """Begin to follow."""
        self._running = self.add_future(self._follow())

    async def on_stop(self) -> None:
        """Finish and close. Called once, before the service's futures are cancelled."""
        self._stopping = True
        self._follower.stop()
        await self._running
        self._store.close()

    async def _follow(self) -> None:
        """Mode takes no notice of a future that returns or is cancelled; an error of this one ends the app."""
        try:
            await endless(self._follower.run(), "the projection")
        except EndedError:
            if not self._stopping:
                raise
