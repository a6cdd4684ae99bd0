"""What people do in Xero to documents of ours: looked for with calls that nobody else needs, and told once."""

from streams.dispatch.lane.watching.watches import Watches

__all__ = ["Watches"]
