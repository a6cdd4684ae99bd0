"""The walk of docs/operators.md, as it is written there: an alert fires because Xero is ill, and ends."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import pytest

from deploy.demo import prometheus, shell
from deploy.demo.waiting import until

pytestmark = [pytest.mark.long, pytest.mark.kafka, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
_READY_SECONDS = 180
_WALK_SECONDS = 600
_DATA = re.compile(r"^(\d+) of (\d+) queries have data, 0 are refused\.$", re.MULTILINE)


def commands() -> str:
    """The second block of the walk: what is typed while the demo runs."""
    page = (ROOT / "docs/operators.md").read_text(encoding="utf-8")
    walk = page.split("**One walk, as commands.**")[1]
    blocks: list[str] = re.findall(r"^```\n(.*?)^```$", walk, re.DOTALL | re.MULTILINE)
    return blocks[1]


async def run(command: str, folder: Path) -> tuple[int | None, str]:
    """In a shell that stops at the first command that fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-e", "-o", "pipefail", "-c", command.replace("/tmp/", f"{folder}/")),  # noqa: S108  # The page's.
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), _WALK_SECONDS)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        return None, "it went on for too long"
    return process.returncode, output.decode()


def written(folder: Path) -> list[Path]:
    """The addresses, once the demo has shown them."""
    return list(folder.glob(f"shipledger-demo-*/{shell.NAME}"))


async def test_an_alert_fires_in_the_demo_when_xero_is_ill_and_ends(tmp_path: Path) -> None:
    if not prometheus.is_installed():
        pytest.fail(prometheus.HOW_TO_GET_IT)
    with (tmp_path / "demo.out").open("wb") as output:
        demo = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "streams.cli.main", "demo"),
            stdout=output,
            stderr=output,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
    try:

        async def is_up() -> bool:
            return demo.returncode is not None or bool(written(tmp_path))

        assert await until(is_up, _READY_SECONDS)
        code, said = await run(commands(), tmp_path)
    finally:
        demo.terminate()
        await demo.wait()
    assert code == 0, said
    before, after = [(int(found), int(total)) for found, total in _DATA.findall(said)]
    # A consent is no part of the demo, and no night passes; whatever else a dashboard shows has happened by then.
    assert before[0] <= after[0] == after[1] - 2, said
    assert "SHP-000101: accepted as request" in said
    assert "SHP-000101: Processed" in said
