"""The whole worker with a fault at every seam; see docs/adr/0018."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

SECONDS = 1500.0


def simulate(*arguments: str) -> dict[str, Any]:
    """What the runs say. A process of its own, so that every set has the same order each time."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.simulation", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    return told


@pytest.mark.timeout(SECONDS)
def test_one_seed_is_one_schedule() -> None:
    """The same seed takes the same steps at the same times, to the last one, in another process too."""
    assert simulate("one", "1") == simulate("one", "1")
