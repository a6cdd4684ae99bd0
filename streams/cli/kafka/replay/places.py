"""Where a replay is, as text that the next one goes on from."""

import re
from collections.abc import Iterable, Mapping

from streams.cli.kafka.records import Record
from streams.cli.kafka.source import Span, Spans

_PART = re.compile(r"(\d+):(\d+)-(\d+)", re.ASCII)


def after(spans: Spans, sent: Iterable[Record]) -> dict[int, Span]:
    """What is left of the spans, once the records are published."""
    left = dict(spans)
    for record in sent:
        left[record.partition] = Span(record.offset + 1, left[record.partition].end)
    return left


def as_text(spans: Spans) -> str:
    """`PARTITION:FIRST-END` of each span in which something is left."""
    return ",".join(
        f"{number}:{span.first}-{span.end}" for number, span in sorted(spans.items()) if span.first < span.end
    )


def of_text(text: str) -> dict[int, Span]:
    """The spans of such a text. Raises ValueError."""
    found: dict[int, Span] = {}
    for part in text.split(","):
        read = _PART.fullmatch(part.strip())
        if read is None or int(read[1]) in found or int(read[2]) > int(read[3]):
            raise ValueError(f"{part!r} is not PARTITION:FIRST-END, each partition once, as a replay prints it")
        found[int(read[1])] = Span(int(read[2]), int(read[3]))
    return found


def why_not_there(wanted: Spans, present: Mapping[int, Span]) -> str:
    """What is wrong with going on at the spans, of what the topic holds now; "" for nothing."""
    for number, span in wanted.items():
        there = present.get(number)
        if there is None:
            return f"the topic has no partition {number}"
        if span.first < there.first:
            return f"the records before {number}/{there.first} were deleted, from {number}/{span.first} on"
        if span.end > there.end:
            return f"partition {number} ends at {there.end}, before {span.end}: it is another topic"
    return ""
