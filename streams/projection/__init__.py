"""The integration log and the latest snapshots: what people read, folded from the topics into RocksDB."""

from streams.projection.consumers import KafkaSource
from streams.projection.follower import Follower
from streams.projection.ingest import Ingest
from streams.projection.rocksdb import RocksKeyValue
from streams.projection.service import ProjectionService
from streams.projection.store import ProjectionStore

__all__ = [
    "Follower",
    "Ingest",
    "KafkaSource",
    "ProjectionService",
    "ProjectionStore",
    "RocksKeyValue",
]
