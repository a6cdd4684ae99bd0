"""Whoever owns a partition follows what becomes of its documents in Xero: by looks, and by a nightly comparison."""

from streams.dispatch.lane.following.watches import Watches

__all__ = ["Watches"]
