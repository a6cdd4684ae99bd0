"""Signatures of Standard Webhooks: the vector of its specification, and its own library as the judge."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from mappers.outbound import webhook_key, webhook_signatures, why_not_a_webhook_secret

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_vector_of_the_specification() -> None:
    signed = webhook_signatures(
        [webhook_key(SECRET)], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.integers(0, 2**33), st.text(alphabet="abc123_-", min_size=1), st.text())
def test_the_library_signs_alike(key: bytes, timestamp: int, webhook_id: str, body: str) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    text = body.encode("utf-8", "replace").decode()
    theirs = Webhook(secret).sign(webhook_id, datetime.fromtimestamp(timestamp, UTC), text)
    assert webhook_signatures([webhook_key(secret)], webhook_id, timestamp, text.encode()) == theirs


@given(st.text(max_size=100))
def test_what_is_no_secret_is_never_told(text: str) -> None:
    why_not = why_not_a_webhook_secret("whsec_CANARY" + text)
    assert "CANARY" not in why_not


@pytest.mark.parametrize("secret", ["", "MfKQ", SECRET.removeprefix("whsec_"), SECRET.replace("D8", "D!8")])
def test_what_standard_webhooks_does_not_write_is_no_secret(secret: str) -> None:
    assert why_not_a_webhook_secret(secret)


@pytest.mark.parametrize(("size", "is_a_secret"), [(23, False), (24, True), (64, True), (65, False)])
def test_a_secret_has_24_to_64_bytes(size: int, is_a_secret: bool) -> None:
    assert (why_not_a_webhook_secret("whsec_" + base64.b64encode(bytes(size)).decode()) == "") is is_a_secret
