"""Where to go on reading a partition, and how to notice that it is not the one that was folded."""

from dataclasses import dataclass

from streams.projection.encoding import Position


class TopicReplacedError(Exception):
    """The topic has been deleted and made anew, or cut off: what is folded does not belong to it."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """Read from `offset`. `proof` is the known digest of the record there; it is folded already, and only compared.

    `missing` records were removed by the topic's retention before they were folded.
    """

    offset: int
    proof: str | None = None
    missing: int = 0


def beginning(position: Position | None, *, first: int, end: int) -> Beginning:
    """Decide for a partition that holds the offsets from `first` up to, not including, `end`.

    Raises TopicReplacedError where the partition ends before what was read of it.
    """
    if position is None:
        return Beginning(first)
    if end < position.next:
        raise TopicReplacedError(f"ends at {end}, but was read up to {position.next}")
    if first > position.next:
        return Beginning(first, missing=first - position.next)
    if position.last is None or position.last < first:
        return Beginning(position.next)
    return Beginning(position.last, proof=position.mark)
