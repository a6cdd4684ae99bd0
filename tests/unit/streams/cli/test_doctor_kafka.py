"""What the doctor makes of brokers that are away: of three, one may be, and it says so."""

import pytest

from streams.cli.doctor.kafka import _brokers, _state
from streams.topics import Attempt, Cluster, PartitionState, TopicState

AWAY = "does not answer: nothing listens there"
SERVERS = {1: "one:9092", 2: "two:9092", 3: "three:9092"}


def topic(leader: int = 1, in_sync: frozenset[int] = frozenset({1, 2})) -> TopicState:
    """One that has copies on all three."""
    return TopicState("ledger", (PartitionState(0, leader, frozenset({1, 2, 3}), in_sync),))


def cluster(*alive: int) -> Cluster:
    return Cluster({each: SERVERS[each] for each in alive}, {"ledger": topic()}, (), ())


def attempted(*away: int, **reasons: bool) -> list[Attempt]:
    """All three addresses; `refused=True`: those that are away refuse us."""
    is_refusal = reasons.get("refused", False)
    return [
        Attempt(address, AWAY if number in away else "", is_refusal and number in away)
        for number, address in SERVERS.items()
    ]


def test_one_of_three_that_is_away_is_said_and_no_fault() -> None:
    found = _brokers(attempted(3), attempted()[:2], cluster(1, 2))
    assert found.ok
    assert "2 broker(s) answer: one:9092, two:9092" in found.details
    assert f"three:9092 {AWAY}" in found.details
    assert "broker 3 has copies of the topics and does not run" in found.details


def test_one_that_is_still_listed_but_gone_is_no_fault_either() -> None:
    assert _brokers(attempted(3), attempted(3), cluster(1, 2, 3)).ok


def test_brokers_whose_own_addresses_lead_nowhere_are_a_fault() -> None:
    found = _brokers(attempted(), attempted(1, 2, 3), cluster(1, 2, 3))
    assert not found.ok
    assert f"a broker says that it is at one:9092, which {AWAY}" in found.details


def test_one_that_refuses_us_is_a_fault() -> None:
    assert not _brokers(attempted(), attempted(2, refused=True), cluster(1, 2, 3)).ok


@pytest.mark.parametrize(
    ("state", "wanted", "ok", "told"),
    [
        (topic(in_sync=frozenset({1, 2, 3})), "2", True, "all copies keep up"),
        (topic(), "2", True, "copies are missing or behind: 1 of ledger"),
        (topic(), "3", False, "nothing can be written: 1 of ledger"),
        (topic(leader=-1), "2", False, "no broker leads them: 1 of ledger"),
    ],
)
def test_what_can_be_written_now(state: TopicState, wanted: str, ok: bool, told: str) -> None:  # A table.
    found = _state({"ledger": state}, {"ledger": [("min.insync.replicas", wanted)]})
    assert found.ok is ok
    assert told in found.details
