"""A difference between the ledger and Xero: what was written is read back, and people read a sentence."""

from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # It publishes no types.

from mappers.model import Cause, DriftKind, Place
from mappers.outbound import (
    DRIFT_CODES,
    decode_drift,
    drift_cause,
    drift_headers,
    drift_message,
    drift_schema,
    encode_drift,
    remedy_for,
)
from tests.outcome_builders import make_drift

DOCUMENT = {"number": "INV-7", "currency": "USD"}


def test_a_difference_is_read_back_as_it_was_written() -> None:
    drift = make_drift("amount", ledger="1265.63", xero="1000.00")
    assert decode_drift(encode_drift(drift)) == drift


@pytest.mark.parametrize("drift", [make_drift(), make_drift(*DriftKind), make_drift("number", ledger="1", xero="2")])
def test_the_event_keeps_to_its_schema(drift: Any) -> None:
    wire = orjson.loads(encode_drift(drift))
    assert list(Draft202012Validator(drift_schema()).iter_errors(wire)) == []
    assert wire["occurred_at"] == "2026-11-20T15:15:22.123Z"


def test_a_reader_of_outcomes_tells_it_by_its_type() -> None:
    headers = dict(drift_headers(make_drift("voided")))
    assert headers["ce_type"] == b"accounting.document_drifted"
    assert headers["ce_dataschema"] == b"urn:shipledger:schema:document-drift:1"


@pytest.mark.parametrize(
    ("difference", "sentence"),
    [
        ({"kind": "missing"}, "Xero does not know INV-7 any more."),
        ({"kind": "deleted"}, "INV-7 was deleted in Xero, unnoticed until now."),
        ({"kind": "voided", "xero": "x"}, "INV-7 was voided in Xero, unnoticed until now."),
        (
            {"kind": "amount", "ledger": "1265.6", "xero": "1000"},
            "INV-7 comes to 1,000.00 USD in Xero; Shipledger sent 1,265.60 USD.",
        ),
        ({"kind": "currency", "ledger": "USD", "xero": "EUR"}, "INV-7 is in EUR in Xero; Shipledger sent USD."),
        ({"kind": "number", "ledger": "1000", "xero": "1001"}, "1000 has the number 1001 in Xero now."),
        (
            {"kind": "reference_twice", "ledger": "INV-7", "xero": "INV-8"},
            "INV-7 and INV-8 have the same customer, reference and total.",
        ),
        ({"kind": "of_a_newer_version"}, "INV-7 differs in Xero (of_a_newer_version)."),
    ],
)
def test_a_difference_is_one_sentence(difference: dict[str, Any], sentence: str) -> None:
    assert drift_message(difference, DOCUMENT) == sentence


@pytest.mark.parametrize("kind", list(DriftKind))
def test_accounting_removes_every_difference_in_xero_each_in_its_way(kind: DriftKind) -> None:
    cause = drift_cause(kind.value)
    remedy = remedy_for(cause.status, cause.code)
    assert cause == Cause("PROCESSED", f"drift_{kind.value}")
    assert cause.code in DRIFT_CODES
    assert (remedy.who, remedy.where) == ("accounting", (Place.XERO,))
    assert remedy.how != remedy_for("PROCESSED", "drift_of_a_newer_version").how


def test_a_difference_of_a_newer_version_is_accountings_too() -> None:
    remedy = remedy_for("PROCESSED", "drift_of_a_newer_version")
    assert (remedy.who, remedy.where) == ("accounting", (Place.XERO,))
    assert remedy.how == "Compare the document in Xero with the shipment."
