"""Files that shipments refer to are read from where the profile lets them come from: the web, or a folder."""

from streams.dispatch.lane.attaching.reading.reader import PlacesReader, ReadingLimits

__all__ = ["PlacesReader", "ReadingLimits"]
