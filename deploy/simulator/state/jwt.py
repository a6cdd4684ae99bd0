"""Signed tokens (RFC 7519, RS256). The key is made once for a process: whoever trusts it trusts a simulator."""

import base64
import functools
import hashlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from deploy.simulator.wire import JsonObject, json_codec

USER_ID = "2ba6dc1c-8d2f-4bd2-9a9c-3d3e5d3fd7d1"
"""The one user, who consents to everything."""

_KEY_ID = "simulator"


def signed(claims: JsonObject) -> str:
    """The three parts of a token, joined."""
    header = {"alg": "RS256", "kid": _KEY_ID, "typ": "JWT"}
    text = f"{_encoded(json_codec.encode(header))}.{_encoded(json_codec.encode(claims))}"
    return f"{text}.{_encoded(_key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def public_key() -> JsonObject:
    """The key as a JWK (RFC 7517)."""
    numbers = _key().public_key().public_numbers()
    row: JsonObject = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": _KEY_ID}
    return row | {"n": _encoded(_bytes(numbers.n)), "e": _encoded(_bytes(numbers.e))}


def half_hash(text: str) -> str:
    """`at_hash` of OpenID Connect: the left half of the digest."""
    return _encoded(hashlib.sha256(text.encode()).digest()[:16])


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
