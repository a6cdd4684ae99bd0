"""What Xero posts: only what a key of ours has signed is believed, and only of that key's organisations."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ORGANISATION
from xero_client.auth.webhook import InvoiceEvent, UnreadableNoticeError, invoice_events, signature, signers

KEY = "a-key-of-the-webhook"
KEYS = {"default": KEY, "nz": "another-key-of-a-webhook"}
INVOICE = "0c9f8f6e-1111-4222-8333-444455556666"


def event(**fields: Any) -> dict[str, Any]:
    return {
        "resourceUrl": f"https://api.xero.com/api.xro/2.0/Invoices/{INVOICE}",
        "resourceId": INVOICE,
        "eventDateUtc": "2026-11-26T01:15:39.902",
        "eventType": "UPDATE",
        "eventCategory": "INVOICE",
        "tenantId": ORGANISATION,
        "tenantType": "ORGANISATION",
        **fields,
    }


def body(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": events, "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "S0m3"}).encode()


def test_a_body_is_signed_as_openssl_signs_it() -> None:
    """printf '{"events":[]}' | openssl dgst -sha256 -hmac a-key-of-the-webhook -binary | base64"""
    assert signature(KEY, b'{"events":[]}') == "6oSV3b9GxDzlzDWSe4x9/TpIcsQEDtALTBFXosP8aH0="


def test_who_signed_is_known_by_the_key() -> None:
    assert signers(KEYS, b"{}", signature(KEY, b"{}")) == {"default"}
    assert signers(KEYS, b"{}", signature(KEYS["nz"], b"{}")) == {"nz"}


@pytest.mark.parametrize("given", ["", "x", "é", "\udce9", signature(KEY, b"{ }"), signature("other", b"{}")])
def test_nobody_signed_what_fits_no_key(given: str) -> None:
    assert signers(KEYS, b"{}", given) == frozenset()
    assert signers({}, b"{}", signature("", b"{}")) == frozenset()


def test_invoices_of_our_organisations_are_read_and_nothing_else() -> None:
    posted = body(
        event(),
        event(eventCategory="CONTACT"),
        event(tenantId="11111111-93b4-4e0c-8a6d-7b0e4c52f3a8"),
        event(resourceId=INVOICE.upper(), tenantId=ORGANISATION.upper(), eventDateUtc="soon"),
        event(resourceId="../Invoices"),
        event(resourceId=7),
    )
    at = datetime(2026, 11, 26, 1, 15, 39, 902_000, tzinfo=UTC)
    assert invoice_events(posted, {ORGANISATION}) == [
        InvoiceEvent(ORGANISATION, INVOICE, at),
        InvoiceEvent(ORGANISATION, INVOICE, None),
    ]


@pytest.mark.parametrize("events", [b"[]", b"null"])
def test_an_intent_to_receive_is_about_nothing(events: bytes) -> None:
    assert invoice_events(b'{"events":' + events + b',"entropy":"S0m3"}', {ORGANISATION}) == []


@pytest.mark.parametrize("posted", [b"", b"[]", b"{", b'{"events":1}', b"\xff", b"[" * 100_000])
def test_what_is_not_as_described_is_refused(posted: bytes) -> None:
    with pytest.raises(UnreadableNoticeError):
        invoice_events(posted, {ORGANISATION})


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=10)
    | st.sampled_from([ORGANISATION, INVOICE, "INVOICE"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*event(), "events"]), inner, max_size=8)
    ),
)


@given(_VALUES)
def test_whatever_is_posted_is_read_or_refused(posted: Any) -> None:
    try:
        read = invoice_events(json.dumps(posted).encode(), {ORGANISATION})
    except UnreadableNoticeError:
        return
    assert all(each.organisation == ORGANISATION for each in read)
