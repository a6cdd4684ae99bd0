"""Xero's rows of master data as the values that the mapping asks. A row that cannot be used is left out, never guessed.

Shapes: developer.xero.com/documentation/api/accounting/contacts, …/items, …/accounts, …/taxrates, …/organisation.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from mappers.model import Account, Contact, Item, OrganisationFacts, TrackingCategory
from xero_client.json_codec import day_of, moment_of, number_of, object_of, rows_of, text_of

ACTIVE = "ACTIVE"
FIRST_YEAR: Final = 2006
"""Xero began; a clock that shows an earlier one has not been set."""
Row = Mapping[str, Any]


def contacts_in(reply: Row) -> Iterable[Contact]:
    """The contacts of a reply; whatever is not ACTIVE (archived, erased on a GDPR request) counts as archived."""
    for row in rows_of(reply.get("Contacts")):
        contact_id = text_of(row.get("ContactID"))
        if contact_id:
            yield Contact(
                contact_id=contact_id,
                name=text_of(row.get("Name")) or "",
                account_number=text_of(row.get("AccountNumber")) or None,
                archived=(text_of(row.get("ContactStatus")) or ACTIVE) != ACTIVE,
                merged_to=_id(row.get("MergedToContactID")),
            )


def items_in(reply: Row) -> Iterable[Item]:
    """The items of a reply. `IsSold` is absent only in replies of old versions; those items could be sold."""
    for row in rows_of(reply.get("Items")):
        if (item_id := text_of(row.get("ItemID"))) and (code := text_of(row.get("Code"))):
            sales = object_of(row.get("SalesDetails"))
            yield Item(
                item_id=item_id,
                code=code,
                name=text_of(row.get("Name")) or "",
                sold=row.get("IsSold", True) is True,
                account_code=text_of(sales.get("AccountCode")) or None,
                tax_type=text_of(sales.get("TaxType")) or None,
                description=text_of(row.get("Description")) or "",
            )


def currencies_in(reply: Row) -> frozenset[str]:
    """The codes of the currencies that the organisation has enabled."""
    return frozenset(code for row in rows_of(reply.get("Currencies")) if (code := text_of(row.get("Code"))))


def accounts_in(reply: Row) -> dict[str, Account]:
    """Accounts by code; those without a code (some bank accounts) cannot be named on a line."""
    found = {}
    for row in rows_of(reply.get("Accounts")):
        if code := text_of(row.get("Code")):
            active = text_of(row.get("Status")) == ACTIVE
            found[code] = Account(
                code,
                text_of(row.get("Name")) or "",
                active=active,
                tax_type=text_of(row.get("TaxType")) or None,
                type=text_of(row.get("Type")) or "",
                system=text_of(row.get("SystemAccount")) or "",
            )
    return found


class TaxTypes(NamedTuple):
    """The tax types that may be used: on sales, on nothing but purchases, and the effective rates in percent."""

    for_sales: frozenset[str]
    others: frozenset[str]
    percents: dict[str, Decimal]


def tax_types_in(reply: Row) -> TaxTypes:
    """The tax types of a reply. `CanApplyToRevenue` is absent only in replies of old versions."""
    for_sales: set[str] = set()
    others: set[str] = set()
    percents: dict[str, Decimal] = {}
    for name, row in _active("TaxType", reply.get("TaxRates")):
        (others if row.get("CanApplyToRevenue") is False else for_sales).add(name)
        if (percent := number_of(row.get("EffectiveRate"))) is not None:
            percents[name] = percent
    return TaxTypes(frozenset(for_sales), frozenset(others), percents)


def tracking_in(reply: Row) -> dict[str, TrackingCategory]:
    """Each active tracking category with its active options, by name."""
    return {
        name: TrackingCategory(text_of(row.get("TrackingCategoryID")) or "", _options(row.get("Options")))
        for name, row in _active("Name", reply.get("TrackingCategories"))
    }


def _options(rows: object) -> dict[str, str]:
    return {name: text_of(row.get("TrackingOptionID")) or "" for name, row in _active("Name", rows)}


def branding_themes_in(reply: Row) -> dict[str, str]:
    """The ids of the branding themes, by name."""
    return {
        name: theme_id
        for row in rows_of(reply.get("BrandingThemes"))
        if (name := text_of(row.get("Name"))) and (theme_id := text_of(row.get("BrandingThemeID")))
    }


def organisation_in(reply: Row) -> OrganisationFacts | None:
    """The organisation; None where the reply has none. `timezone` is by Xero's own code, such as UTC."""
    rows = rows_of(reply.get("Organisations"))
    base_currency = text_of(rows[0].get("BaseCurrency")) if rows else None
    if not base_currency:
        return None
    row = rows[0]
    return OrganisationFacts(
        organisation_id=text_of(row.get("OrganisationID")) or "",
        name=text_of(row.get("Name")) or "",
        base_currency=base_currency,
        timezone=text_of(row.get("Timezone")) or "UTC",
        period_lock_date=day_of(row.get("PeriodLockDate")),
        end_of_year_lock_date=day_of(row.get("EndOfYearLockDate")),
        short_code=text_of(row.get("ShortCode")) or None,
    )


def answered_at(reply: Row) -> datetime | None:
    """Xero's own clock at the reply (`DateTimeUTC` of the envelope): what If-Modified-Since is compared with.

    None where it has none, or shows the beginning of time.
    """
    told = moment_of(reply.get("DateTimeUTC"))
    return None if told is None or told.year < FIRST_YEAR else told


def _id(value: object) -> str | None:
    """An id; where there is none, Xero leaves the key out, or in places writes a GUID of zeros."""
    text = text_of(value) or ""
    return text if text.strip("0-") else None


def _active(named_by: str, rows: object) -> Iterable[tuple[str, dict[str, Any]]]:
    """The rows that are in use, each with its name; there may be very many without one, which cost little."""
    for row in rows_of(rows):
        if (name := text_of(row.get(named_by))) and text_of(row.get("Status")) in (ACTIVE, None):
            yield name, row
