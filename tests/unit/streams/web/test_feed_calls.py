"""Status changes over HTTP: the gate's reader decides, the answer is Kafka's, and nothing faulty is published."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappers.inbound import StatusChange, read_event
from mappers.model import LARGEST_REQUEST
from streams.web.calls.feed.splitting import MOST_EVENTS, events_in
from streams.web.ports import FedEvent, PublishError, RecordTooLargeError
from streams.web.problems import ApiError
from tests.builders import COMPANY_ID, encode, make_company, make_event, make_shipment
from tests.unit.streams.web.conftest import API, OTHER_COMPANY, TOKEN, Client, Topic

FEED = f"{API}/status-changes"


async def fed(client: Client, body: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    answer = await client.post(FEED, data=body, headers=headers)
    return answer.status, await answer.json()


def array(*events: dict[str, Any]) -> bytes:
    return b"[" + b",".join(map(encode, events)) + b"]"


async def test_an_event_is_published_to_the_byte_under_the_key_of_the_contract(client: Client, topic: Topic) -> None:
    body = b"\n " + encode(make_event(future=0.1)).replace(b"0.1", b"0.10000000000000000000000001") + b"\n"
    traceparent = f"00-{7:032x}-{9:016x}-01"
    status, answer = await fed(client, body, traceparent=traceparent)
    assert (status, answer["refused"]) == (202, [])
    event = make_event()
    assert answer["accepted"] == [{"index": 0, "event_id": event["event_id"], "shipment": event["shipment_id"]}]
    key = f"{COMPANY_ID}/{event['shipment_id']}".encode()
    assert topic.events == [FedEvent(key, body, (("traceparent", traceparent.encode()),))]


async def test_a_hundred_events_go_in_their_order_and_one_more_is_refused(client: Client, topic: Topic) -> None:
    events = [make_event(event_id=f"e-{each}") for each in range(MOST_EVENTS)]
    status, answer = await fed(client, array(*events))
    assert status == 202
    assert [each["index"] for each in answer["accepted"]] == list(range(MOST_EVENTS))
    assert [json.loads(each.value)["event_id"] for each in topic.events] == [each["event_id"] for each in events]
    status, answer = await fed(client, array(*events, make_event()))
    assert (status, answer["code"]) == (422, "too_many_events")
    assert len(topic.events) == MOST_EVENTS


async def test_a_faulty_event_is_refused_with_every_fault_and_nothing_is_published(
    client: Client, topic: Topic
) -> None:
    event = make_event(event_id="", status=7, revision="seven", sync_now="perhaps", shipment=None)
    status, answer = await fed(client, encode(event))
    assert (status, answer["code"]) == (422, "event_invalid")
    (refused,) = answer["refused"]
    assert [(each["code"], each["field"]) for each in refused["faults"]] == [
        ("missing_field", "event_id"),
        ("wrong_type", "revision"),
        ("wrong_type", "status"),
        ("wrong_type", "sync_now"),
        ("missing_field", "shipment"),
    ]
    assert refused["faults"][0]["message"] == "The field event_id is missing."
    assert "'seven', not a whole number" in refused["faults"][1]["message"]
    assert topic.events == []


async def test_what_the_gate_would_reject_later_is_refused_while_the_caller_listens(
    client: Client, topic: Topic
) -> None:
    status, answer = await fed(client, encode(make_event(revision="seven")))
    assert (status, answer["code"]) == (422, "event_invalid")
    (fault,) = answer["refused"][0]["faults"]
    assert (fault["code"], fault["field"]) == ("field_invalid", "revision")
    assert "send a whole number" in fault["hint"]
    assert topic.events == []


async def test_a_shipment_that_lacks_something_is_published_because_its_log_says_so(
    client: Client, topic: Topic
) -> None:
    status, _ = await fed(client, encode(make_event(shipment={})))
    assert status == 202
    assert len(topic.events) == 1


async def test_of_an_array_the_good_events_are_published_and_the_call_fails(client: Client, topic: Topic) -> None:
    good, bad, last = make_event(event_id="1"), make_event(event_id="2", status=None), make_event(event_id="3")
    status, answer = await fed(client, array(good, bad, last))
    assert (status, answer["code"]) == (422, "not_all_published")
    assert [each["index"] for each in answer["accepted"]] == [0, 2]
    assert [(each["index"], each["code"]) for each in answer["refused"]] == [(1, "event_invalid")]
    assert [json.loads(each.value)["event_id"] for each in topic.events] == ["1", "3"]


@pytest.mark.parametrize("other", [OTHER_COMPANY, "nobody"])
async def test_an_event_of_another_company_is_refused_whether_there_is_one_or_not(
    client: Client, topic: Topic, other: str
) -> None:
    status, answer = await fed(client, encode(make_event(company_id=other)))
    assert (status, answer["code"]) == (422, "company_differs")
    assert answer["message"] == f"The event is of company '{other}', and the address is of '{COMPANY_ID}'."
    assert topic.events == []


async def test_an_event_of_another_company_hears_of_its_other_faults_too(client: Client) -> None:
    status, answer = await fed(client, encode(make_event(company_id="nobody", event_id=None)))
    assert (status, answer["code"]) == (422, "event_invalid")
    assert [each["code"] for each in answer["refused"][0]["faults"]] == ["company_differs", "missing_field"]


async def test_a_company_that_is_not_there_is_a_404(client: Client) -> None:
    answer = await client.post("/api/v1/companies/nobody/status-changes", data=encode(make_event()))
    assert (answer.status, (await answer.json())["code"]) == (404, "unknown_company")


async def test_a_caller_without_a_token_is_let_nowhere(anonymous: Client, topic: Topic) -> None:
    assert (await anonymous.post(FEED, data=encode(make_event()))).status == 401
    assert topic.events == []


async def test_what_kafka_did_not_take_is_said_and_may_be_sent_again(client: Client, topic: Topic) -> None:
    topic.failures[f"{COMPANY_ID}/B".encode()] = PublishError("Kafka did not take the event in time.")
    events = [make_event(event_id=each, shipment_id=each) for each in "ABC"]
    status, answer = await fed(client, array(*events))
    assert (status, answer["code"]) == (503, "not_all_published")
    assert [each["shipment"] for each in answer["accepted"]] == ["A", "C"]
    (refused,) = answer["refused"]
    assert (refused["shipment"], refused["event_id"], refused["code"]) == ("B", "B", "kafka_unavailable")
    status, answer = await fed(client, encode(events[1]))
    assert (status, answer["code"]) == (503, "kafka_unavailable")


async def test_a_topic_that_takes_less_than_the_gate_is_said_clearly(client: Client, topic: Topic) -> None:
    topic.failures[f"{COMPANY_ID}/B".encode()] = RecordTooLargeError("Kafka takes no record of this size.")
    status, answer = await fed(client, encode(make_event(shipment_id="B")))
    assert (status, answer["code"]) == (413, "event_too_large")


def event_of(size: int) -> bytes:
    """An event of so many bytes."""
    empty = encode(make_event(shipment={**make_shipment(), "notes": ""}))
    return encode(make_event(shipment={**make_shipment(), "notes": "x" * (size - len(empty))}))


async def test_an_event_between_the_two_limits_is_refused_by_the_limit_of_its_request(
    client: Client, topic: Topic
) -> None:
    """The gate reads a million bytes, and a request may have 900,000: what lies between could never be sent."""
    body = event_of(950_000)
    assert len(body) == 950_000
    assert isinstance(read_event(body, (), {COMPANY_ID: make_company()}), StatusChange)
    status, answer = await fed(client, body)
    assert (status, answer["code"]) == (413, "event_too_large")
    assert str(LARGEST_REQUEST) in answer["message"]
    assert topic.events == []
    status, _ = await fed(client, event_of(880_000))
    assert status == 202


async def test_a_body_that_is_larger_than_any_event_is_not_read(client: Client) -> None:
    status, answer = await fed(client, event_of(1_000_001))
    assert (status, answer["code"]) == (413, "body_too_large")
    assert "1000000 bytes" in answer["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "body_not_json"),
        (b"{", 400, "body_not_json"),
        (b"[", 400, "body_not_json"),
        (b"[{}", 400, "body_not_json"),
        (b"[{}]x", 400, "body_not_json"),
        (b"[{},]", 400, "body_not_json"),
        (b'["\xff"]', 400, "body_not_json"),
        (b"[" * 60_000, 400, "body_not_json"),
        (b"[]", 422, "no_events"),
        (b"7", 422, "event_invalid"),
        (b"[7]", 422, "event_invalid"),
        (b"[" + b"1," * 100_001 + b"1]", 413, "body_too_large"),
    ],
)
async def test_a_body_that_is_no_event_is_refused(
    client: Client, topic: Topic, body: bytes, status: int, code: str
) -> None:
    answered, answer = await fed(client, body)
    assert (answered, answer["code"]) == (status, code)
    assert topic.events == []


async def test_no_token_of_a_caller_goes_to_kafka(client: Client, topic: Topic) -> None:
    await fed(client, encode(make_event()))
    assert TOKEN.encode() not in repr(topic.events).encode()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(
    st.lists(_JSON, min_size=1, max_size=MOST_EVENTS),
    st.sampled_from(["", " ", "\n\t\r "]),
    st.booleans(),
    st.booleans(),
)
def test_an_array_is_split_into_what_was_written(values: list[Any], blank: str, ascii_only: bool, mark: bool) -> None:
    """Each part is the text of its element, to the byte, whatever stands between them."""
    texts = [json.dumps(each, ensure_ascii=ascii_only) for each in values]
    body = blank + "[" + blank + f"{blank},{blank}".join(texts) + blank + "]" + blank
    parts = events_in((b"\xef\xbb\xbf" if mark else b"") + body.encode())
    assert parts == [each.encode() for each in texts]


@given(st.binary(max_size=200))
def test_any_bytes_are_split_or_refused(body: bytes) -> None:
    with suppress(ApiError):
        assert 1 <= len(events_in(b"[" + body)) <= MOST_EVENTS
