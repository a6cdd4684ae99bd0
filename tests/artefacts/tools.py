"""The programs that `make artefacts` gets, and where the clone is."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


def tools() -> Path:
    """The folder that deploy/install/artefact-tools.sh filled."""
    folder = os.environ.get("ARTEFACT_TOOLS")
    if not folder:
        pytest.fail("ARTEFACT_TOOLS is not set: run `make artefacts`")
    return Path(folder)


def run(*command: Path | str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command's end, whatever it is."""
    words = [str(word) for word in command]
    return subprocess.run(words, input=given, capture_output=True, text=True, check=False, cwd=ROOT)


def said(*command: Path | str, given: str | None = None) -> str:
    """What a command says on standard output; fails where it does not end well."""
    done = run(*command, given=given)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
