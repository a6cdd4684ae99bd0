"""What this package needs of others, as ports: tokens, the quota governor, observers, a reader, and the clocks."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from mappers.model import MasterList
from xero_client.port import Grant, Priority
from xero_client.vocabulary import CallOperation, CallResult, ReferenceResult

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
    """The quota governor: who may call now, and what replies say about what is left."""

    def slot(self, organisation: str, priority: Priority) -> AbstractAsyncContextManager[Grant]:
        """As `port.Accounting.slot`."""
        ...

    def used(self, grant: Grant) -> None:
        """Take note that a call is about to go out under `grant`; without it the grant is given back at its end.

        Called before every request that leaves: a re-sent one (after a 401) under the same grant counts again.
        """
        ...

    def observe(self, organisation: str, headers: Mapping[str, str], status: int) -> None:
        """Take note of a reply's rate-limit headers (keys in lower case). Called once for every reply received."""
        ...


class CallObserver(Protocol):
    """Counts and times calls."""

    def observe(self, operation: CallOperation, result: CallResult, seconds: float, organisation: str = "") -> None:
        """One call is over; `organisation` is empty for calls that are for none, such as for a token."""
        ...


class ReferenceObserver(Protocol):
    """Counts what the reference cache is used for."""

    def reference_call(self, kind: MasterList, result: ReferenceResult) -> None:
        """One use of a list."""
        ...

    def reference_age(self, organisation: str, seconds: float) -> None:
        """How long ago contacts and items were last compared with Xero."""
        ...


class Resource(StrEnum):
    """The master data that can be read. The value is the last part of its address.

    `operation` is the call's name, which is also that of the SDK's method; `listed_as` is the key of the reply's list.
    """

    operation: CallOperation
    listed_as: str

    def __new__(cls, path: str, operation: CallOperation, listed_as: str = "") -> Self:
        """A member; `listed_as` where it is not the path."""
        member = str.__new__(cls, path)
        member._value_ = path
        member.operation = operation
        member.listed_as = listed_as or path
        return member

    CONTACTS = "Contacts", CallOperation.GET_CONTACTS
    ITEMS = "Items", CallOperation.GET_ITEMS
    CURRENCIES = "Currencies", CallOperation.GET_CURRENCIES
    ACCOUNTS = "Accounts", CallOperation.GET_ACCOUNTS
    TAX_RATES = "TaxRates", CallOperation.GET_TAX_RATES
    TRACKING_CATEGORIES = "TrackingCategories", CallOperation.GET_TRACKING_CATEGORIES
    BRANDING_THEMES = "BrandingThemes", CallOperation.GET_BRANDING_THEMES
    ORGANISATION = "Organisation", CallOperation.GET_ORGANISATIONS, "Organisations"


class MasterDataReader(Protocol):
    """What the reference cache needs of the client."""

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
