"""The projection is a service of the Faust app: it starts and stops with it."""

import asyncio
from pathlib import Path

import faust
import pytest

from deploy.testbed.topics import fresh_topics
from streams.projection.key_value import StoreError
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.service import ProjectionService
from streams.projection.store import ProjectionStore
from tests.brokers.broker import Broker
from tests.builders import COMPANY_ID
from tests.integration.projection.projection_process import make_follower
from tests.integration.projection.test_projection import until


async def test_the_service_starts_and_stops_with_the_app(kafka: Broker, tmp_path: Path) -> None:
    await fresh_topics(kafka.bootstrap_servers)
    app = faust.App(
        "projection-in-faust",
        broker=f"kafka://{kafka.bootstrap_servers}",
        datadir=str(tmp_path),
        store="memory://",
        web_enabled=False,
        topic_disable_leader=True,
        worker_redirect_stdouts=False,
    )
    store = ProjectionStore(RocksKeyValue(tmp_path / "log"))
    follower = make_follower(kafka.bootstrap_servers, store)
    # `add_dependency`, before the start: its runtime namesake is a coroutine and for an app that runs already.
    app.add_dependency(ProjectionService(follower, store))
    app.loop = asyncio.get_running_loop()
    await app.start()
    await until(lambda: not follower.why_not_ready())
    assert store.log(COMPANY_ID, "A") is None
    await app.stop()
    with pytest.raises(StoreError, match="stopping"):
        store.log(COMPANY_ID, "A")
