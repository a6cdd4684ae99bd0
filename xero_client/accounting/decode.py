"""Our own tolerant models of the documents that Xero returns: no reply to a write is lost over one field."""

from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from mappers.model import DocumentType, ExistingDocument, ExistingLine, LineAmounts, LineTracking
from xero_client.json_codec import Day, Flag, Moment, Number, Text, object_of, rows_of

NO_ID: Final = "00000000-0000-0000-0000-000000000000"
"""The id that Xero shows for an element it did not create."""

LINE_AMOUNTS: Final = {
    "EXCLUSIVE": LineAmounts.EXCLUSIVE,
    "INCLUSIVE": LineAmounts.INCLUSIVE,
    "NOTAX": LineAmounts.NO_TAX,
}
PLURAL: Final = {DocumentType.INVOICE: "Invoices", DocumentType.QUOTE: "Quotes"}


class Tolerant(BaseModel):
    """Unknown keys are ignored; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class TrackingRow(Tolerant):
    """A tracking category on a line."""

    name: Text = Field(None, alias="Name")
    option: Text = Field(None, alias="Option")
    category_id: Text = Field(None, alias="TrackingCategoryID")
    option_id: Text = Field(None, alias="TrackingOptionID")

    def value(self) -> LineTracking:
        """The tracking as a value."""
        return LineTracking(
            category=self.name or "",
            option=self.option or "",
            category_id=self.category_id or None,
            option_id=self.option_id or None,
        )


class LineRow(Tolerant):
    """A line item."""

    line_item_id: Text = Field(None, alias="LineItemID")
    item_code: Text = Field(None, alias="ItemCode")
    description: Text = Field(None, alias="Description")
    quantity: Number = Field(None, alias="Quantity")
    unit_amount: Number = Field(None, alias="UnitAmount")
    line_amount: Number = Field(None, alias="LineAmount")
    account_code: Text = Field(None, alias="AccountCode")
    tax_type: Text = Field(None, alias="TaxType")
    tax_amount: Number = Field(None, alias="TaxAmount")
    tracking: Annotated[list[TrackingRow], BeforeValidator(rows_of)] = Field([], alias="Tracking")

    def line(self) -> ExistingLine:
        """The line as a value."""
        named = self.model_dump(exclude={"tracking"})
        options = tuple(each.value() for each in self.tracking if each.name or each.option_id)
        return ExistingLine(**named, tracking=options)


class ContactRow(Tolerant):
    """The contact of a document."""

    contact_id: Text = Field(None, alias="ContactID")
    name: Text = Field(None, alias="Name")


class DocumentRow(Tolerant):
    """What invoices and quotes have in common."""

    contact: Annotated[ContactRow, BeforeValidator(object_of)] = Field(ContactRow(), alias="Contact")
    reference: Text = Field(None, alias="Reference")
    status: Text = Field(None, alias="Status")
    date: Day = Field(None, alias="Date")
    date_string: Day = Field(None, alias="DateString")
    currency: Text = Field(None, alias="CurrencyCode")
    currency_rate: Number = Field(None, alias="CurrencyRate")
    line_amounts: Text = Field(None, alias="LineAmountTypes")
    lines: Annotated[list[LineRow], BeforeValidator(rows_of)] = Field([], alias="LineItems")
    sub_total: Number = Field(None, alias="SubTotal")
    total_tax: Number = Field(None, alias="TotalTax")
    total: Number = Field(None, alias="Total")
    branding_theme_id: Text = Field(None, alias="BrandingThemeID")
    updated_at: Moment = Field(None, alias="UpdatedDateUTC")
    status_attribute: Text = Field(None, alias="StatusAttributeString")
    has_errors: Flag = Field(default=False, alias="HasErrors")

    def shared(self) -> dict[str, Any]:
        """The fields of ExistingDocument that both kinds fill alike."""
        return {
            "status": (self.status or "").upper(),
            "contact_id": self.contact.contact_id,
            "contact_name": self.contact.name,
            "date": self.date_string or self.date,
            "line_amounts": LINE_AMOUNTS.get((self.line_amounts or "").upper()),
            "lines": tuple(each.line() for each in self.lines),
            # A list without a page shows no lines; a document without lines is worth nothing, and says so.
            "has_lines": bool(self.lines) or self.sub_total == 0,
        } | self.model_dump(
            include={
                "reference",
                "currency",
                "currency_rate",
                "sub_total",
                "total_tax",
                "total",
                "branding_theme_id",
                "updated_at",
            }
        )


class InvoiceRow(DocumentRow):
    """An invoice. `type` is ACCREC for a sale and ACCPAY for a bill."""

    xero_id: Text = Field(None, alias="InvoiceID")
    number: Text = Field(None, alias="InvoiceNumber")
    type: Text = Field(None, alias="Type")
    due_date: Day = Field(None, alias="DueDate")
    due_date_string: Day = Field(None, alias="DueDateString")
    amount_paid: Number = Field(None, alias="AmountPaid")
    amount_credited: Number = Field(None, alias="AmountCredited")
    sent_to_contact: Flag = Field(default=False, alias="SentToContact")
    url: Text = Field(None, alias="Url")

    def document(self, xero_id: str, number: str) -> ExistingDocument:
        """The invoice as a value."""
        return ExistingDocument(
            type=DocumentType.INVOICE,
            xero_id=xero_id,
            number=number,
            due_date=self.due_date_string or self.due_date,
            amount_paid=self.amount_paid,
            amount_credited=self.amount_credited,
            sent_to_contact=self.sent_to_contact,
            url=self.url,
            **self.shared(),
        )


class QuoteRow(DocumentRow):
    """A quote; its expiry date is what the document calls its due date."""

    xero_id: Text = Field(None, alias="QuoteID")
    number: Text = Field(None, alias="QuoteNumber")
    expiry_date: Day = Field(None, alias="ExpiryDate")
    expiry_date_string: Day = Field(None, alias="ExpiryDateString")
    title: Text = Field(None, alias="Title")
    summary: Text = Field(None, alias="Summary")
    terms: Text = Field(None, alias="Terms")

    def document(self, xero_id: str, number: str) -> ExistingDocument:
        """The quote as a value."""
        return ExistingDocument(
            type=DocumentType.QUOTE,
            xero_id=xero_id,
            number=number,
            due_date=self.expiry_date_string or self.expiry_date,
            title=self.title or None,
            summary=self.summary or None,
            terms=self.terms or None,
            **self.shared(),
        )


Row = InvoiceRow | QuoteRow


def row_of(kind: DocumentType, element: dict[str, Any]) -> Row:
    """One element of a reply, as tolerantly as possible."""
    return InvoiceRow.model_validate(element) if kind is DocumentType.INVOICE else QuoteRow.model_validate(element)


def real_id(row: Row) -> str | None:
    """The row's id, in the one spelling by which ids are compared; None where Xero made nothing."""
    return row.xero_id.lower() if row.xero_id and row.xero_id != NO_ID else None


def documents_of(kind: DocumentType, reply: dict[str, Any]) -> Iterator[ExistingDocument]:
    """The documents of a read's reply, each made when it is asked for.

    Bills (ACCPAY) are left out: their numbers are other people's.
    """
    rows = (row_of(kind, each) for each in rows_of(reply.get(PLURAL[kind])))
    sales = (row for row in rows if isinstance(row, QuoteRow) or row.type != "ACCPAY")
    return (row.document(found, row.number or "") for row in sales if (found := real_id(row)))
