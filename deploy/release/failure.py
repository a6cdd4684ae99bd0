"""Why there is no release."""


class ReleaseFailedError(Exception):
    """Nothing was released; the message says what to do."""
