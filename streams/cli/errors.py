"""How a command says that it failed."""

from typing import ClassVar

from streams.exit_codes import ExitCode


class CommandFailedError(Exception):
    """A command could not do what it was asked; the message says what to do."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED


class UnreachableError(CommandFailedError):
    """Nobody answers."""

    exit_code = ExitCode.UNREACHABLE


class RefusedError(CommandFailedError):
    """The worker does not want what it was asked."""

    exit_code = ExitCode.REFUSED
