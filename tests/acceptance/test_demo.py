"""The whole product as a person meets it: `shipledger demo --once` on a real Kafka, as a process."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from deploy.demo.samples import load

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(170)]
_SECONDS = 150


def processes_of(folder: Path) -> list[str]:
    """The command lines of live processes whose temporary folder is `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            environment = (entry / "environ").read_bytes() if entry.name.isdigit() else b""
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode() if environment else ""
        except OSError:
            # It ended, or is somebody else's.
            continue
        if command and f"TMPDIR={folder}".encode() in environment.split(b"\0"):
            found.append(command)
    return found


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_every_sample_is_as_expected_and_no_process_is_left(tmp_path: Path) -> None:
    demo = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "streams.cli.main",
        "demo",
        "--once",
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    output = (await asyncio.wait_for(demo.communicate(), _SECONDS))[0].decode()
    count = len(load())
    assert demo.returncode == 0, output
    assert f"{count} of {count} samples are as expected." in output
    assert all(sample.shipment in output for sample in load())
    assert "Customer.Name(ALOK) : not found in XERO(Customer.Name)." in output
    assert processes_of(tmp_path) == []
    assert files_in(tmp_path) == []
