"""Under which token a write went out, so that it is never repeated under another one."""

import hashlib
from collections import OrderedDict
from typing import Final

from xero_client.errors import IdempotencyMismatchError

REMEMBERED: Final = 1000
"""Keys of unknown effect; Xero itself forgets them after six minutes."""


class KeyTokens:
    """Xero keeps keys by app (its page "Idempotency"); a page elsewhere says by token, and nobody has measured it.

    Were it so, a repeat under a newer token would be executed beside the first, were that one slow. Of invoices made
    twice Xero refuses the second, for its number; of a quote it may make a twin, for whether PUT refuses a taken
    QuoteNumber is not documented; and an update that comes late undoes what was written meanwhile.
    """

    def __init__(self) -> None:
        self._first: OrderedDict[str, bytes] = OrderedDict()

    def begin(self, key: str, token: str) -> bool:
        """Note that the key goes out; true where it is the first time.

        Raises IdempotencyMismatchError, nothing sent, where it went out under another token.
        """
        digest = hashlib.sha256(token.encode()).digest()
        is_new = key not in self._first
        if self._first.setdefault(key, digest) != digest:
            raise IdempotencyMismatchError("The key went out under another token; nothing was sent")
        while len(self._first) > REMEMBERED:
            self._first.popitem(last=False)
        return is_new

    def forget(self, key: str) -> None:
        """What the key did is known: it may be used under any token."""
        self._first.pop(key, None)
