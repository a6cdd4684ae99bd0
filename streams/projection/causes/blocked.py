"""How much money stands under a cause, in each currency: kept with each write, as the counts are."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Context, Decimal

import orjson

from mappers.model import Blocked, Cause
from streams.projection.encoding import BLOCKED, cause_key
from streams.projection.key_value import KeyValue

Changes = dict[bytes, bytes | None]
Money = tuple[str, str]
"""A currency and an amount."""

# A sum of hundreds of thousands of the largest amounts, to the last of their ten decimals.
_EXACT = Context(prec=60)


class BlockedMoves:
    """The changes of the sums in one write."""

    def __init__(self, disk: KeyValue, changes: Changes) -> None:
        self._disk = disk
        self._changes = changes
        self._moved: dict[tuple[str, Cause, str], tuple[Decimal, int]] = defaultdict(lambda: (Decimal(0), 0))

    def shipment(self, company_id: str, causes: Iterable[Cause], money: Money | None, times: int) -> None:
        """The shipment's money comes under the causes (`times` is 1), or leaves them (-1)."""
        if money is None:
            return
        currency, amount = money[0], Decimal(money[1])
        for cause in causes:
            whole, count = self._moved[company_id, cause, currency]
            self._moved[company_id, cause, currency] = (_EXACT.add(whole, amount * times), count + times)

    def finish(self) -> None:
        """Add the new sums to the changes."""
        sums: dict[bytes, dict[str, tuple[Decimal, int]]] = {}
        for (company_id, cause, currency), (amount, count) in self._moved.items():
            row = cause_key(company_id, cause, BLOCKED)
            known = sums.setdefault(row, _read(self._disk.get(row)))
            whole, shipments = known.get(currency, (Decimal(0), 0))
            known[currency] = (_EXACT.add(whole, amount), shipments + count)
        for row, known in sums.items():
            left = {
                each: [f"{whole.normalize(_EXACT):f}", count] for each, (whole, count) in sorted(known.items()) if count
            }
            self._changes[row] = orjson.dumps(left) if left else None


def blocked(disk: KeyValue, company_id: str, cause: Cause) -> tuple[Blocked, ...]:
    """What the shipments under the cause are worth, by currency."""
    known = _read(disk.get(cause_key(company_id, cause, BLOCKED)))
    return tuple(Blocked(currency, f"{amount:f}", count) for currency, (amount, count) in known.items())


def _written(known: dict[str, tuple[Decimal, int]]) -> bytes:
    return orjson.dumps({each: [f"{whole.normalize(_EXACT):f}", count] for each, (whole, count) in known.items()})


def _read(stored: bytes | None) -> dict[str, tuple[Decimal, int]]:
    rows = orjson.loads(stored) if stored is not None else {}
    return {currency: (Decimal(amount), count) for currency, (amount, count) in rows.items()}
