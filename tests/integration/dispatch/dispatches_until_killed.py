"""A dispatcher in a process of its own, until it is killed: `python -m … <broker> <folder>`. Its books are its own."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from tests.integration.dispatch.dispatchers import dispatching
from tests.unit.streams.dispatch.harness import SETTINGS, Harness

PATIENT = replace(SETTINGS, start_guard=5.0)
"""On a busy machine a commit takes longer than the guard of the unit tests."""


async def main(bootstrap: str, folder: Path) -> None:
    harness = Harness()
    harness.settings, harness.folder = PATIENT, folder
    async with dispatching(harness, bootstrap, "one") as dispatcher:
        while not dispatcher.running:  # noqa: ASYNC110  # It has no event.
            await asyncio.sleep(0.01)
        sys.stdout.write("running\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
