"""A Demo Company of Xero: what of its master data the questions need, and documents written to it by the rehearsal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from streams.rehearsal.caller import Caller, StoppedError
from streams.rehearsal.journal import Journal, Kind
from streams.rehearsal.reply import JsonObject, XeroReply, id_of, is_saved, number_of

NUMBER_FIELDS: dict[Kind, str] = {"Invoices": "InvoiceNumber", "Quotes": "QuoteNumber"}
ENDED = frozenset({"DELETED", "VOIDED"})
"""The statuses of a document that is removed."""
ID_FIELDS: dict[Kind, str] = {"Invoices": "InvoiceID", "Quotes": "QuoteID"}


@dataclass(frozen=True, slots=True)
class MasterData:
    """Records of the organisation as Xero shows them. Nothing in them is changed."""

    organisation: JsonObject
    contact: JsonObject
    accounts: list[JsonObject] = field(default_factory=list)
    items: list[JsonObject] = field(default_factory=list)
    tax_rates: list[JsonObject] = field(default_factory=list)
    currencies: list[str] = field(default_factory=list)
    themes: list[JsonObject] = field(default_factory=list)
    tracking: list[JsonObject] = field(default_factory=list)

    @property
    def sales_accounts(self) -> list[JsonObject]:
        """The active accounts that sales are booked to, those of kind REVENUE first."""
        usable = [each for each in self.accounts if each.get("Class") == "REVENUE" and each.get("Status") == "ACTIVE"]
        return sorted((each for each in usable if each.get("Code")), key=lambda each: each.get("Type") != "REVENUE")

    def rate_of(self, tax_type: str | None) -> float | None:
        """The tax type's rate in percent; None for one that the organisation does not have."""
        rates = {each.get("TaxType"): each.get("EffectiveRate") for each in self.tax_rates}
        rate = rates.get(tax_type)
        return None if rate is None else float(rate)


@dataclass(slots=True)
class DemoCompany:
    """Writes documents that are called REHEARSAL-…; each is in the journal before it is sent."""

    caller: Caller
    journal: Journal
    master_data: MasterData
    today: date
    new_key: Callable[[], str]
    signs_in_by_itself: bool
    """Whether the connection is a custom one (grant client_credentials)."""

    @property
    def account(self) -> JsonObject:
        """The first sales account. Raises StoppedError where there is none."""
        accounts = self.master_data.sales_accounts
        if not accounts:
            raise StoppedError(
                "The organisation has no active revenue account with a code. Reset the Demo Company in Xero."
            )
        return accounts[0]

    def number(self) -> str:
        """A new document number."""
        return self.journal.next_number()

    @property
    def contact(self) -> JsonObject:
        """The contact of every document, by its id alone: with more, Xero would edit it."""
        return {"ContactID": self.master_data.contact["ContactID"]}

    def named(self, kind: Kind, made: JsonObject) -> JsonObject:
        """The least by which a POST names a document; that of a quote is refused without contact and date."""
        name: JsonObject = {ID_FIELDS[kind]: id_of(made), NUMBER_FIELDS[kind]: number_of(made)}
        return name if kind == "Invoices" else name | {"Contact": self.contact, "Date": self.today.isoformat()}

    def line(self, **fields: Any) -> JsonObject:
        """A line of 1.00; a field that is None is left out."""
        plain = {
            "Description": "Rehearsal of Shipledger",
            "Quantity": 1,
            "UnitAmount": 1,
            "AccountCode": self.account["Code"],
            "TaxType": self.account.get("TaxType"),
        }
        return _given(plain | fields)

    def invoice(self, **fields: Any) -> JsonObject:
        """A draft of one line under a new number; a field that is None is left out."""
        plain = {
            "Type": "ACCREC",
            "InvoiceNumber": fields.get("InvoiceNumber") or self.number(),
            "Contact": self.contact,
            "Date": self.today.isoformat(),
            "DueDate": (self.today + timedelta(days=30)).isoformat(),
            "Status": "DRAFT",
            "LineAmountTypes": "Exclusive",
            "LineItems": [self.line()],
        }
        return _given(plain | fields)

    def quote(self, **fields: Any) -> JsonObject:
        """A draft of one line under a new number; a field that is None is left out."""
        plain = {
            "QuoteNumber": fields.get("QuoteNumber") or self.number(),
            "Contact": self.contact,
            "Date": self.today.isoformat(),
            "ExpiryDate": (self.today + timedelta(days=30)).isoformat(),
            "LineAmountTypes": "EXCLUSIVE",
            "LineItems": [self.line()],
        }
        return _given(plain | fields)

    async def write(
        self,
        method: str,
        kind: Kind,
        documents: list[JsonObject],
        *,
        summarised: bool = False,
        key: str | None = None,
    ) -> XeroReply:
        """Send documents. `method` PUT makes them, POST makes or changes them."""
        numbers = [each[NUMBER_FIELDS[kind]] for each in documents if NUMBER_FIELDS[kind] in each]
        self.journal.writing(kind, numbers)
        query: list[tuple[str, object]] = [("summarizeErrors", "true" if summarised else "false")]
        if kind == "Invoices":
            query.append(("unitdp", 4))
        reply = await self.caller.call(method, kind, query=query, body={kind: documents}, key=key or self.new_key())
        # Whatever the status: a call that failed as a whole may have saved a part, which is looked up at the removal.
        saved = [each for each in reply.elements(kind) if is_saved(each)] if reply.is_ok else []
        self.journal.wrote(kind, [(number_of(each) or "", id_of(each) or "") for each in saved])
        self.journal.removed([id_of(each) or "" for each in saved if each.get("Status") in ENDED])
        if reply.is_ok and reply.elements(kind):
            gone = set(numbers) - {number_of(each) for each in saved}
            self.journal.not_written(kind, sorted(gone))
        return reply

    async def make(self, kind: Kind, document: JsonObject) -> JsonObject | None:
        """Make one document by PUT; None where Xero refused it."""
        return saved(await self.write("PUT", kind, [document]), kind)

    async def change(self, kind: Kind, made: JsonObject, **fields: Any) -> JsonObject | None:
        """Change one document by POST under its id; None where Xero refused it."""
        document = {**self.named(kind, made), **fields}
        return saved(await self.write("POST", kind, [document]), kind)

    async def get(self, path: str, query: list[tuple[str, object]] | None = None) -> XeroReply:
        """Read."""
        return await self.caller.call("GET", path, query=query or [])

    async def read(self, kind: Kind, made: JsonObject) -> JsonObject:
        """The document as Xero shows it now; empty where it shows none."""
        query: list[tuple[str, object]] = [("unitdp", 4)] if kind == "Invoices" else []
        elements = (await self.get(f"{kind}/{id_of(made)}", query)).elements(kind)
        return elements[0] if elements else {}


def saved(reply: XeroReply, kind: Kind) -> JsonObject | None:
    """The only document of the reply, where it was saved."""
    elements = reply.elements(kind)
    return elements[0] if reply.is_ok and elements and is_saved(elements[0]) else None


def _given(fields: JsonObject) -> JsonObject:
    return {name: value for name, value in fields.items() if value is not None}
