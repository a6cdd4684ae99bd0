"""`shipledger rates`: which records of the ledger count, and how they read."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from streams.cli.kafka.rates import line, newest
from streams.cli.kafka.records import Record
from streams.dispatch.ledger.codec import encode_key, encode_value
from streams.dispatch.ledger.rates import AcceptedRate, rate_key

AT = datetime(2026, 11, 20, 3, 15, tzinfo=UTC)


def record(source: str, rate: str | None, *, given_by: str = "", at: datetime | None = AT) -> Record:
    accepted = (
        None
        if rate is None
        else AcceptedRate(organisation="o", currency="USD", rate=Decimal(rate), given_by=given_by, at=at)
    )
    return Record("ledger", 0, 0, AT, encode_key(rate_key("o", "USD", source)), encode_value(accepted), ())


def test_the_newest_record_of_each_key_counts_and_a_tombstone_ends_it() -> None:
    found, _ = newest(
        [
            record("xero", "0.65"),
            record("foreign_per_base", "0.7"),
            record("xero", "0.66"),
            record("foreign_per_base", None),
        ]
    )
    assert [each.rate for each in found] == [Decimal("0.66")]


@pytest.mark.usefixtures("in_sydney")
def test_a_rate_says_whose_it_is_and_since_when() -> None:
    (of_xero, of_shipment, old), _ = newest(
        [
            record("xero", "0.66"),
            record("foreign_per_base", "0.65", given_by="beef/S-1"),
            record("", "0.64", at=None),
        ]
    )
    assert line(of_xero) == "o  USD  0.66  Xero's own  20 Nov 2026, 14:15 AEDT"
    assert "beef/S-1" in line(of_shipment)
    assert "an earlier version" in line(old)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (b'["rate","o","USD","xero"]', b"{}"),
        (b'["rate","o","USD","xero"]', b"no JSON"),
        (b'["rate","o","USD","xero"]', b'{"organisation":"o","currency":"USD","rate":"many"}'),
        (b'["rate","o","USD","xero"]', b'{"schema_version":2}'),
        (b'["rate",7', b"{}"),
        (b'["rate","o"]', b"{}"),
        (b'["rate",7,8]', b"{}"),
    ],
)
def test_a_forged_record_is_shown_with_its_place_and_hides_no_other(key: bytes, value: bytes) -> None:
    forged = Record("ledger", 3, 17, AT, key, value, ())
    known, (shown,) = newest([forged, record("foreign_per_base", "0.65")])
    assert [each.rate for each in known] == [Decimal("0.65")]
    assert shown.startswith("ledger/3/17  unreadable: ")
