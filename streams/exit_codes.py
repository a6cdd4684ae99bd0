"""The exit codes of `shipledger`. They stand here and not in `ops`, so that `--help` loads nothing heavy."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a process of ours ends; from 65 on as sysexits.h has them."""

    OK = 0
    FAILED = 1
    """A command could not do it; standard error says why."""
    USAGE = 2
    """Wrong usage: the command line's library ends with it by itself."""
    REFUSED = 65
    """EX_DATAERR: the worker refused what was asked; asking again does not help."""
    UNREACHABLE = 69
    """EX_UNAVAILABLE: neither the worker nor a broker answers at its address; asking again may help."""
    FAULT = 70
    """EX_SOFTWARE: a part of the worker failed; a restart may help."""
    CUT_OFF = 75
    """EX_TEMPFAIL: the orderly stop took too long and was cut off; harmless."""
    CONFIGURATION = 78
    """EX_CONFIG: a fault in the configuration; a restart does not help, an operator must."""
    INTERRUPTED = 130
    """As shells have it for Ctrl-C (128 + SIGINT)."""
