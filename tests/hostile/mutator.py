"""Makes the n-th hostile record of a seed: always the same one, whatever was made before it."""

import base64
import json
from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.hostile.values import HEADERS, PLAIN, TEXTS, large

SAMPLES: Final = Path(__file__).parents[2] / "deploy/demo/samples"
SHARE_OF_LARGE: Final = 0.3
TIMES: Final = (-1, 0, 1, 1_763_608_522, 1_795_144_522_123, 253_402_300_800_000, 1_795_144_522_123_456, 2**63 - 1)
MOST_CHARACTERS: Final = 1_000_000
_PLACE: Final = "\ue000here\ue000"


@dataclass(frozen=True)
class HostileRecord:
    """What lies in the topic; `timestamp` is Kafka's, in milliseconds."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    timestamp: int = 1_795_144_522_123


def samples() -> tuple[dict[str, Any], ...]:
    """Every status change of the demo."""
    steps = [step for path in sorted(SAMPLES.glob("*.json")) for step in json.loads(path.read_text())["steps"]]
    return tuple(step["publish"] for step in steps if isinstance(step.get("publish"), dict))


def hostile_record(number: int, seed: int, events: Sequence[dict[str, Any]]) -> HostileRecord:
    """One to three faults in a sample, or none."""
    random = Random(f"{seed}/{number}")  # noqa: S311  # It has to be repeatable, not secret.
    event = copied(random.choice(events))
    key = f"{event['company_id']}/{event['shipment_id']}".encode()
    for _ in range(random.choice([0, 1, 1, 2, 3])):
        change_value(event, random)
    record = HostileRecord(key, written(event, random))
    for _ in range(random.choice([0, 0, 1, 2])):
        record = random.choice(_RECORD_FAULTS)(record, random)
    return record


def change_value(event: Any, random: Random) -> None:
    """Put another value in a random place of the event, take one away, or add one."""
    inside, name = _place(event, random)
    if name is None:
        return
    kind = random.choice(["gone", "text", "more", *["other"] * 5, *["large"] * (random.random() < SHARE_OF_LARGE)])
    if kind == "gone":
        del inside[name]
    elif kind == "more":
        _add(inside, name, random)
    elif kind == "large":
        inside[name] = large(random)
    else:
        inside[name] = _PLACE if kind == "text" else deepcopy(random.choice(PLAIN))


def _place(event: Any, random: Random) -> tuple[Any, Any]:
    """A dict or list in the event and a name in it, None where it is empty."""
    inside = event
    while names := list(inside) if isinstance(inside, dict) else list(range(len(inside))):
        name = random.choice(names)
        if not isinstance(inside[name], dict | list) or random.random() < 0.2:
            return inside, name
        inside = inside[name]
    return inside, None


def _add(inside: Any, name: Any, random: Random) -> None:
    if isinstance(inside, list):
        times = random.choice([2, 10, 1100]) if len(json.dumps(inside)) < 2_000 else 2
        # Copies of their own: what is put into one of a thousand must not be in all, or there are hundreds of MB.
        inside += [copied(each) for _ in range(times - 1) for each in tuple(inside)]
    else:
        inside[random.choice(["x", name.upper(), f" {name}", "lines", "company_id"])] = deepcopy(random.choice(PLAIN))


def copied(value: Any) -> Any:
    """As JSON, since `deepcopy` takes two of Python's frames for each level of a value that has 900."""
    return json.loads(json.dumps(value))


def written(event: dict[str, Any], random: Random) -> bytes:
    text = json.dumps(event, ensure_ascii=random.random() < 0.5)
    for place in (json.dumps(_PLACE), f'"{_PLACE}"'):
        put = random.choice(TEXTS)
        # A list that was multiplied may hold the place a thousand times, and the text may have a megabyte.
        text = text.replace(place, put, 1 + MOST_CHARACTERS // (1 + len(put)))
    return text.encode("utf-8", "surrogatepass")


def _cut(record: HostileRecord, random: Random) -> HostileRecord:
    value = record.value or b""
    return replace(record, value=value[: random.randint(0, len(value))])


def _flipped(record: HostileRecord, random: Random) -> HostileRecord:
    value = bytearray(record.value or b"")
    for _ in range(random.randint(1, 5) if value else 0):
        value[random.randrange(len(value))] = random.randrange(256)
    return replace(record, value=bytes(value))


def _junk(record: HostileRecord, random: Random) -> HostileRecord:
    return replace(record, value=random.choice([None, b"", b"\xff", b"\x00", b"[]", b"null", random.randbytes(300)]))


def _framed(record: HostileRecord, random: Random) -> HostileRecord:
    value = record.value or b""
    frames = (
        b"\xef\xbb\xbf" + value,
        b"\x00\x00\x00\x00\x07" + value,
        b"\x00" + value,
        value + value,
        value.decode("utf-8", "replace").encode("utf-16"),
        b"\x1f\x8b" + value,
        b"Obj\x01" + value,
        b"<x>" + value,
        b" " * 100_000 + value,
    )
    return replace(record, value=random.choice(frames))


def _wrapped(record: HostileRecord, random: Random) -> HostileRecord:
    """In an envelope: Connect's, a CloudEvent in structured mode, text in text, Debezium's; some of them wrong."""
    text = (record.value or b"").decode("utf-8", "replace")
    cloud = '{"specversion":"1.0","id":"i","source":"/s","type":"t",'
    schema = (
        '{"fields":[{"field":"revision","name":"org.apache.kafka.connect.data.Decimal","parameters":{"scale":"9"}}]}'
    )
    encoded = base64.b64encode(record.value or b"").decode()
    wrappers = (
        f'{{"schema":null,"payload":{text}}}',
        f'{{"schema":{schema},"payload":{text}}}',
        f'{cloud}"data":{text}}}',
        f'{cloud}"data_base64":"{encoded}"}}',
        f'{cloud}"data":{text},"data_base64":"{encoded}"}}',
        f'{cloud}"data":{json.dumps(text)}}}',
        json.dumps(text),
        f'{{"op":"c","before":null,"after":{text}}}',
        f'{{"payload":{text}}}',
    )
    return replace(record, value=random.choice(wrappers).encode())


def _twice(record: HostileRecord, random: Random) -> HostileRecord:
    """A key that stands twice in the event."""
    value = record.value or b""
    again = random.choice([b'"company_id":"tasman-dairy",', b'"event_id":"twice",', b'"shipment":{},', b'"x":1,"x":1,'])
    return replace(record, value=value.replace(b"{", b"{" + again, 1))


def _headed(record: HostileRecord, random: Random) -> HostileRecord:
    return replace(record, headers=(*record.headers, *random.choices(HEADERS, k=random.randint(1, 4))))


def _keyed(record: HostileRecord, random: Random) -> HostileRecord:
    return replace(record, key=random.choice([None, b"", b"\xff\x00", b"tasman-dairy/TD-000203", b"k" * 10_000]))


def _timed(record: HostileRecord, random: Random) -> HostileRecord:
    return replace(record, timestamp=random.choice(TIMES))


_RECORD_FAULTS: Final[tuple[Callable[[HostileRecord, Random], HostileRecord], ...]] = (
    _cut,
    _flipped,
    _junk,
    _framed,
    _wrapped,
    _twice,
    _headed,
    _headed,
    _keyed,
    _timed,
)
