"""Below every consumer of the process: whatever lies in a topic is read, or stepped over with words, so that the
partition goes on. What could not be read is delivered in its place as an `Unreadable`. And a group's leader shares out
no topic that it does not know.
"""

from streams.reading.assigning import assign_known_topics
from streams.reading.codecs import CODEC_NAMES, CodecsMissingError, check_codecs
from streams.reading.guard import guard_readers
from streams.reading.unreadable import description_of, first_offset, poison_of

__all__ = [
    "CODEC_NAMES",
    "CodecsMissingError",
    "assign_known_topics",
    "check_codecs",
    "description_of",
    "first_offset",
    "guard_readers",
    "poison_of",
]
