"""A double quote inside a text of `where`."""

from streams.rehearsal.demo_company import DemoCompany
from streams.rehearsal.finding import Finding, Question, unclear


async def where_backslash_quote(company: DemoCompany) -> Finding:
    """The quote written after a backslash."""
    return await _quoted(company, '\\"')


async def where_doubled_quote(company: DemoCompany) -> Finding:
    """The quote written twice."""
    return await _quoted(company, '""')


async def _quoted(company: DemoCompany, written: str) -> Finding:
    number = company.number()
    reference = f'{number} 10" pipe'
    if await company.make("Invoices", company.invoice(InvoiceNumber=number, Reference=reference)) is None:
        return unclear("an invoice with a double quote in its reference was refused")
    asked = reference.replace('"', written)
    reply = await company.get("Invoices", [("where", f'Reference=="{asked}"')])
    if not reply.is_ok:
        return Finding("syntax_error", reply.in_words())
    found = [each for each in reply.elements("Invoices") if each.get("InvoiceNumber") == number]
    return Finding("escapes", "it was found") if found else unclear("no error, and it was not found")


QUESTIONS = tuple(
    Question(
        name,
        f"Can a double quote be written as {written} inside a text of `where`?",
        "syntax_error",
        depends,
        ask,
    )
    for name, written, depends, ask in (
        (
            "where_backslash_quote",
            '\\"',
            "Nothing: all codes are read as a list too, and a look-up that Xero refuses counts as not found.",
            where_backslash_quote,
        ),
        ("where_doubled_quote", '""', "Nothing: a double quote is never written so.", where_doubled_quote),
    )
)
