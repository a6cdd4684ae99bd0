"""Which transitions of the ledger were reached, and how often."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from streams.dispatch.ledger import transitions

TRANSITIONS = (
    "sending",
    "telling",
    "released",
    "waiting",
    "held",
    "let_go_on",
    "processed",
    "rejected",
    "let_go",
    "remembered",
    "cured",
)
"""By function; `take` is counted by its result."""
TAKEN = tuple(f"take: {each.value}" for each in transitions.IntakeResult)


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count them for the block. What they do is untouched."""
    counts: Counter[str] = Counter()
    names = vars(transitions)
    before = {each: names[each] for each in (*TRANSITIONS, "take")}

    def counting(name: str, transition: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(transition)
        def reached(*args: Any, **options: Any) -> Any:
            result = transition(*args, **options)
            counts[f"take: {result[0].value}" if name == "take" else name] += 1
            return result

        return reached

    names.update({name: counting(name, each) for name, each in before.items()})
    try:
        yield counts
    finally:
        names.update(before)
