"""The soft limit of descriptors is raised to the hard one."""

import resource
import subprocess
import sys


def test_the_soft_limit_becomes_the_hard_one() -> None:
    """In a process of its own: a limit that was lowered for all cannot be raised again."""
    script = (
        "from streams.app.machine.descriptors import open_limit, raise_descriptor_limit\n"
        "raise_descriptor_limit()\n"
        "print(open_limit())"
    )

    def lower() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 300))

    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, preexec_fn=lower
    )  # One thread.
    assert ran.stdout == "300\n"
