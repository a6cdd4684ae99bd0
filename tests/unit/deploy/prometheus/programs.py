"""The programs that judge what is made for Prometheus."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
FOLDER = ROOT / "deploy/prometheus"


def run(program: str, *arguments: str, given: str | None = None, folder: Path = FOLDER) -> str:
    """What the program says; fails where it is not there, or does not end well."""
    path = shutil.which(program)
    if path is None:
        pytest.fail(f"{program} is missing: deploy/install/system-parts.sh {program}")
    done = subprocess.run([path, *arguments], input=given, capture_output=True, text=True, cwd=folder, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
