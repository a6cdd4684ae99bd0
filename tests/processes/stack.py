"""The testbed's stack, with the checks that hold for every run on it."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from deploy.testbed.stack import Stack, running_stack, terminal_entries
from tests.faults.dispatch.request_check import RequestCheck


@asynccontextmanager
async def stack_on(bootstrap_servers: str, folder: Path, partitions: int = 4) -> AsyncIterator[Stack]:
    """Fresh topics, a fresh simulator; every worker is gone at the end, and what they sent is checked."""
    async with running_stack(bootstrap_servers, folder, partitions=partitions) as stack:
        yield stack
        check_requests(stack)


def check_requests(stack: Stack) -> None:
    """Whatever the workers sent fits Xero's OpenAPI (where it is present), and made no look-alike contact."""
    state = stack.simulator.state
    assert RequestCheck().problems(state.request_log) == []
    counts = state.counts.as_dict()
    never = ("contacts_created_by_name", "contacts_edited_by_document", "unknown_fields", "simulator_errors")
    assert {name: counts[name] for name in never if counts[name]} == {}


def check_once(stack: Stack, logs: list[dict[str, Any]], count: int) -> None:
    """One document and one terminal outcome for each shipment."""
    written = stack.written()
    assert len(written) == count
    assert set(written.values()) == {1}
    assert len(logs) == count
    for log in logs:
        outcomes = {entry["outcome_id"] for entry in terminal_entries(log)}
        assert len(outcomes) == 1, log
        assert log["sync_status"] == "PROCESSED", log


def seeded() -> tuple[random.Random, int]:
    """Randomness with a printed seed, so that a failing run can be looked at again."""
    seed = random.SystemRandom().randrange(2**32)
    print(f"seed {seed}")  # noqa: T201  # pytest shows it where the test fails.
    return random.Random(seed), seed  # noqa: S311  # It chooses moments, it keeps no secrets.
