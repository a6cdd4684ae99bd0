"""What the door to Xero needs of others, as ports: tokens, the quota governor, an observer, and the clocks."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from xero_client.port import Grant, Priority

UtcClock = Callable[[], datetime]
"""The present moment, aware, in UTC."""

Monotonic = Callable[[], float]
"""Seconds of a clock that never goes back, such as `time.monotonic`."""

Sleep = Callable[[float], Awaitable[None]]
"""Wait that many seconds, such as `asyncio.sleep`."""

JsonObject = Mapping[str, Any]
"""A JSON object as read from a reply: numbers with a point are Decimal, never float."""


class Tokens(Protocol):
    """Access tokens of Xero's OAuth 2.0. Both methods raise DisconnectedError or UnavailableError."""

    async def access_token(self, organisation: str) -> str:
        """A token that is not known to be expired."""
        ...

    async def renew(self, organisation: str, rejected: str) -> str:
        """A newer token than `rejected`, which Xero answered with 401. Single-flight: many askers, one renewal."""
        ...


class Governor(Protocol):
    """The quota governor: who may call now, and what replies tell about what is left."""

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """As `port.Accounting.slot`."""
        ...

    def used(self, grant: Grant) -> None:
        """Take note that a call is about to go out under `grant`; without it the grant is given back at its end.

        Called before every request that leaves: a re-sent one (after a 401) under the same grant counts again.
        """
        ...

    def learn(self, organisation: str, headers: Mapping[str, str], status: int) -> None:
        """Take note of a reply's rate-limit headers (keys in lower case). Called once for every reply received."""
        ...


class CallObserver(Protocol):
    """Counts and times calls."""

    def observe(self, operation: str, result: str, seconds: float) -> None:
        """One call is over.

        `operation` is like `create_invoice`, `find_quote`, `get_contacts`; `result` is `ok` or the name of the error
        in snake_case without `_error`, such as `effect_unknown`, or `abandoned` (cancelled after the first byte) or
        `cancelled` (before it); both are from closed sets, fit for metric labels.
        """
        ...


class Resource(StrEnum):
    """The master data that may be read; the value is the last part of the address."""

    CONTACTS = "Contacts"
    ITEMS = "Items"
    CURRENCIES = "Currencies"
    ACCOUNTS = "Accounts"
    TAX_RATES = "TaxRates"
    TRACKING_CATEGORIES = "TrackingCategories"
    BRANDING_THEMES = "BrandingThemes"
    ORGANISATION = "Organisation"


class MasterDataReader(Protocol):
    """What the reference cache needs of the door."""

    async def get(
        self,
        organisation: str,
        resource: Resource,
        params: Mapping[str, str],
        *,
        if_modified_since: datetime | None,
        priority: Priority,
    ) -> JsonObject:
        """One read, under a grant of the governor: the whole reply, such as {"Contacts": [...], "pagination": {...}}.

        `params` are query parameters by Xero's names. `if_modified_since` is UTC, to the second; a 304 comes back as an
        empty object. Raises the errors of `xero_client.errors`, never EffectUnknownError.
        """
        ...
