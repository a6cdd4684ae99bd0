"""From status, headers and body to a JSON object, or to the error that says what to do next."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.at_once import at_once
from tests.cpu_time import least_milliseconds
from tests.fakes.xero_collaborators import NOW
from xero_client.accounting.responses import classify_in_steps, lost
from xero_client.errors import (
    DisconnectedError,
    EffectUnknownError,
    IdempotencyMismatchError,
    NotFoundError,
    OutOfQuotaError,
    RefusedError,
    UnavailableError,
    XeroError,
)
from xero_client.transport.http import LostError, Reply

HTML = b"<html><head><title>x</title><style>p{}</style></head><body><h1>Service &amp; more</h1><script>a<b</script>"
BODIES = [b"", HTML, b"{", b"[]", b"null", b"\xff\xfe", b"plain words", b'{"Message": null}', b'{"a":' * 5000]
VALIDATION = {
    "ErrorNumber": 10,
    "Type": "ValidationException",
    "Message": "A validation exception occurred",
    "Elements": [
        {"InvoiceNumber": "A", "ValidationErrors": [{"Message": "Invoice # must be unique."}]},
        {"Contact": {"ValidationErrors": [{"Description": "Email address must be valid."}]}},
        {"ValidationErrors": [{"Message": "Invoice # must be unique."}, {"Message": ""}, {}]},
    ],
}


def classified(method: str, status: int, body: bytes = b"", **headers: str) -> dict[str, Any]:
    """Classify at NOW; underscores in header names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return at_once(classify_in_steps(method, Reply(status, named, body), NOW))


def raised(method: str, status: int, body: bytes = b"", **headers: str) -> XeroError:
    """The error that classifying raises."""
    with pytest.raises(XeroError) as caught:
        classified(method, status, body, **headers)
    return caught.value


def test_numbers_are_read_exactly() -> None:
    found = classified("GET", 200, b'{"Total": 1234567890123.4567, "Quantity": 1e-7, "Page": 3}')

    assert found == {"Total": Decimal("1234567890123.4567"), "Quantity": Decimal("1E-7"), "Page": 3}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize(
    ("status", "reading", "writing"),
    [
        (400, RefusedError, RefusedError),
        (401, DisconnectedError, DisconnectedError),
        (403, DisconnectedError, DisconnectedError),
        (405, RefusedError, RefusedError),
        (408, UnavailableError, EffectUnknownError),
        (412, RefusedError, RefusedError),
        (413, RefusedError, RefusedError),
        (429, OutOfQuotaError, OutOfQuotaError),
        (500, UnavailableError, EffectUnknownError),
        (501, UnavailableError, EffectUnknownError),
        (503, UnavailableError, EffectUnknownError),
        (302, UnavailableError, EffectUnknownError),
    ],
)
def test_the_status_decides_and_no_body_masks_it(
    body: bytes, status: int, reading: type[XeroError], writing: type[XeroError]
) -> None:
    assert type(raised("GET", status, body)) is reading
    assert type(raised("PUT", status, body)) is writing
    assert type(raised("POST", status, body)) is writing


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \r\n",
        b'{"Type":null,"Title":"Not Found","Status":404,"Detail":"The resource cannot be found"}',
        b'{"ErrorNumber":404,"Message":"No invoice"}',
        b"The resource you're looking for cannot be found",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_a_404_in_xeros_words_is_final(body: bytes, method: str) -> None:
    assert type(raised(method, 404, body)) is NotFoundError


@pytest.mark.parametrize(
    "body",
    [
        HTML,
        b'{"message":"no Route matched with those values"}',
        b"default backend - 404",
        b"{",
        b"[]",
        b"\xff\xfe",
        b"<p>The resource you're looking for cannot be found</p>",
    ],
)
def test_any_other_404_is_a_gateways_and_says_nothing_of_xero(body: bytes) -> None:
    assert type(raised("GET", 404, body)) is UnavailableError
    assert type(raised("PUT", 404, body)) is EffectUnknownError
    assert type(raised("POST", 404, body)) is EffectUnknownError


def test_a_404_that_is_cut_off_is_nobodys_word() -> None:
    with pytest.raises(EffectUnknownError):
        at_once(classify_in_steps("PUT", Reply(404, {}, b"", complete=False), NOW))


def test_a_refusal_carries_every_validation_message_once_and_in_order() -> None:
    error = raised("PUT", 400, json.dumps(VALIDATION).encode(), xero_correlation_id="c-1")

    assert isinstance(error, RefusedError)
    assert error.messages == ("Invoice # must be unique.", "Email address must be valid.")
    assert error.message == "Invoice # must be unique."
    assert error.correlation_id == "c-1"


def test_a_refusal_without_elements_carries_its_message() -> None:
    body = b'{"ErrorNumber":14,"Type":"PostDataInvalidException","Message":"JSON for post data was invalid"}'

    error = raised("PUT", 400, body)

    assert isinstance(error, RefusedError)
    assert error.messages == ("HTTP 400: JSON for post data was invalid",)


def test_a_key_that_was_used_with_another_request_is_its_own_error() -> None:
    body = b'{"Message":"Idempotency Key: abc is used with a different request."}'

    assert isinstance(raised("PUT", 400, body), IdempotencyMismatchError)
    assert isinstance(
        raised("PUT", 400, b"Idempotency Key: abc is used with a different request."), IdempotencyMismatchError
    )


@pytest.mark.parametrize(
    ("headers", "limit", "wait"),
    [
        ({"x_rate_limit_problem": "minute", "retry_after": "23"}, "minute", 23),
        ({"x_rate_limit_problem": "day", "retry_after": "71468"}, "day", 71468),
        ({"x_rate_limit_problem": "Day"}, "day", 3600),
        ({"x_rate_limit_problem": "concurrent"}, "concurrent", 1),
        ({"x_rate_limit_problem": "appminute"}, "appminute", 10),
        ({}, "minute", 60),
        ({"retry_after": "nonsense"}, "minute", 60),
        ({"x_rate_limit_problem": "day", "retry_after": "9999999"}, "day", 48 * 3600),
    ],
)
def test_a_limit_says_which_one_and_until_when(headers: dict[str, str], limit: str, wait: int) -> None:
    error = raised("PUT", 429, b"", **headers)

    assert isinstance(error, OutOfQuotaError)
    assert error.limit == limit
    assert error.resume_at == NOW + timedelta(seconds=wait)


def test_an_unavailable_read_says_when_to_come_back_where_xero_does() -> None:
    error = raised("GET", 503, b"The Organisation is offline", retry_after="300")

    assert isinstance(error, UnavailableError)
    assert error.retry_after == 300
    assert error.message == "HTTP 503: The Organisation is offline"


def test_html_is_shown_as_plain_text() -> None:
    assert raised("GET", 502, HTML).message == "HTTP 502: x Service & more"


@given(st.binary(max_size=2000), st.sampled_from([400, 404, 429, 500, 503]), st.sampled_from(["GET", "PUT"]))
def test_whatever_a_body_holds_the_error_is_short_and_fit_for_a_terminal(body: bytes, status: int, method: str) -> None:
    message = raised(method, status, body).message

    assert len(message) <= 220
    assert message.isprintable()


def test_bidi_and_control_characters_do_not_reach_people() -> None:
    body = json.dumps({"Message": "red\u202egreen\u0007\r\nblue \u2066x" + "y" * 500}).encode()

    message = raised("GET", 500, body).message

    assert message.startswith("HTTP 500: red green blue xy")
    assert message.endswith("…")


def test_a_success_that_is_cut_off_after_a_write_is_of_unknown_effect() -> None:
    with pytest.raises(EffectUnknownError):
        at_once(classify_in_steps("PUT", Reply(200, {}, b'{"Invoices":[]}', complete=False), NOW))


@pytest.mark.parametrize(
    ("method", "sent", "kind"),
    [
        ("PUT", True, EffectUnknownError),
        ("POST", True, EffectUnknownError),
        ("PUT", False, UnavailableError),
        ("GET", True, UnavailableError),
        ("GET", False, UnavailableError),
    ],
)
def test_without_a_reply_only_a_sent_write_is_of_unknown_effect(method: str, sent: bool, kind: type[XeroError]) -> None:
    assert type(lost(method, LostError("ProtocolError", sent=sent))) is kind


def test_of_an_error_of_megabytes_only_the_beginning_is_read() -> None:
    """It may repeat all the documents that it is about, and to read them holds everybody up."""
    body = b'{"Message": "not now", "Elements": ["' + b"x" * 1_000_000 + b'"]}'
    error = raised("GET", 500, body)
    assert "not now" in error.message
    assert len(error.message) < 300
    assert least_milliseconds(lambda: raised("GET", 500, body)) < 20
