"""Whatever lies in the topic is counted once, takes no time worth naming, and is its own company's."""

from collections.abc import Callable

import pytest

from mappers.inbound.dead_letter import PoisonReason
from tests.drawn import SEED, how_many
from tests.hostile.judge import LONGEST_MS, run
from tests.hostile.judge import SEED as SHORT_SEED
from tests.hostile.mutator import hostile_record, samples
from tests.hostile.printed import printed_by

COUNT = how_many("EVENTS", 100_000)
# Each of them must have come up, or the records are not as hostile as they should be.
SEEN = {each.value for each in PoisonReason} - {
    "internal_error",
    "request_unreadable",
    "wrong_partition",
    "lone_surrogate",
    "number_out_of_range",
    "invalid_time",
    # Made below the gate, of what Kafka's client cannot read, and in the ledger.
    "undecodable",
    "inflates_too_far",
    "foreign_record",
    "ledger_unreadable",
}


def test_a_hostile_record_is_the_same_whatever_was_made_before_it() -> None:
    """What is put into one record and changed there must not be in the next."""
    events = samples()
    forth = [hostile_record(number, SHORT_SEED, events) for number in range(3_000)]
    back = [hostile_record(number, SHORT_SEED, events) for number in reversed(range(3_000))]
    assert forth == back[::-1]


async def test_two_thousand_hostile_records_are_counted_once_each_and_hold_nothing_up() -> None:
    findings = await run(2_000)
    assert findings.wrong == [], f"of seed {SHORT_SEED}"
    assert findings.events.total() == findings.records == 2_000
    assert set(findings.reasons) >= SEEN
    assert min(findings.events[each] for each in ("requested", "ignored", "dead_lettered")) > 50


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_hundred_thousand_hostile_records_are_counted_once_each_in_little_memory(say: Callable[[str], None]) -> None:
    """In a process of its own, whose memory is nobody else's."""
    found = printed_by("judge", str(COUNT), str(SEED))
    say(f"{COUNT:,} broken events, seed {SEED}: {found}")
    assert found["wrong"] == [], f"of seed {SEED}"
    assert sum(found["events"].values()) == found["records"] == COUNT
    assert found["slowest_ms"] <= LONGEST_MS
    assert found["largest_rss_mib"] <= 200
