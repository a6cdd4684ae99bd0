"""Values that have broken readers before, as Python values and as JSON text that no encoder writes."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

MARKS: Final = "\u0301\u0323\u0308\u0f73"

PLAIN: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    -0.0,
    1.1e300,
    10**30,
    2**63,
    "",
    " ",
    "0",
    "NaN",
    "-Infinity",
    "1E+400",
    "1e-400",
    "1,265.63",
    "\u0663",
    "+5",
    "0x10",
    "true",
    "null",
    "{shipment_number}",
    "{0.__class__.__init__.__globals__}",
    "{{ 7*7 }}",
    "${jndi:ldap://x}",
    "%s%n%x",
    "=cmd()",
    "\x00",
    "\u202eabc",
    "\u200b",
    "\x1b[31m",
    "a\r\nb",
    "\U0001f404" * 50,
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    "1969-12-31T23:59:60Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T03:15:22+99:99",
    "2026-W53-7T00Z",
    1_763_608_522_123_456,
    [],
    {},
    ["a"],
    {"a": {"b": 1}},
    "southern-beef",
    "tasman-dairy",
    "nobody",
    "../../etc/passwd",
    "shipment.status_changed",
    "shipment.deleted",
    "1.0",
    2,
)

# JSON text put in place of a value: what json.dumps would not write.
TEXTS: Final = (
    "NaN",
    "Infinity",
    "-Infinity",
    "1e400",
    "1E-999999999999999999999",
    "1E+999999999",
    "-0",
    "01",
    "1.",
    ".5",
    "0x1F",
    "'a'",
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\x"',
    '"a\tb"',
    "undefined",
    "",
    "//c",
    '{"a":1,"a":2}',
    '{"a":1,}',
    "[1,]",
)

HEADERS: Final[tuple[tuple[str, bytes | None], ...]] = (
    ("content-type", b"application/cloudevents+json"),
    ("content-type", b"application/cloudevents+avro"),
    ("content-type", b"application/cloudevents-batch+json"),
    ("content-type", b"application/json; charset=utf-16"),
    ("Content-Type", b"application/avro"),
    ("content-type", b"\xff\xfe"),
    ("content-type", None),
    ("ce_specversion", b"1.0"),
    ("ce_specversion", b"0.3"),
    ("CE_SpecVersion", b"1.0"),
    ("ce_id", b"from-a-header"),
    ("ce_id", b""),
    ("ce_time", b"2026-11-20T03:15:22Z"),
    ("ce_time", b"9999-12-31T23:59:59Z"),
    ("ce_time", b"\xff"),
    ("ce_company_id", b"tasman-dairy"),
    ("ce_type", b"shipment.status_changed"),
    ("ce_", b"x"),
    ("dlq.reason", b"not_json"),
    ("dlq.value_sha256", b"00"),
    ("shipledger.command", b"forget_rates"),
    ("", b""),
    ("x" * 500, b"y" * 500),
)


def large(random: Random) -> Any:
    """A value of up to a megabyte that costs much where work is not bounded."""
    size = random.choice([1_000, 30_000, 400_000])
    kinds: tuple[Callable[[], Any], ...] = (
        lambda: "x" * size,
        lambda: MARKS * (size // 8),
        lambda: "e" + "\u0301" * (size // 2),
        lambda: "0" * size + "x",
        lambda: "9" * size,
        lambda: "\U0001f404" * (size // 4),
        lambda: "2026-11-20T" + "1" * size,
        lambda: " " * size + "x",
        lambda: "{a" * (size // 2),
        lambda: [1.5] * (size // 5),
        lambda: [{}] * (size // 4),
        lambda: {str(number): number for number in range(size // 20)},
        lambda: deep(random.choice([31, 33, 900])),
    )
    return random.choice(kinds)()


def deep(levels: int) -> Any:
    """Lists and objects inside each other."""
    value: Any = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value
