"""How a command says that it failed."""


class CommandFailedError(Exception):
    """A command could not do what it was asked; the message says what to do. It ends with `ExitCode.FAILED`."""
