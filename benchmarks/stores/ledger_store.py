"""`python -m benchmarks.stores.ledger_store [--finished N] [--open N]`: the ledger's store by itself, without Kafka.

Run by hand. Each phase has a process of its own, so that its memory is its own.
"""

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import TypeVar

from benchmarks.conditions import conditions
from benchmarks.measures import Spread
from benchmarks.report import Report
from benchmarks.screen import new_console, show, show_conditions
from benchmarks.stores import ledger_rows
from streams.dispatch.store import (
    Identity,
    LedgerStore,
    RowStore,
    StoreBusyError,
    StoreMemory,
    Trust,
    WireRecord,
    open_store,
)

_TRUST = Trust(Identity("benchmark", "ledger", 0), now=0, delete_retention=7 * 24 * 3600 * 1_000_000)
_LOOKS = 20_000
_STEPS = {1: 5_000, 10: 1_000, 100: 100}
_MICROSECONDS = 1e6
_PAUSE = 0.01
_MERGING = ("num-running-compactions", "compaction-pending")
NOTE = (
    "Finished rows of about 700 bytes, open ones of about 2.5 kB, read from a file and not from Kafka. "
    "Looks go to rows all over the store, steps to its open rows. CPU is of all threads."
)


@dataclass(frozen=True, slots=True)
class Size:
    """How many rows."""

    finished: int
    opened: int

    @property
    def total(self) -> int:
        """All of them; the position after the last one too."""
        return self.finished + self.opened


def main() -> None:
    """Print one table."""
    size = _parsed()
    console = new_console()
    show_conditions(console, {**conditions(os.environ), "finished": size.finished, "open": size.opened})
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shipledger-bench-") as name:
        folder = Path(name)
        rows = [line for phase in (_write_rows, _build, _use) for line in _alone(phase, folder, size)]
    report = Report("ledger_store", f"{size.finished:,} finished and {size.opened:,} open rows", _COLUMNS, tuple(rows))
    show(console, report, time.monotonic() - began, os.getloadavg()[0])
    console.print(NOTE, style="dim")


Argument = TypeVar("Argument")
_COLUMNS = ("what", "measured")
Line = tuple[str, str]


def _parsed() -> Size:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stores.ledger_store", description=__doc__)
    parser.add_argument("--finished", type=int, default=200_000)
    parser.add_argument("--open", type=int, default=20_000)
    parsed = parser.parse_args()
    return Size(parsed.finished, parsed.open)


def _alone(phase: Callable[[Path, Size], list[Line]], folder: Path, size: Size) -> list[Line]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(phase, folder, size).result()


def _write_rows(folder: Path, size: Size) -> list[Line]:
    written = 0
    with (folder / "rows").open("wb") as file:
        for key, value in ledger_rows.records(size.finished, size.opened):
            file.write(len(key).to_bytes(2, "big") + len(value).to_bytes(4, "big") + key + value)
            written += len(key) + len(value)
    return [("keys and values", f"{written / 1e6:.0f} MB")]


def _read_rows(folder: Path) -> Iterator[tuple[bytes, bytes]]:
    with (folder / "rows").open("rb") as file:
        while sizes := file.read(6):
            key = file.read(int.from_bytes(sizes[:2], "big"))
            yield key, file.read(int.from_bytes(sizes[2:], "big"))


def _build(folder: Path, size: Size) -> list[Line]:
    before = _memory()
    store = open_store(folder / "0", _TRUST, StoreMemory(), ledger_rows.index).store
    began, spent = time.monotonic(), time.process_time()
    load = store.rebuild()
    load.add(_read_rows(folder))
    read = time.monotonic()
    load.finish(ledger_rows.index, size.total, equal_at=0)
    seconds = time.monotonic() - began
    lines = [
        ("build: records, then entries", f"{read - began:.1f} s + {seconds - (read - began):.1f} s = {seconds:.1f} s"),
        ("build: CPU", f"{time.process_time() - spent:.1f} s"),
        ("build: RSS before, at most", f"{before:.0f} MB, {_memory():.0f} MB"),
    ]
    merging = time.monotonic()
    _wait_for_compaction(store)
    lines.append(("merging in the background afterwards", f"{time.monotonic() - merging:.1f} s"))
    store.close()
    lines.append(("disk", f"{sum(each.stat().st_size for each in (folder / '0').iterdir()) / 1e6:.0f} MB"))
    return lines


def _use(folder: Path, size: Size) -> list[Line]:
    began = time.monotonic()
    store, emptied = open_store(folder / "0", _TRUST, StoreMemory(), ledger_rows.index)
    if emptied is not None:
        raise RuntimeError(f"the store was emptied: {emptied}")
    lines = [("warm open with counts", f"{time.monotonic() - began:.3f} s")]
    began = time.monotonic()
    found = sum(1 for each in store.organisations_with_work() for _ in store.open_rows(each))
    lines.append((f"scan of {found:,} open rows", f"{time.monotonic() - began:.3f} s"))
    lines.append(("RSS after both", f"{_memory():.0f} MB"))
    lines += _looks(store, size)
    lines += _steps(store, size)
    lines.append(("RSS at most", f"{_memory():.0f} MB"))
    store.close()
    return lines


def _looks(store: RowStore, size: Size) -> Iterator[Line]:
    chance = random.Random(1)  # noqa: S311  # Which rows are looked at is no secret.
    some = [chance.randrange(size.total) for _ in range(_LOOKS)]
    keys = [ledger_rows.key(number) for number in some]
    absent = [ledger_rows.key(number + size.total) for number in some]
    yield "row", _times(store.row, keys)
    yield "row that is absent", _times(store.row, absent)
    names = [(ledger_rows.organisation(number), "invoice", ledger_rows.number_key(number)) for number in some]
    yield "number's holders", _times(lambda name: store.holders_by_number(*name), names)
    free = [(*name[:2], "inv-2027-1") for name in names]
    yield "holders of a free number", _times(lambda name: store.holders_by_number(*name), free)
    yield "oldest open request", _times(lambda _: store.oldest(), range(_LOOKS))


def _steps(store: RowStore, size: Size) -> Iterator[Line]:
    """Each open row becomes `sending`, then `done`, in steps of some size."""
    work = _changes(store)
    position = count(size.total)
    refused = 0
    for rows, steps in _STEPS.items():
        seconds: list[float] = []
        while len(seconds) < steps and (step := list(islice(work, rows))):
            began = time.perf_counter()
            try:
                store.apply(step, next(position), equal_at=0)
            except StoreBusyError:
                refused += 1
                time.sleep(_PAUSE)
                continue
            seconds.append(time.perf_counter() - began)
        if seconds:
            yield f"apply {rows}", _shown(Spread.of(seconds))
    yield "steps refused because the disk was behind", str(refused)


def _changes(store: RowStore) -> Iterator[WireRecord]:
    numbers = [each.key for name in sorted(store.organisations_with_work()) for each in store.open_rows(name)]
    for key in numbers:
        number = int(key[-10:-2])
        for state in ("sending", "done"):
            value = ledger_rows.value(number, state)
            yield WireRecord(key, value, ledger_rows.index(key, value))


def _times(look: Callable[[Argument], object], arguments: Iterable[Argument]) -> str:
    seconds = []
    for each in arguments:
        began = time.perf_counter()
        look(each)
        seconds.append(time.perf_counter() - began)
    return _shown(Spread.of(seconds))


def _shown(spread: Spread) -> str:
    p50, p999 = (spread.at(share) * _MICROSECONDS for share in (0.5, 0.999))
    return f"n {len(spread.seconds):,}, p50 {p50:,.0f} µs, p99.9 {p999:,.0f} µs"


def _wait_for_compaction(store: LedgerStore) -> None:
    database = store._database._db  # noqa: SLF001  # Nobody but a benchmark asks for this.
    while any(database.property_int_value(f"rocksdb.{each}") for each in _MERGING):
        time.sleep(_PAUSE)


def _memory() -> float:
    """The most that was resident so far, in megabytes."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main()
