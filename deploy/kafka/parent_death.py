"""Become a command that does not outlive the process that started it: `python parent_death.py PID COMMAND…`.

The process forks a watcher and then *becomes* the command, so the pid that the starter knows is the command's own,
and there is no moment at which the command runs unwatched. The watcher waits for whichever ends first. It holds both
by pidfd (pidfd_open(2)), so a pid that the kernel has given to another process is never signalled.

`prctl(PR_SET_PDEATHSIG)` in the command itself would be shorter, but it fires when the *thread* that started the
process ends (prctl(2)), and event loops start processes from threads that come and go.

Standard library only: it runs without the project's packages.
"""

import os
import select
import signal
import sys
from collections.abc import Sequence

GRACE_SECONDS = 10.0


def bound_to_this_process(command: Sequence[str]) -> list[str]:
    """The command line under which `command` ends when the process that calls this has ended, however it ended."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def main(starter: int, command: list[str]) -> None:
    """Watch `starter`, a pid that must be this process's parent, and become `command`."""
    parent = os.pidfd_open(starter)
    if os.getppid() != starter:
        sys.exit(f"the process {starter} that wanted {command[0]} is gone")
    bound = os.pidfd_open(os.getpid())
    if os.fork() == 0:
        _watch(parent, bound)
        os._exit(0)
    os.execv(command[0], command)  # noqa: S606 - the command line is our own, and no shell is wanted


def _watch(parent: int, bound: int) -> None:
    if bound in _first_to_end((parent, bound), None):
        return
    signal.pidfd_send_signal(bound, signal.SIGTERM)
    if not _first_to_end((bound,), GRACE_SECONDS):
        signal.pidfd_send_signal(bound, signal.SIGKILL)


def _first_to_end(processes: tuple[int, ...], seconds: float | None) -> set[int]:
    poll = select.poll()
    for process in processes:
        poll.register(process, select.POLLIN)
    return {process for process, _ in poll.poll(None if seconds is None else seconds * 1000)}


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
