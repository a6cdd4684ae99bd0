"""The worker as users start it, that can be struck at a named point: `python -m tests.reliability.armed FOLDER worker`.

The product raises audit events (PEP 578, `sys.audit`) at its points. Nobody hears them but a hook that code of the same
process has added: no variable, setting or request can. This is that code, and it is no part of what is installed.
An order is a file in FOLDER, written by the test that waits for the worker's end.
"""

import asyncio
import json
import os
import runpy
import signal
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

MODULE = "tests.reliability.armed"
TASKS = "tasks"
_COUNT_SECONDS = 2.0
_SEND = "http.client.send"
_WRITES = (b"PUT ", b"POST ")
_PREFIXES = ("shipledger.", _SEND)


@dataclass(frozen=True)
class Order:
    """Strike at the `nth` event of this name whose arguments contain the texts of `match`, one after the other.

    `part` is for `http.client.send` (the body of a write): how much of it goes out before, in percent. `after` is in
    seconds: 0 strikes at the point itself, with everything else of the process standing still.
    """

    event: str
    match: tuple[str, ...] = ()
    nth: int = 1
    action: str = "kill"
    part: int = 0
    after: float = 0.0


class Orders:
    """The folder by which a test and its worker understand each other."""

    def __init__(self, folder: Path) -> None:
        self._order = folder / "order.json"
        self._met = folder / "met"

    def give(self, order: Order) -> None:
        """From now on."""
        self._met.unlink(missing_ok=True)
        written = self._order.with_suffix(".new")
        written.write_text(json.dumps(asdict(order)))
        written.replace(self._order)

    def withdraw(self) -> None:
        """Whatever was ordered and not met."""
        self._order.unlink(missing_ok=True)

    @property
    def is_met(self) -> bool:
        """Whether the worker came to the point."""
        return self._met.exists()

    def read(self) -> Order | None:
        """What is ordered, if anything."""
        if not self._order.exists():
            return None
        fields = json.loads(self._order.read_text())
        return Order(**{**fields, "match": tuple(fields["match"])})

    def fulfil(self) -> None:
        """It will be struck."""
        self._order.unlink(missing_ok=True)
        self._met.touch()


class Trigger:
    """Hears the process's audit events, in whichever thread they are raised."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._lock = threading.RLock()
        self._passed = 0
        self._writing: set[int] = set()
        """Connections whose request line was that of a write."""

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Strike, where that is ordered."""
        if not event.startswith(_PREFIXES):
            return
        with self._lock:
            if event == _SEND and not self._is_body_of_write(*arguments):
                return
            order = self._orders.read()
            if order is None or order.event != event or not _matches(order, event, arguments):
                return
            self._passed += 1
            if self._passed < order.nth:
                return
            self._passed = 0
            self._orders.fulfil()
        if event == _SEND:
            connection, data = arguments
            connection.sock.sendall(bytes(data)[: len(data) * order.part // 100])
            time.sleep(order.after)  # Nothing of the rest goes out meanwhile.
            order = replace(order, after=0.0)
        _strike(order)

    def _is_body_of_write(self, connection: Any, data: Any) -> bool:
        head = bytes(data[:5])
        if b"/Invoices" in bytes(data[:200]) and head.startswith(_WRITES):
            self._writing.add(id(connection))
            return False
        is_body = id(connection) in self._writing
        self._writing.discard(id(connection))
        return is_body


def _matches(order: Order, event: str, arguments: tuple[Any, ...]) -> bool:
    if event == _SEND:
        return True
    return all(text in str(given) for text, given in zip(order.match, arguments, strict=False))


def _strike(order: Order) -> None:
    number = signal.SIGSTOP if order.action == "stop" else signal.SIGKILL
    if order.after:
        threading.Thread(target=_later, args=(order.after, number), daemon=True).start()
    else:
        os.kill(os.getpid(), number)


def _later(seconds: float, number: signal.Signals) -> None:
    time.sleep(seconds)
    os.kill(os.getpid(), number)


def listen(folder: Path) -> None:
    """Hear orders from now on, and tell how many tasks there are, which nobody can see from outside."""
    sys.addaudithook(Trigger(Orders(folder)).hear)
    threading.Thread(target=_count_tasks, args=(folder / TASKS,), daemon=True).start()


def _count_tasks(file: Path) -> None:
    while True:
        with suppress(RuntimeError):  # The set may change meanwhile; the next look will do.
            running = [task for task in list(asyncio.tasks._all_tasks) if not task.done()]  # type: ignore[attr-defined]
            file.write_text(str(len(running)))
        time.sleep(_COUNT_SECONDS)


def main() -> None:
    """Listen, then be the command."""
    folder, *arguments = sys.argv[1:]
    listen(Path(folder))
    sys.argv = ["shipledger", *arguments]
    runpy.run_module("streams.cli.main", run_name="__main__")


if __name__ == "__main__":
    main()
