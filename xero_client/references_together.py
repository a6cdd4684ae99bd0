"""Several reads at once; the first that fails ends the others."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def together(reads: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """The results in order. Raises the error of the first that failed, not a group: callers know errors by name."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read) for read in reads]
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from failed
    return [task.result() for task in tasks]
