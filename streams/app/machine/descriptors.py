"""How many files and sockets the process may have open: brokers, Xero, the stores on disk, and callers."""

import resource

import structlog

log = structlog.get_logger(__name__)


def raise_descriptor_limit() -> None:
    """Take what may be had: the soft limit is 1,024 on many systems, for programs that use `select`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == hard:
        return
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    except (OSError, ValueError) as error:
        # macOS takes no "unlimited" here; the soft limit that there is then has to do.
        log.warning("descriptor_limit_not_raised", soft=soft, hard=hard, error=str(error))


def open_limit() -> int:
    """How many there may be now."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2**31 if soft == resource.RLIM_INFINITY else soft
