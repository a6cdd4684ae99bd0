"""One organisation (tenant) of Xero."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from deploy.simulator.books import default_accounts
from deploy.simulator.books.accounts import AccountingCodes
from deploy.simulator.books.contacts import Contact, ContactBook
from deploy.simulator.books.documents import Document, DocumentBook, Kind
from deploy.simulator.books.items import Item, ItemList, item_from
from deploy.simulator.books.payments import Payment
from deploy.simulator.seed import OrganisationSeed
from deploy.simulator.wire import Ids, JsonObject, dates


@dataclass
class Savepoint:
    """What a refused call must leave as it was."""

    contacts: ContactBook
    invoices: DocumentBook
    quotes: DocumentBook
    items: ItemList
    payments: dict[str, Payment]
    approvals_left: int | None


@dataclass
class Organisation:
    """Its settings and books. Lock dates are whole days in its own zone."""

    tenant_id: str
    name: str
    base_currency: str
    country: str
    timezone: str
    short_code: str
    currencies: list[str]
    period_lock_date: date | None = None
    end_of_year_lock_date: date | None = None
    approvals_left: int | None = None
    market_rates: dict[str, Decimal] = field(default_factory=dict)
    codes: AccountingCodes = field(default_factory=AccountingCodes)
    contacts: ContactBook = field(default_factory=ContactBook)
    items: ItemList = field(default_factory=ItemList)
    invoices: DocumentBook = field(default_factory=DocumentBook)
    quotes: DocumentBook = field(default_factory=DocumentBook)
    payments: dict[str, Payment] = field(default_factory=dict)
    generated: int = 0
    is_demo_company: bool = True

    @classmethod
    def from_seed(cls, seed: OrganisationSeed, ids: Ids, now: datetime) -> "Organisation":
        """Everything of the seed but its documents, which need the rules of the API."""
        made = cls(
            tenant_id=seed.tenant_id,
            name=seed.name,
            base_currency=seed.base_currency,
            country=seed.country,
            timezone=seed.timezone,
            short_code=seed.short_code,
            currencies=list(dict.fromkeys((seed.base_currency, *seed.currencies))),
            period_lock_date=_day(seed.period_lock_date),
            end_of_year_lock_date=_day(seed.end_of_year_lock_date),
            approvals_left=seed.approvals_left,
            market_rates=dict(seed.market_rates),
            is_demo_company=seed.is_demo_company,
        )
        dates.zone(seed.timezone)
        made._fill_codes(seed, ids, now)
        for row in seed.contacts:
            made.put_contact(row, ids, now)
        for row in seed.items:
            made.put_item(row, ids, now)
        return made

    def book(self, kind: Kind) -> DocumentBook:
        return self.invoices if kind == "invoice" else self.quotes

    def today(self, now: datetime) -> date:
        return now.astimezone(dates.zone(self.timezone)).date()

    def put_contact(self, row: JsonObject, ids: Ids, now: datetime) -> Contact:
        """Add a contact, or change the one with this ContactID or, without one, this Name."""
        known = self.contacts.by_id.get(row.get("ContactID", "")) or self._known_by_name(row)
        blank = Contact(row.get("ContactID") or ids.uuid(), row.get("Name", ""), now)
        contact = (known or blank).edited(row, now)
        self.contacts.put(contact)
        return contact

    def put_item(self, row: JsonObject, ids: Ids, now: datetime) -> Item:
        known = self.items.find(row.get("Code", ""))
        item = item_from((known.as_json(4) if known else {}) | row, ids.uuid(), now)
        self.items.put(item)
        return item

    def document(self, kind: Kind, reference: str) -> Document | None:
        """By id, or by number."""
        return self.book(kind).by_id.get(reference.lower()) or self.book(kind).holder(reference)

    def savepoint(self) -> Savepoint:
        items = ItemList(dict(self.items.by_code))
        books = (self.contacts.copy(), self.invoices.copy(), self.quotes.copy())
        return Savepoint(*books, items, dict(self.payments), self.approvals_left)

    def restore(self, point: Savepoint) -> None:
        self.contacts, self.invoices = point.contacts, point.invoices
        self.quotes, self.items, self.payments = point.quotes, point.items, point.payments
        self.approvals_left = point.approvals_left

    def _known_by_name(self, row: JsonObject) -> Contact | None:
        return None if row.get("ContactID") else self.contacts.named(row.get("Name", ""))

    def _fill_codes(self, seed: OrganisationSeed, ids: Ids, now: datetime) -> None:
        for row in default_accounts.accounts(seed.country) + seed.accounts:
            self.codes.put_account(row, ids)
        for row in default_accounts.tax_rates(seed.country) + seed.tax_rates:
            self.codes.put_tax_rate(row)
        for row in seed.tracking_categories:
            self.codes.put_tracking(row, ids)
        for order, row in enumerate(seed.branding_themes):
            made = {"BrandingThemeID": ids.uuid(), "SortOrder": order, "CreatedDateUTC": dates.milliseconds(now)}
            self.codes.themes.append(made | row)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
