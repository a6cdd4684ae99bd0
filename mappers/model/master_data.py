"""An organisation's master data, as values that planning may ask without I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from mappers.model.code_matching import RecordsByCode


class MasterList(StrEnum):
    """A list of master data."""

    ORGANISATION = "organisation"
    CONTACTS = "contacts"
    ITEMS = "items"
    CURRENCIES = "currencies"
    ACCOUNTS = "accounts"
    TAX_RATES = "tax_rates"
    TRACKING = "tracking"
    BRANDING_THEMES = "branding_themes"


@dataclass(frozen=True, slots=True)
class Contact:
    """A Xero contact. `account_number` is what ImpexDocs' customer code must equal."""

    contact_id: str
    name: str
    account_number: str | None
    archived: bool = False
    merged_to: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A Xero item. `code` is what ImpexDocs' product code must equal; `description` is the one for sales."""

    item_id: str
    code: str
    name: str
    sold: bool = True
    account_code: str | None = None
    tax_type: str | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A general ledger account; only ACTIVE ones may be used.

    `tax_type` is what its lines have by default, `system` says what Xero itself uses it for.
    """

    code: str
    name: str
    active: bool = True
    tax_type: str | None = None
    type: str = ""
    system: str = ""

    @property
    def why_not_on_sales(self) -> str:
        """Why no line of an invoice or quote may name it; empty: one may.

        Xero's certification checkpoints rule out bank and system accounts. Its rounding account is made for rounding.
        """
        if not self.active:
            return "is archived in Xero"
        if self.type == "BANK":
            return "is a bank account in Xero, which no sale can be booked on"
        if self.system and self.system != "ROUNDING":
            return f"is a system account of Xero's ({self.system}), which no sale can be booked on"
        return ""


@dataclass(frozen=True, slots=True)
class TrackingCategory:
    """An active tracking category: the ids of its active options, by name."""

    category_id: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What Xero says about the organisation. Nothing dated on or before one of its lock dates may be approved."""

    organisation_id: str
    name: str
    base_currency: str
    timezone: str = "UTC"
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    short_code: str | None = None

    @property
    def lock_date(self) -> date | None:
        """The later of the two lock dates: nothing dated on or before it is approved, or changed once approved.

        The period lock binds everybody but advisers, the end of year lock everybody. An app that an adviser connected
        could write behind the first one, so it is respected here. Drafts and submitted documents are not bound (Xero's
        help, "Lock dates").
        """
        dates = (self.period_lock_date, self.end_of_year_lock_date)
        return max((each for each in dates if each is not None), default=None)

    @property
    def lock_in_words(self) -> str:
        """Which lock that is and its day, as a person finds it in Xero's settings; empty without one."""
        if self.lock_date is None:
            return ""
        name = "end of year lock date" if self.lock_date == self.end_of_year_lock_date else "period lock date"
        return f"{name} {self.lock_date}"


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up for a request: customer and product codes, trimmed and with aliases applied.

    `lists` are those in which something was missing or wrong: they are read again.
    """

    customers: frozenset[str] = frozenset()
    products: frozenset[str] = frozenset()
    lists: frozenset[MasterList] = frozenset()


@dataclass(frozen=True, slots=True)
class ReferenceData:
    """A snapshot of the cache.

    Codes are keyed by `code_key`, so that similar ones can be named; the caller compares exactly. `contacts_by_name` is
    keyed by case-folded name; `tracking` has categories by name, `branding_themes` ids by name, `tax_percents` the rate
    of each tax type that may be used. `as_of` names the lists that Xero could not be asked for again although somebody
    asked, and the time (UTC) that they are of.
    """

    organisation: OrganisationFacts
    currencies: frozenset[str]
    contacts: RecordsByCode[Contact]
    contacts_by_name: Mapping[str, tuple[Contact, ...]]
    items: RecordsByCode[Item]
    accounts: Mapping[str, Account] = field(default_factory=dict)
    tax_types: frozenset[str] = frozenset()
    tax_types_not_for_sales: frozenset[str] = frozenset()
    tax_percents: Mapping[str, Decimal] = field(default_factory=dict)
    tracking: Mapping[str, TrackingCategory] = field(default_factory=dict)
    branding_themes: Mapping[str, str] = field(default_factory=dict)
    as_of: Mapping[MasterList, datetime] = field(default_factory=dict)
