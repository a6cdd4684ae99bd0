"""How long a thread was ready to run while the processors had others."""

from pathlib import Path

_OF_THIS_THREAD = Path("/proc/thread-self/schedstat")
_NANOSECONDS = 1e9


def waited_for_processor() -> float:
    """Seconds of the calling thread in all, 0 where the system does not tell (Linux does: proc_pid_schedstat)."""
    try:
        _ran, waited, *_ = _OF_THIS_THREAD.read_text(encoding="ascii").split()
        return int(waited) / _NANOSECONDS
    except (OSError, ValueError):
        return 0.0
