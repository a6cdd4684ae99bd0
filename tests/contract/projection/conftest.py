"""One suite for RocksDB and for the store in memory."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.projection.key_value import KeyValue
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.store import ProjectionStore
from tests.fakes.key_value import MemoryKeyValue


@pytest.fixture(params=["rocksdb", "memory"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyValue]:
    disk: KeyValue = RocksKeyValue(tmp_path / "projection") if request.param == "rocksdb" else MemoryKeyValue()
    yield disk
    disk.close()


@pytest.fixture
def store(disk: KeyValue) -> ProjectionStore:
    return ProjectionStore(disk)
