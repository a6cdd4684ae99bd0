"""The files of shipments are put on the documents that they became, with calls that nobody else needs, once."""

from streams.dispatch.lane.attaching.attaching import Attaching

__all__ = ["Attaching"]
