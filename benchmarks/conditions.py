"""Under which conditions a run was made: without them its figures say nothing."""

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from deploy.kafka import find_java

_PACKAGES = ("shipledger", "aiokafka", "faust-streaming", "xero-python", "rocksdict", "aiohttp")


def conditions(environment: "os._Environ[str]") -> dict[str, str]:
    """Date, machine, load at the start, versions and commit."""
    load = ", ".join(f"{each:.2f}" for each in os.getloadavg())
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "load before (1, 5, 15 min)": load,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "java": _line([str(find_java(environment)), "-version"]),
        **{name: version(name) for name in _PACKAGES},
        "commit": _line(["git", "describe", "--always", "--dirty"]),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _line(command: list[str]) -> str:
    """The first line that the command prints; `unknown` where it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603  # Fixed commands.
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return (done.stdout or done.stderr).splitlines()[0]
