"""Where to go on reading a partition, and how to notice that it is not the one that was folded."""

from dataclasses import dataclass

from streams.projection.encoding import Position


class TopicReplacedError(Exception):
    """The topic has been deleted and made anew, or cut off: what is folded does not belong to it."""


@dataclass(frozen=True, slots=True)
class ResumePoint:
    """Read from `offset`.

    `digest` is the known one of the record there, which is folded already and only compared. `missing` records were
    removed by the topic's retention before they were folded.
    """

    offset: int
    digest: str | None = None
    missing: int = 0


def resume_point(position: Position | None, *, first: int, end: int) -> ResumePoint:
    """Decide for a partition that holds the offsets from `first` up to, not including, `end`.

    Raises TopicReplacedError where the partition ends before what was read of it.
    """
    if position is None:
        return ResumePoint(first)
    if end < position.next:
        raise TopicReplacedError(f"ends at {end}, but was read up to {position.next}")
    if first > position.next:
        return ResumePoint(first, missing=first - position.next)
    if position.last is None or position.last < first:
        return ResumePoint(position.next)
    return ResumePoint(position.last, digest=position.digest)
