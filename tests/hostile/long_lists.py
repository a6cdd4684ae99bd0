"""A long list in each place of each of Xero's replies where a list may be.

`python -m tests.hostile.long_lists` prints the milliseconds of the longest step of each, for 100,000 empty objects.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

from streams.app.machine import collect_seldom
from tests.hostile.judge import LONGEST_MS
from tests.hostile.mutator import copied
from tests.hostile.replies import HostileReply
from tests.hostile.reply_judge import ReplyJudge

Place = tuple[str | int, ...]


async def longest_steps(filled: list[Any]) -> dict[str, float]:
    """With this list in each of the places: the milliseconds of the longest step, by the call and the place."""
    judge, found = ReplyJudge(), {}
    try:
        for number, asked in enumerate(judge.calls):
            for place in lists_in(asked.good):
                reply = HostileReply(200, {}, json.dumps(put(asked.good, place, filled)).encode())
                found[f"call {number}: {place}"], _, _ = await judge.answered(asked, reply, LONGEST_MS)
    finally:
        judge.close()
    return found


def lists_in(value: Any, at: Place = ()) -> Iterator[Place]:
    """Where there are lists; of alike things in a list, in the first."""
    if isinstance(value, list):
        yield at
    for name, each in value.items() if isinstance(value, dict) else enumerate(value[:1]):
        if isinstance(each, dict | list):
            yield from lists_in(each, (*at, name))


def put(good: dict[str, Any], place: Place, filled: list[Any]) -> dict[str, Any]:
    """The reply with the list there."""
    reply: dict[str, Any] = copied(good)
    inside: Any = reply
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = filled
    return reply


def main() -> None:
    """Print what was found as one JSON object."""
    collect_seldom()  # As the worker does.
    sys.stdout.write(json.dumps(asyncio.run(longest_steps([{}] * 100_000))) + "\n")


if __name__ == "__main__":
    main()
