"""How a command ends: the exit codes, and the error that says why."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of `shipledger`. 70 (EX_SOFTWARE of sysexits.h): the worker met a fault, a restart may help.
    78 (EX_CONFIG): it does not, an operator must.
    """

    OK = 0
    FAILED = 1
    USAGE = 2
    FAULT = 70
    CONFIGURATION = 78


class CommandFailedError(Exception):
    """A command could not do what it was asked; the message says what to do. The program ends with `Exit.FAILED`."""
