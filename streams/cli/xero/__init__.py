"""The commands that ask Xero itself: a person's consent, and a Demo Company."""

from streams.cli.xero.connect import connect
from streams.cli.xero.rehearse import rehearse

__all__ = [
    "connect",
    "rehearse",
]
