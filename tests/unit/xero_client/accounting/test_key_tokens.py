"""A write is never repeated under another token than the one it went out with."""

import pytest

from xero_client.accounting.exchange import REMEMBERED_KEYS, KeyTokens
from xero_client.errors import IdempotencyMismatchError


def test_a_key_may_go_out_again_under_its_own_token_only() -> None:
    keys = KeyTokens()
    assert keys.begin("key", "token-1")
    assert not keys.begin("key", "token-1")
    with pytest.raises(IdempotencyMismatchError):
        keys.begin("key", "token-2")
    assert keys.begin("other", "token-2")


def test_a_key_whose_effect_is_known_is_free_again() -> None:
    keys = KeyTokens()
    keys.begin("key", "token-1")
    keys.forget("key")
    assert keys.begin("key", "token-2")


def test_only_so_many_keys_are_remembered() -> None:
    keys = KeyTokens()
    for number in range(REMEMBERED_KEYS + 1):
        keys.begin(str(number), "token-1")
    assert keys.begin("0", "token-2")
    with pytest.raises(IdempotencyMismatchError):
        keys.begin("2", "token-2")
