"""Which parts of the work a process does. It stands here and not in `app`, so that `--help` loads nothing heavy."""

from enum import StrEnum


class Role(StrEnum):
    """What a worker runs: gate, integration log and API (stream), the writes in Xero (dispatch), or all."""

    ALL = "all"
    STREAM = "stream"
    DISPATCH = "dispatch"
