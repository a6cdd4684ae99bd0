"""A rebuild writes few and large files, which need no merging; afterwards write buffers are small again."""

from pathlib import Path

from streams.dispatch.store import Identity, StoreMemory, Trust, open_store
from streams.dispatch.store.database import Database
from tests.contract.dispatch.rows import WEEK

MEGABYTE = 1024 * 1024
TRUST = Trust(Identity("cluster", "ledger", 3), now=0, delete_retention=WEEK)


def flushes(folder: Path) -> int:
    """How many files were written, by RocksDB's own log: some are merged soon."""
    return (folder / "LOG").read_text(encoding="utf-8", errors="replace").count('"event": "flush_started"')


def put(database: Database, prefix: bytes, megabytes: int, *, logged: bool) -> None:
    for at in range(megabytes):
        database.write([(b"%s%04d" % (prefix, at), bytes(MEGABYTE))], logged=logged)


def test_what_is_put_in_at_once_is_few_files(tmp_path: Path) -> None:
    database = Database(tmp_path / "0", StoreMemory())
    database.begin_bulk()
    put(database, b"a", 12, logged=False)
    database.flush()
    database.end_bulk()
    assert flushes(tmp_path / "0") == 1
    put(database, b"b", 12, logged=True)
    database.flush()
    assert flushes(tmp_path / "0") >= 3
    database.close()


def test_a_rebuild_is_put_in_at_once(tmp_path: Path) -> None:
    """Of more than an ordinary write buffer takes."""
    store = open_store(tmp_path / "0", TRUST, StoreMemory(), lambda _key, _value: None).store
    load = store.rebuild()
    load.add((b'["intent","%04d"]' % at, bytes(MEGABYTE)) for at in range(12))
    load.finish(lambda _key, _value: None, position=12)
    assert flushes(tmp_path / "0") <= 2  # The records, and what says that they are all there.
    store.close()
