"""The projection as a service of the Faust app: it starts and stops with it."""

from mode import Service

from streams.projection.follower import Follower
from streams.projection.store import ProjectionStore


class ProjectionService(Service):
    """Runs the follower; at the stop the write under way is finished, then the store is closed."""

    def __init__(self, follower: Follower, store: ProjectionStore) -> None:
        super().__init__()
        self._follower = follower
        self._store = store

    async def on_start(self) -> None:
        """Begin to follow."""
        self._running = self.add_future(self._follower.run())

    async def on_stop(self) -> None:
        """Finish and close. Called once, before the service's futures are cancelled."""
        self._follower.stop()
        await self._running
        self._store.close()
