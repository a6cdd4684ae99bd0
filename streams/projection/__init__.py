"""The integration log and the latest snapshots: what people read, folded from the topics into RocksDB."""
