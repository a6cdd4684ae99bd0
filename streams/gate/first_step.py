"""A coroutine whose first step is taken at once, without a task: most end with it."""

from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any, Generic, TypeVar

Result = TypeVar("Result")


class Begun(Generic[Result]):
    """A coroutine after its first step; awaited once, it goes on from there.

    Python 3.12 has this as eager tasks; here 3.11 is supported too. What the first step raises, making one raises.
    """

    def __init__(self, coroutine: Coroutine[Any, Any, Result]) -> None:
        self._coroutine = coroutine
        self._awaited: Any = None
        self._results: tuple[Result, ...] = ()
        try:
            self._awaited = coroutine.send(None)
        except StopIteration as done:
            self._results = (done.value,)

    @property
    def is_done(self) -> bool:
        """Whether the first step was the last."""
        return bool(self._results)

    def result(self) -> Result:
        """What it returned. To be asked only where it is done."""
        return self._results[0]

    def __await__(self) -> Generator[Any, Any, Result]:
        """Go on, in whichever task awaits it."""
        if self.is_done:
            return self.result()
        return (yield from _rest(self._coroutine, self._awaited))


def _rest(coroutine: Coroutine[Any, Any, Result], awaited: Any) -> Generator[Any, Any, Result]:
    """As `yield from` does, but that the first value was taken out already."""
    while True:
        try:
            sent = yield awaited
        except GeneratorExit:
            coroutine.close()
            raise
        except BaseException as error:  # noqa: BLE001  # A cancellation above all: it is the coroutine's.
            step = partial(coroutine.throw, error)
        else:
            step = partial(coroutine.send, sent)
        try:
            awaited = step()
        except StopIteration as done:
            result: Result = done.value
            return result
