"""Why a demo could not be shown."""


class DemoFailedError(Exception):
    """A part did not start or ended early; the message has the last lines of its log."""
