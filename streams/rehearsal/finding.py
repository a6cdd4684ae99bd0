"""A question that Xero's pages leave open, and what an organisation showed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.rehearsal.demo_company import DemoCompany

Answer = str | bool | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What was learnt. `answer` None: nothing, and `seen` says why; else `seen` is what Xero did."""

    answer: Answer
    seen: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    `id` and its answers are those of the simulator's switch. `depends` is what of Shipledger depends on the answer: it
    begins with "Followed" where a worker that is given the facts does so, with "Not followed" where it does not, and
    with "Nothing" where it is right either way.
    """

    id: str
    words: str
    assumed: str | bool
    depends: str
    ask: "Callable[[DemoCompany], Awaitable[Finding]]"


def not_asked(why: str) -> Finding:
    """The organisation does not have what the question needs; `why` also says how it gets it."""
    return Finding(None, f"not asked: {why}")


def unclear(seen: str) -> Finding:
    """Xero did something that is none of the answers."""
    return Finding(None, f"unclear: {seen}")
