"""How often somebody may try to sign in with a token that nobody has."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from math import ceil
from typing import Final

MOST_ADDRESSES: Final = 1_024
_IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many failures at once; one more for every `seconds` that pass."""

    failures: int
    seconds: float


OF_AN_ADDRESS: Final = Allowance(failures=10, seconds=30.0)
OF_ALL: Final = Allowance(failures=200, seconds=1.0)


class SignInAttempts:
    """Counts failures, for each address and for all together; whoever has too many is not heard until some time passed.

    It remembers a bounded number of addresses: the one that failed longest ago is forgotten first, and the count of
    all together holds for those who come from ever new ones.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        *,
        of_an_address: Allowance = OF_AN_ADDRESS,
        of_all: Allowance = OF_ALL,
        most: int = MOST_ADDRESSES,
    ) -> None:
        self._monotonic = monotonic
        self._of_an_address = of_an_address
        self._most = most
        self._addresses: OrderedDict[str, _Failures] = OrderedDict()
        self._all = _Failures(of_all)

    def __len__(self) -> int:
        """How many addresses are remembered."""
        return len(self._addresses)

    def seconds_until_next(self, address: str) -> int:
        """0 where the address may try now; else how many whole seconds it has to wait."""
        now = self._monotonic()
        known = self._addresses.get(_place_of(address))
        own = 0.0 if known is None else known.wait(now)
        return ceil(max(own, self._all.wait(now)))

    def failed(self, address: str) -> None:
        """Somebody there gave a token that nobody has."""
        now = self._monotonic()
        place = _place_of(address)
        self._addresses.setdefault(place, _Failures(self._of_an_address)).add(now)
        self._addresses.move_to_end(place)
        self._all.add(now)
        while len(self._addresses) > self._most:
            self._addresses.popitem(last=False)


class _Failures:
    """A bucket that each failure fills by one and time empties: `_empty_at` is when nothing is left in it."""

    __slots__ = ("_allowance", "_empty_at")

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._empty_at = float("-inf")

    def add(self, now: float) -> None:
        self._empty_at = max(self._empty_at, now) + self._allowance.seconds

    def wait(self, now: float) -> float:
        """How long until one more fits."""
        return max(0.0, self._empty_at - now - (self._allowance.failures - 1) * self._allowance.seconds)


def _place_of(address: str) -> str:
    """Whose the address is: of IPv6 a whole network is one household's, who may choose any address in it."""
    try:
        read = ip_address(address)
    except ValueError:
        return address
    if read.version == 4:  # noqa: PLR2004  # Its name.
        return address
    if read.ipv4_mapped is not None:
        return str(read.ipv4_mapped)
    return f"{int(read) >> (128 - _IPV6_NETWORK):x}::/{_IPV6_NETWORK}"
