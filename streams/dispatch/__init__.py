"""The dispatcher: the ledger, its lanes, and the one writer each input partition has."""

from streams.dispatch.context import DispatchSettings, World

__all__ = [
    "DispatchSettings",
    "World",
]
