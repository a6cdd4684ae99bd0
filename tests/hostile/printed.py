"""What a module of this folder prints when it runs in a process of its own."""

import json
import subprocess
import sys
from typing import Any


def printed_by(module: str, *arguments: str) -> Any:
    """Its memory is nobody else's, and it collects its garbage as a worker does."""
    command = [sys.executable, "-m", f"tests.hostile.{module}", *arguments]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
