"""Our own tolerant models of the documents that Xero returns: no reply to a write is lost over one field."""

from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator

from mappers.model import DocumentType, ExistingDocument, ExistingLine, LineAmounts, LineTracking
from mappers.planning import Steps
from xero_client.json_codec import Day, Flag, Moment, Number, Text, number_of, object_of, rows_of, text_of

READ_IN_A_STEP: Final = 10
"""Documents, lines and tracking options; ten lines take a third of a millisecond."""
NO_ID: Final = "00000000-0000-0000-0000-000000000000"
"""The id that Xero shows for an element it did not create."""

LINE_AMOUNTS: Final = {
    "EXCLUSIVE": LineAmounts.EXCLUSIVE,
    "INCLUSIVE": LineAmounts.INCLUSIVE,
    "NOTAX": LineAmounts.NO_TAX,
}
PLURAL: Final = {DocumentType.INVOICE: "Invoices", DocumentType.QUOTE: "Quotes"}
ID: Final = {DocumentType.INVOICE: "InvoiceID", DocumentType.QUOTE: "QuoteID"}
NUMBER: Final = {DocumentType.INVOICE: "InvoiceNumber", DocumentType.QUOTE: "QuoteNumber"}


class Tolerant(BaseModel):
    """Unknown keys are ignored; every field has a default."""

    model_config = ConfigDict(frozen=True, extra="ignore")


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
    lines: Annotated[list[dict[str, Any]], PlainValidator(rows_of)] = Field([], alias="LineItems")
    sub_total: Number = Field(None, alias="SubTotal")
    total_tax: Number = Field(None, alias="TotalTax")
    total: Number = Field(None, alias="Total")
    branding_theme_id: Text = Field(None, alias="BrandingThemeID")
    updated_at: Moment = Field(None, alias="UpdatedDateUTC")
    status_attribute: Text = Field(None, alias="StatusAttributeString")
    has_errors: Flag = Field(default=False, alias="HasErrors")

    def shared(self, lines: tuple[ExistingLine, ...]) -> dict[str, Any]:
        """The fields of ExistingDocument that both kinds fill alike; `lines` are what `lines_in_steps` made of ours."""
        return {
            "status": (self.status or "").upper(),
            "contact_id": self.contact.contact_id,
            "contact_name": self.contact.name,
            "date": self.date_string or self.date,
            "line_amounts": LINE_AMOUNTS.get((self.line_amounts or "").upper()),
            "lines": lines,
            # A list without a page shows no lines; a document without lines is worth nothing, and says so.
            "has_lines": bool(lines) or self.sub_total == 0,
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

    def document(self, xero_id: str, number: str, lines: tuple[ExistingLine, ...]) -> ExistingDocument:
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
            **self.shared(lines),
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

    def document(self, xero_id: str, number: str, lines: tuple[ExistingLine, ...]) -> ExistingDocument:
        """The quote as a value."""
        return ExistingDocument(
            type=DocumentType.QUOTE,
            xero_id=xero_id,
            number=number,
            due_date=self.expiry_date_string or self.expiry_date,
            title=self.title or None,
            summary=self.summary or None,
            terms=self.terms or None,
            **self.shared(lines),
        )


Row = InvoiceRow | QuoteRow


def row_of(kind: DocumentType, element: dict[str, Any]) -> Row:
    """One element of a reply, as tolerantly as possible."""
    return InvoiceRow.model_validate(element) if kind is DocumentType.INVOICE else QuoteRow.model_validate(element)


def real_id(row: Row) -> str | None:
    """The row's id, in the one spelling by which ids are compared; None where Xero made nothing."""
    return row.xero_id.lower() if row.xero_id and row.xero_id != NO_ID else None


def documents_in_steps(kind: DocumentType, reply: dict[str, Any]) -> Steps[list[ExistingDocument]]:
    """The documents of a read's reply, a few lines in a step.

    Bills (ACCPAY) are left out: their numbers are other people's.
    """
    documents: list[ExistingDocument] = []
    read = count(1)
    for element in rows_of(reply.get(PLURAL[kind])):
        if ends_a_step(read):
            yield
        row = row_of(kind, element)
        xero_id = real_id(row)
        if xero_id is not None and (isinstance(row, QuoteRow) or row.type != "ACCPAY"):
            documents.append(row.document(xero_id, row.number or "", (yield from lines_in_steps(row, read))))
    return documents


def wanted_documents(
    kind: DocumentType, reply: Mapping[str, Any], field: Mapping[DocumentType, str], wanted: Callable[[str], bool]
) -> Steps[list[ExistingDocument]]:
    """The documents whose field, `ID` or `NUMBER`, is wanted; of the others nothing else is looked at."""
    rows = [each for each in rows_of(reply.get(PLURAL[kind])) if wanted(text_of(each.get(field[kind])) or "")]
    return documents_in_steps(kind, {PLURAL[kind]: rows})


def ends_a_step(read: Iterator[int]) -> bool:
    """Whether others should have a turn. `read` counts all that is read of a reply, whatever it is part of."""
    return next(read) % READ_IN_A_STEP == 0


def lines_in_steps(row: Row, read: Iterator[int]) -> Steps[tuple[ExistingLine, ...]]:
    """The lines of a document, as tolerantly as the rest. `read` as for `ends_a_step`."""
    lines: list[ExistingLine] = []
    for each in row.lines:
        if ends_a_step(read):
            yield
        lines.append(_line(each, (yield from _options_in_steps(each, read))))
    return tuple(lines)


def _line(element: dict[str, Any], options: tuple[LineTracking, ...]) -> ExistingLine:
    # Without a model of its own, which would cost as much again: a document may have a thousand lines.
    return ExistingLine(
        line_item_id=text_of(element.get("LineItemID")),
        item_code=text_of(element.get("ItemCode")),
        description=text_of(element.get("Description")),
        quantity=number_of(element.get("Quantity")),
        unit_amount=number_of(element.get("UnitAmount")),
        line_amount=number_of(element.get("LineAmount")),
        account_code=text_of(element.get("AccountCode")),
        tax_type=text_of(element.get("TaxType")),
        tax_amount=number_of(element.get("TaxAmount")),
        tracking=options,
    )


def _options_in_steps(line: dict[str, Any], read: Iterator[int]) -> Steps[tuple[LineTracking, ...]]:
    options: list[LineTracking] = []
    for each in rows_of(line.get("Tracking")):
        if ends_a_step(read):
            yield
        option = _tracking(each)
        if option.category or option.option_id:
            options.append(option)
    return tuple(options)


def _tracking(element: dict[str, Any]) -> LineTracking:
    return LineTracking(
        category=text_of(element.get("Name")) or "",
        option=text_of(element.get("Option")) or "",
        category_id=text_of(element.get("TrackingCategoryID")) or None,
        option_id=text_of(element.get("TrackingOptionID")) or None,
    )
