"""`python -m benchmarks.visitors.clicks ADDRESS PEOPLE COMPANY…`: people click through the pages until stdin ends.

A process of its own, so that the clicks cost nothing where the times are taken. The token is on the first line of
stdin; the last thing printed is what was seen, as JSON.
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

import aiohttp

MEAN_PAUSE = 3.0
"""Seconds from the answer to a person's next click, on average (exponential)."""
_PATHS = ("shipments", "attention", "shipments?status=PROCESSED", "activity", "shipments?query=SHP")


@dataclass
class Seen:
    """The seconds of each page, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


async def click(address: str, token: str, companies: Sequence[str], people: int) -> Seen:
    """All of them, until stdin ends."""
    seen = Seen()
    headers = {"Sec-Fetch-Site": "same-origin", "Cookie": await _signed_in(address, token)}
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    async with aiohttp.ClientSession(headers=headers, timeout=aiohttp.ClientTimeout(total=30)) as session:
        clicking = [asyncio.create_task(_person(session, address, companies, seen, each)) for each in range(people)]
        sys.stdout.write("clicking\n")
        sys.stdout.flush()
        await ended
        for each in clicking:
            each.cancel()
        ends = await asyncio.gather(*clicking, return_exceptions=True)
    seen.failures += [repr(each) for each in ends if not isinstance(each, asyncio.CancelledError)]
    return seen


async def _signed_in(address: str, token: str) -> str:
    async with (
        aiohttp.ClientSession(headers={"Sec-Fetch-Site": "same-origin"}) as session,
        session.post(f"{address}/sign-in", data={"token": token}, allow_redirects=False) as answer,
    ):
        answer.raise_for_status()
        return answer.headers["Set-Cookie"].partition(";")[0]


async def _person(session: aiohttp.ClientSession, address: str, companies: Sequence[str], seen: Seen, who: int) -> None:
    chance = random.Random(who)  # noqa: S311  # It draws pauses.
    pages = _pages(companies, chance)
    while True:
        await asyncio.sleep(chance.expovariate(1 / MEAN_PAUSE))
        path, began = next(pages), time.monotonic()
        async with session.get(f"{address}{path}", allow_redirects=False) as answer:
            await answer.read()
        seen.seconds.append(time.monotonic() - began)
        if answer.status != HTTPStatus.OK:
            seen.failures.append(f"{path}: {answer.status}")


def _pages(companies: Sequence[str], chance: random.Random) -> Iterator[str]:
    while True:
        yield f"/companies/{chance.choice(companies)}/{chance.choice(_PATHS)}"


def main(arguments: Sequence[str]) -> None:
    """Click, then print what was seen."""
    address, people, *companies = arguments
    seen = asyncio.run(click(address, sys.stdin.readline().strip(), companies, int(people)))
    sys.stdout.write(json.dumps({"seconds": seen.seconds, "failures": seen.failures}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
