"""What the doctor looks at on this machine: folders, and the codecs of Kafka's records."""

import os
from pathlib import Path

from streams.cli.doctor.finding import Finding

_OTHERS = 0o077


def folder(subject: str, path: Path) -> Finding:
    """Whether the worker can keep its files there, and for itself."""
    wanted = path.absolute()
    nearest = next(each for each in (wanted, *wanted.parents) if each.exists())
    usable = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    if wanted.is_symlink():
        return Finding(subject, ok=False, details=f"{wanted} is a link, and none is followed: name where it really is")
    is_open = nearest == wanted and wanted.stat().st_mode & _OTHERS
    note = ", open to other users of this machine; a worker closes its data folder when it starts" if is_open else ""
    return Finding(subject, usable, f"{wanted}{note}" if usable else f"{wanted} cannot be written: see {nearest}")


def codecs() -> Finding:
    """Whether records can be read, however their senders compress them."""
    from streams.reading import CODEC_NAMES, CodecsMissingError, check_codecs  # noqa: PLC0415 - loads Kafka's client.

    try:
        check_codecs()
    except CodecsMissingError as failure:
        return Finding("compression", ok=False, details=str(failure))
    return Finding("compression", ok=True, details=f"{', '.join(CODEC_NAMES)} can be read")
