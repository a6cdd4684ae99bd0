"""One broker that is every topic's leader and every group's coordinator, and answers requests as Kafka would."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol

from aiokafka.protocol import commit, group, transaction
from aiokafka.protocol.api import RequestStruct

from tests.simulation.broker.cluster import Cluster
from tests.simulation.broker.codes import Code
from tests.simulation.broker.groups import Group, Joined
from tests.simulation.broker.log import TopicLog
from tests.simulation.broker.transactions import Coordinator, Place

LARGEST_BATCH = 1_048_588
_EARLIEST, _LATEST = -2, -1


class Machine(Protocol):
    """What the broker runs on."""

    def now_ms(self) -> int:
        """Its clock."""
        ...

    def later(self, seconds: float, callback: Callable[[], None]) -> asyncio.TimerHandle:
        """Call back."""
        ...

    def new_future(self) -> "asyncio.Future[Any]":
        """What a request waits for."""
        ...

    def marker_delay(self) -> float:
        """Seconds that the next marker of a transaction takes."""
        ...


class Broker:
    """`topics` have partitions and settings. `logs` and `groups` are what is on its disk."""

    def __init__(self, machine: Machine, topics: Mapping[str, tuple[int, Mapping[str, str]]]) -> None:
        self._machine = machine
        self._topics = topics
        cluster = Cluster(topics)
        self.logs: dict[Place, TopicLog] = {
            (name, number): TopicLog(name, number, self._changed)
            for name, (partitions, _) in topics.items()
            for number in range(partitions)
        }
        self.groups: defaultdict[str, Group] = defaultdict()
        self.transactions = Coordinator(
            self.logs.__getitem__, self.group, machine.later, machine.marker_delay, machine.now_ms
        )
        self._readers: list[Callable[[], bool]] = []
        """Fetches that wait for records; each says whether it is through."""
        self._handlers: dict[int, Callable[[Any], Any]] = {
            0: self._produce,
            1: self._fetch,
            2: self._list_offsets,
            3: cluster.metadata,
            8: self._commit_offsets,
            9: self._fetch_offsets,
            10: cluster.find_coordinator,
            11: self._join,
            12: self._heartbeat,
            13: self._leave,
            14: self._sync,
            18: cluster.versions,
            22: self._init_producer,
            24: self._add_partitions,
            25: self._add_offsets,
            26: self._end_transaction,
            28: self._commit_in_transaction,
            32: cluster.describe_settings,
        }

    def group(self, name: str) -> Group:
        """The group, which is made where nobody had it."""
        if name not in self.groups:
            self.groups[name] = Group(name, self._machine.later, self._machine.new_future)
        return self.groups[name]

    def answer(self, request: RequestStruct) -> Any:
        """See `connection.Serves`."""
        return self._handlers[request.API_KEY](request)

    # -- records -----------------------------------------------------------------------------------------------------

    def _produce(self, request: Any) -> Any:
        replies = [
            (topic, [(number, *self._append(request, (topic, number), data)) for number, data in partitions])
            for topic, partitions in request.topics
        ]
        return request.RESPONSE_TYPE(replies, 0)

    def _append(self, request: Any, place: Place, data: bytes) -> tuple[int, ...]:
        data = bytes(data)
        code = self._may_append(request.transactional_id, place, data)
        first = -1
        if code is Code.NONE:
            code, first = self.logs[place].append(data, self._machine.now_ms())
        return (int(code), first, -1, 0) if request.API_VERSION >= 5 else (int(code), first, -1)

    def _may_append(self, transactional_id: str | None, place: Place, data: bytes) -> Code:
        if place not in self.logs:
            return Code.UNKNOWN_TOPIC_OR_PARTITION
        largest = int(self._topics[place[0]][1].get("max.message.bytes", LARGEST_BATCH))
        if len(data) > largest:
            return Code.MESSAGE_TOO_LARGE
        if transactional_id is None:
            return Code.NONE
        producer, epoch = int.from_bytes(data[43:51], "big"), int.from_bytes(data[51:53], "big")
        return self.transactions.may_write(transactional_id, producer, epoch, place)

    def _fetch(self, request: Any) -> Any:
        response = self._read(request)
        if response is not None:
            return response
        future = self._machine.new_future()
        timer: list[asyncio.TimerHandle] = []

        def look(*, is_over: bool = False) -> bool:
            found = self._read(request, is_over=is_over)
            if found is None or future.done():
                return future.done()
            timer[0].cancel()
            future.set_result(found)
            return True

        def give_up() -> None:
            look(is_over=True)
            self._readers = [each for each in self._readers if each is not look]

        timer.append(self._machine.later(request.max_wait_time / 1000, give_up))
        self._readers.append(look)
        return future

    def _read(self, request: Any, *, is_over: bool = False) -> Any:
        """The response, or None where nothing has come yet."""
        is_due, topics = is_over, []
        for topic, partitions in request.topics:
            rows = []
            for number, *_, start, _, most in partitions:
                row, has_news = self._read_partition(topic, number, start, most, request)
                is_due |= has_news
                rows.append(row)
            topics.append((topic, rows))
        return request.RESPONSE_TYPE(0, 0, 0, topics) if is_due else None

    def _read_partition(self, topic: str, number: int, start: int, most: int, request: Any) -> tuple[Any, bool]:
        log = self.logs.get((topic, number))
        if log is None:
            return (number, int(Code.UNKNOWN_TOPIC_OR_PARTITION), -1, -1, -1, [], -1, b""), True
        if not log.start <= start <= log.end:
            return (number, int(Code.OFFSET_OUT_OF_RANGE), -1, -1, -1, [], -1, b""), True
        data, aborted = log.read(start, most, committed=request.isolation_level == 1)
        return (number, 0, log.end, log.stable, log.start, aborted, -1, data), bool(data)

    def _changed(self) -> None:
        """Readers are looked after outside of whoever has written."""
        if self._readers:
            self._machine.later(0.0, self._look)

    def _look(self) -> None:
        self._readers = [each for each in self._readers if not each()]

    def _list_offsets(self, request: Any) -> Any:
        stable = getattr(request, "isolation_level", 0) == 1
        topics = [
            (topic, [self._offset(topic, number, timestamp, stable=stable) for number, timestamp in partitions])
            for topic, partitions in request.topics
        ]
        return request.RESPONSE_TYPE(0, topics) if request.API_VERSION >= 2 else request.RESPONSE_TYPE(topics)

    def _offset(self, topic: str, number: int, timestamp: int, *, stable: bool) -> tuple[int, int, int, int]:
        log = self.logs.get((topic, number))
        if log is None:
            return number, int(Code.UNKNOWN_TOPIC_OR_PARTITION), -1, -1
        if timestamp == _LATEST:
            return number, 0, -1, log.stable if stable else log.end
        if timestamp == _EARLIEST:
            return number, 0, -1, log.start
        found, at = log.offset_at(timestamp)
        return number, 0, at, found

    # -- groups ------------------------------------------------------------------------------------------------------

    def _join(self, request: Any) -> Any:
        joined = self.group(request.group).join(
            request.member_id,
            request.group_instance_id,
            request.session_timeout / 1000,
            request.rebalance_timeout / 1000,
            {name: bytes(data) for name, data in request.group_protocols},
        )
        return self._then(joined, _joined)

    def _sync(self, request: Any) -> Any:
        assignments = {member: bytes(data) for member, data in request.group_assignment}
        synced = self.group(request.group).sync(
            request.member_id, request.group_instance_id, request.generation_id, assignments
        )
        return self._then(synced, lambda each: group.SyncGroupResponse_v3(0, int(each[0]), each[1]))

    def _then(self, answer: Any, respond: Callable[[Any], Any]) -> Any:
        if not isinstance(answer, asyncio.Future):
            return respond(answer)
        future = self._machine.new_future()
        answer.add_done_callback(lambda done: future.set_result(respond(done.result())))
        return future

    def _heartbeat(self, request: Any) -> Any:
        code = self.group(request.group).heartbeat(request.member_id, request.generation_id)
        return group.HeartbeatResponse_v1(0, int(code))

    def _leave(self, request: Any) -> Any:
        return group.LeaveGroupResponse_v1(0, int(self.group(request.group).leave(request.member_id)))

    def _commit_offsets(self, request: Any) -> Any:
        offsets = {(topic, number): at for topic, rows in request.topics for number, at, _ in rows}
        members = self.group(request.consumer_group)
        code = int(members.commit(request.consumer_id, request.consumer_group_generation_id, offsets))
        topics = [(topic, [(number, code) for number, *_ in rows]) for topic, rows in request.topics]
        return commit.OffsetCommitResponse_v3(0, topics)

    def _fetch_offsets(self, request: Any) -> Any:
        offsets = self.group(request.consumer_group).offsets
        topics = [
            (topic, [(number, offsets.get((topic, number), -1), "", 0) for number in numbers])
            for topic, numbers in request.topics
        ]
        return commit.OffsetFetchResponse_v3(0, topics, 0)

    # -- transactions ------------------------------------------------------------------------------------------------

    def _init_producer(self, request: Any) -> Any:
        timeout = request.transaction_timeout_ms / 1000
        code, producer, epoch = self.transactions.begin_producer(request.transactional_id, timeout)
        return transaction.InitProducerIdResponse_v0(0, int(code), producer, epoch)

    def _add_partitions(self, request: Any) -> Any:
        places = {(topic, number) for topic, numbers in request.topics for number in numbers}
        add = partial(self.transactions.add, request.transactional_id, request.producer_id, request.producer_epoch)
        code = add(places=places, groups=set()) if places <= self.logs.keys() else Code.UNKNOWN_TOPIC_OR_PARTITION
        topics = [(topic, [(number, int(code)) for number in numbers]) for topic, numbers in request.topics]
        return transaction.AddPartitionsToTxnResponse_v0(0, topics)

    def _add_offsets(self, request: Any) -> Any:
        add = partial(self.transactions.add, request.transactional_id, request.producer_id, request.producer_epoch)
        return transaction.AddOffsetsToTxnResponse_v0(0, int(add(places=set(), groups={request.group_id})))

    def _commit_in_transaction(self, request: Any) -> Any:
        code = self.transactions.may_commit_offsets(
            request.transactional_id, request.producer_id, request.producer_epoch, request.group_id
        )
        if code is Code.NONE:
            offsets = {(topic, number): at for topic, rows in request.topics for number, at, _ in rows}
            self.group(request.group_id).commit_in_transaction(request.producer_id, offsets)
        topics = [(topic, [(number, int(code)) for number, *_ in rows]) for topic, rows in request.topics]
        return transaction.TxnOffsetCommitResponse_v0(0, topics)

    def _end_transaction(self, request: Any) -> Any:
        code = self.transactions.end(
            request.transactional_id,
            request.producer_id,
            request.producer_epoch,
            commit=bool(request.transaction_result),
        )
        return transaction.EndTxnResponse_v0(0, int(code))


def _joined(joined: Joined) -> Any:
    return group.JoinGroupResponse_v5(
        0,
        int(joined.code),
        joined.generation,
        joined.protocol,
        joined.leader,
        joined.member,
        list(joined.members),
    )
