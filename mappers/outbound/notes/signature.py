"""Signatures of Standard Webhooks (its specification, "Signature scheme", symmetric). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"
# The specification's bounds.
FEWEST_BYTES, MOST_BYTES = 24, 64


def webhook_key(secret: str) -> bytes:
    """The key in a secret. Raises ValueError with what is wrong, and without the secret."""
    if not secret.startswith(PREFIX):
        raise ValueError(f"must begin with {PREFIX}, as Standard Webhooks writes secrets")
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"is not base64 after {PREFIX}") from None
    if not FEWEST_BYTES <= len(key) <= MOST_BYTES:
        raise ValueError(f"has {len(key)} bytes; Standard Webhooks wants {FEWEST_BYTES} to {MOST_BYTES}")
    return key


def why_not_a_webhook_secret(secret: str) -> str:
    """Empty where it is a secret of Standard Webhooks; else what is wrong with it."""
    try:
        webhook_key(secret)
    except ValueError as error:
        return str(error)
    return ""


def webhook_signatures(keys: Sequence[bytes], webhook_id: str, timestamp: int, body: bytes) -> str:
    """The header's value: one signature for each key, so that a receiver may change to another secret."""
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return " ".join("v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode() for key in keys)
