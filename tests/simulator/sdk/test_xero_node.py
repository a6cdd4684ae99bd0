"""xero-node against the simulator, where node and the package are: `npm install xero-node@20.0.0`, NODE_PATH to it."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.simulator.server import Simulator
from tests.simulator.client import ALOK

SCRIPT = Path(__file__).with_name("xero_node.cjs")
NODE = shutil.which("node")


def is_installed() -> bool:
    if NODE is None:
        return False
    asked = [NODE, "-e", "require.resolve('xero-node')"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0  # Our own words.


@pytest.mark.skipif(not is_installed(), reason="node, or xero-node on NODE_PATH, is missing")
async def test_consent_reads_writes_refusals_and_a_custom_connection() -> None:
    """On the machine's clock: the SDK checks that its id token is neither too old nor of tomorrow."""
    async with Simulator.started() as simulator:
        told = await run(simulator.base_url)
    assert told["seen"] == {
        "email": "user@simulator.example",
        "client": "demo-code-client",
        "renewed": True,
        "tenant": "Southern Beef Exports",
        "base": "AUD",
    }
    assert told["writes"] == {
        "contact": "NORD",
        "item": "HIDE",
        "tax": 0.25,
        "unitAmount": 1.2345,
        "quote": "Q-1",
        "file": True,
        "paid": "PAID",
    }
    assert told["reads"] == {
        "status": "PAID",
        "sent": True,
        "lines": 1,
        "date": "2026-11-19T00:00:00.000Z",
        "contacts": 1,
        "quotes": 1,
        "correlation": True,
    }
    assert told["refused"] == {"status": 400, "message": "Invoice # must be unique."}
    assert told["custom"] == "Southern Beef Exports"


async def run(base_url: str) -> Any:
    assert NODE
    async with asyncio.timeout(60):
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(NODE, str(SCRIPT), base_url, ALOK, stdout=pipe, stderr=pipe)
        out, err = await process.communicate()
    assert process.returncode == 0, err.decode()
    return json.loads(out)
