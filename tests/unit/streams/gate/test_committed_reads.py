"""Which partitions are looked at for a stall; what is read is tested on a real broker."""

from dataclasses import dataclass
from pathlib import Path
from typing import cast

import faust
import pytest
from aiokafka import AIOKafkaConsumer
from faust.types import TP

from streams.gate import committed_reads
from streams.topics import STATUS_CHANGES

PARTITION = TP(STATUS_CHANGES, 0)


@dataclass
class FakeConsumer:
    """A consumer that knows how far its partition goes."""

    stable: int | None
    end: int | None

    def last_stable_offset(self, _: TP) -> int | None:
        return self.stable

    def highwater(self, _: TP) -> int | None:
        return self.end


def test_the_gates_consumer_is_of_the_transport(tmp_path: Path) -> None:
    app = faust.App("gate", broker="kafka://127.0.0.1:1", datadir=tmp_path, web_enabled=False)
    transport = committed_reads.committed_reads(app)
    assert transport.Consumer is committed_reads._CommittedConsumer
    assert [str(url) for url in transport.url] == ["kafka://127.0.0.1:1"]


@pytest.mark.parametrize(
    ("stable", "end", "held"), [(None, None, False), (7, None, False), (7, 7, False), (7, 9, True)]
)
def test_a_partition_is_held_where_its_end_is_not_stable(stable: int | None, end: int | None, *, held: bool) -> None:
    thread = object.__new__(committed_reads._CommittedConsumerThread)
    thread._consumer = cast("AIOKafkaConsumer", FakeConsumer(stable, end))
    assert thread._is_held(PARTITION) is held
