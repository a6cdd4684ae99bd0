"""The demo from its start to its end."""

import asyncio
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from deploy.demo import screen, shell
from deploy.demo.failure import DemoFailedError
from deploy.demo.files import files_in
from deploy.demo.parts import Parts, running_parts
from deploy.demo.records import Records
from deploy.demo.sample_run import SampleRun
from deploy.demo.samples import load
from deploy.kafka import LocalKafkaError

_REFRESH_SECONDS = 0.5
_PLAIN_WIDTH = 160


def run(*, once: bool) -> int:
    """Show the demo; `once` checks every sample and ends. Returns the exit code: 0, or 1 with the reason shown."""
    console = Console()
    if not console.is_terminal:
        # In a pipe rich would take 80 columns.
        console = Console(width=_PLAIN_WIDTH)
    with tempfile.TemporaryDirectory(prefix="shipledger-demo-", ignore_cleanup_errors=True) as folder:
        try:
            return asyncio.run(_until_asked(Path(folder), console, once=once))
        except (DemoFailedError, LocalKafkaError) as failure:
            console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
            return 1


async def _until_asked(folder: Path, console: Console, *, once: bool) -> int:
    """Run the demo; Ctrl-C and SIGTERM end it in order."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked.set)
    demo = asyncio.create_task(_demo(folder, console, once=once))
    ending = asyncio.create_task(asked.wait())
    await asyncio.wait((demo, ending), return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if demo.done():
        return demo.result()
    console.print("Ending …")
    demo.cancel()
    await asyncio.wait((demo,))
    return 1 if once else 0


async def _demo(folder: Path, console: Console, *, once: bool) -> int:
    began = time.monotonic()
    with console.status("Starting") as status:

        def progress(step: str) -> None:
            status.update(step)
            console.print(f"{time.monotonic() - began:6.1f} s  {step}")

        async with (
            running_parts(folder, progress, watched=not once) as parts,
            Records(parts.addresses.kafka) as records,
        ):
            progress("Ready: the samples are published")
            status.stop()
            runs = [SampleRun(sample, parts, records) for sample in load(files=files_in(folder))]
            await _run_all(runs, console)
            if once:
                return 0 if screen.report(console, runs) else 1
            return await _stay(runs, parts, console, folder)


async def _run_all(runs: Sequence[SampleRun], console: Console) -> None:
    for run in runs:
        await run.begin()
    with Live(console=console, auto_refresh=False, transient=True) as live:
        finishing = asyncio.gather(*(run.finish() for run in runs))
        while not finishing.done():
            live.update(screen.table(runs, console.width), refresh=console.is_terminal)
            await asyncio.wait((finishing,), timeout=_REFRESH_SECONDS)
        finishing.result()
    # Whatever an event that must have no effect would have done, it has done by now: later events of the same
    # organisations, and so of the same partitions, are answered.
    for run in runs:
        await run.observe()


async def _stay(runs: Sequence[SampleRun], parts: Parts, console: Console, folder: Path) -> int:
    """Stay up until asked to end; what changes is shown again, below, so that no height of a terminal cuts it off."""
    where = screen.addresses(parts.addresses, folder, shell.write(parts.addresses, folder))
    shown: list[dict[str, str | Text]] = []
    while True:
        parts.check()
        rows = [screen.row(run) for run in runs]
        if rows != shown:
            console.print(screen.table(runs, console.width), where, "Ctrl-C ends the demo.")
            shown = rows
        await asyncio.sleep(_REFRESH_SECONDS)
        for run in runs:
            await run.observe()
