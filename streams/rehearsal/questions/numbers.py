"""Numbers of documents: taken, freed, and in other letters."""

from streams.rehearsal.demo_company import DemoCompany, saved
from streams.rehearsal.finding import Finding, Question, unclear
from streams.rehearsal.journal import Kind
from streams.rehearsal.reply import JsonObject, id_of, number_of

FIRST_REFUSED = "the first document was refused"


async def quote_number_taken_on_put(company: DemoCompany) -> Finding:
    """Two quotes by PUT."""
    return await _taken_quote(company, "PUT")


async def quote_number_taken_on_post(company: DemoCompany) -> Finding:
    """A quote by PUT, another by POST without an id."""
    return await _taken_quote(company, "POST")


async def _taken_quote(company: DemoCompany, method: str) -> Finding:
    first = await company.make("Quotes", company.quote())
    if first is None:
        return unclear(FIRST_REFUSED)
    reply = await company.write(method, "Quotes", [company.quote(QuoteNumber=number_of(first), Reference="second")])
    second = saved(reply, "Quotes")
    if second is None:
        return Finding("refuse", reply.in_words())
    if id_of(second) == id_of(first):
        return Finding("update", "the first quote was changed")
    return Finding("duplicate", "there are two quotes of one number")


async def deleted_invoice_number(company: DemoCompany) -> Finding:
    """The number of a deleted draft, once more by PUT."""
    return await _reused(company, "Invoices", await _ended_invoice(company, "DRAFT", "DELETED"))


async def voided_invoice_number(company: DemoCompany) -> Finding:
    """The number of a voided invoice, once more by PUT."""
    return await _reused(company, "Invoices", await _ended_invoice(company, "AUTHORISED", "VOIDED"))


async def deleted_quote_number(company: DemoCompany) -> Finding:
    """The number of a deleted quote, once more by PUT."""
    made = await company.make("Quotes", company.quote())
    ended = made and await company.change("Quotes", made, Status="DELETED")
    return await _reused(company, "Quotes", ended)


async def post_to_dead_number(company: DemoCompany) -> Finding:
    """The number of a deleted draft, once more by POST without an id."""
    ended = await _ended_invoice(company, "DRAFT", "DELETED")
    if ended is None:
        return unclear(FIRST_REFUSED)
    reply = await company.write("POST", "Invoices", [company.invoice(InvoiceNumber=number_of(ended))])
    again = saved(reply, "Invoices")
    return Finding("refuse" if again is None else "create", reply.in_words())


async def number_case(company: DemoCompany) -> Finding:
    """Two invoices whose numbers differ in one letter's case."""
    number = company.number()
    if await company.make("Invoices", company.invoice(InvoiceNumber=f"{number}-a")) is None:
        return unclear(FIRST_REFUSED)
    reply = await company.write("PUT", "Invoices", [company.invoice(InvoiceNumber=f"{number}-A")])
    if saved(reply, "Invoices") is not None:
        return Finding("exact", "both were made")
    found = (await company.get("Invoices", [("InvoiceNumbers", f"{number}-A")])).elements("Invoices")
    shown = f"the second: {reply.in_words()}; a look-up in other letters found {len(found)}"
    return Finding("ignored" if found else "ignored_when_written", shown)


async def _ended_invoice(company: DemoCompany, status: str, end: str) -> JsonObject | None:
    made = await company.make("Invoices", company.invoice(Status=status))
    return made and await company.change("Invoices", made, Status=end)


async def _reused(company: DemoCompany, kind: Kind, ended: JsonObject | None) -> Finding:
    if ended is None:
        return unclear(FIRST_REFUSED)
    number = number_of(ended)
    again = company.invoice(InvoiceNumber=number) if kind == "Invoices" else company.quote(QuoteNumber=number)
    reply = await company.write("PUT", kind, [again])
    return Finding("blocks" if saved(reply, kind) is None else "frees", reply.in_words())


QUESTIONS = (
    Question(
        "quote_number_taken_on_put",
        "PUT of a quote whose number is taken?",
        "refuse",
        "Not followed: a quote's number is looked up right before each PUT. Where Xero does not refuse a taken one, a "
        "quote that somebody makes in between is doubled or overwritten.",
        quote_number_taken_on_put,
    ),
    Question(
        "quote_number_taken_on_post",
        "POST of a quote without an id whose number is taken?",
        "update",
        "Nothing: an update always carries the id.",
        quote_number_taken_on_post,
    ),
    Question(
        "deleted_invoice_number",
        "May the number of a DELETED invoice be used again?",
        "frees",
        "Nothing: a deleted document is made anew under its number; where Xero refuses, the answer says so.",
        deleted_invoice_number,
    ),
    Question(
        "voided_invoice_number",
        "May the number of a VOIDED invoice be used again?",
        "blocks",
        "Not followed: the number of a shipment's voided invoice counts as used up (on_voided), even where Xero gives "
        "it out again.",
        voided_invoice_number,
    ),
    Question(
        "deleted_quote_number",
        "May the number of a DELETED quote be used again?",
        "blocks",
        "Nothing: a deleted quote is made anew under its number; where Xero refuses, the answer says so.",
        deleted_quote_number,
    ),
    Question(
        "post_to_dead_number",
        "POST of an invoice without an id whose number only a deleted one has?",
        "refuse",
        "Nothing: documents are made by PUT.",
        post_to_dead_number,
    ),
    Question(
        "number_case",
        "Are numbers that differ in letter case one number?",
        "exact",
        "Nothing: where Xero refuses a number, it is looked for in other letters too, and nothing is overwritten.",
        number_case,
    ),
)
