"""Removes what a rehearsal made: drafts and quotes are deleted, approved invoices voided."""

from streams.rehearsal.demo_company import ENDED, DemoCompany
from streams.rehearsal.journal import Kind, Made
from streams.rehearsal.reply import JsonObject, id_of, is_saved, number_of

# The address of a look-up stays far below 2,000 characters, and a call below Xero's 50 documents.
AT_ONCE = 40


async def remove_documents(company: DemoCompany) -> list[Made]:
    """Delete or void all documents of the journal that are still there; returns those that Xero would not remove.

    Raises what `Caller.call` raises; it may then be called again.
    """
    await _identify(company)
    for kind in ("Invoices", "Quotes"):
        made = [each for each in company.journal.documents_left() if each.kind == kind and each.xero_id]
        for start in range(0, len(made), AT_ONCE):
            await _remove(company, kind, made[start : start + AT_ONCE])
    return company.journal.documents_left()


async def _identify(company: DemoCompany) -> None:
    """Look up by number what was written and never confirmed."""
    unknown = [each for each in company.journal.documents_left() if each.xero_id is None]
    invoices = [each.number for each in unknown if each.kind == "Invoices"]
    for start in range(0, len(invoices), AT_ONCE):
        some = invoices[start : start + AT_ONCE]
        reply = await company.get("Invoices", [("InvoiceNumbers", ",".join(some)), ("page", 1)])
        if reply.is_ok:
            _note_found(company, "Invoices", some, reply.elements("Invoices"))
    for number in [each.number for each in unknown if each.kind == "Quotes"]:
        reply = await company.get("Quotes", [("QuoteNumber", number)])
        if reply.is_ok:
            _note_found(company, "Quotes", [number], reply.elements("Quotes"))


def _note_found(company: DemoCompany, kind: Kind, numbers: list[str], elements: list[JsonObject]) -> None:
    # A look-up may find more than was asked for; what does not carry one of our numbers is left alone.
    ours = [each for each in elements if number_of(each) in numbers]
    company.journal.wrote(kind, [(number_of(each) or "", id_of(each) or "") for each in ours])
    company.journal.not_written(kind, sorted(set(numbers) - {number_of(each) for each in ours}))


async def _remove(company: DemoCompany, kind: Kind, made: list[Made]) -> None:
    there = {id_of(each): each for each in await _as_shown(company, kind, made)}
    company.journal.removed([each for each, shown in there.items() if each and shown.get("Status") in ENDED])
    ends = [_end_of(company, kind, each) for each in there.values() if each.get("Status") not in ENDED]
    if not ends:
        return
    reply = await company.caller.call(
        "POST", kind, query=[("summarizeErrors", "false")], body={kind: ends}, key=company.new_key()
    )
    gone = [id_of(each) or "" for each in reply.elements(kind) if is_saved(each) and each.get("Status") in ENDED]
    company.journal.removed(gone if reply.is_ok else [])
    if kind == "Quotes":
        await _look_again(company, [each for each in made if each.xero_id not in gone])


async def _look_again(company: DemoCompany, quotes: list[Made]) -> None:
    """A quote that was deleted before an interruption cannot be deleted once more."""
    for quote in quotes:
        shown = (await company.get(f"Quotes/{quote.xero_id}")).elements("Quotes")
        company.journal.removed([quote.xero_id or "" for each in shown if each.get("Status") in ENDED])


async def _as_shown(company: DemoCompany, kind: Kind, made: list[Made]) -> list[JsonObject]:
    if kind == "Invoices":
        query: list[tuple[str, object]] = [("IDs", ",".join(each.xero_id or "" for each in made))]
        return (await company.get(kind, [*query, ("page", 1)])).elements(kind)
    # Quotes have no list by ids; what was deleted already is told by the reply to the deletion.
    return [{"QuoteID": each.xero_id, "QuoteNumber": each.number} for each in made]


def _end_of(company: DemoCompany, kind: Kind, shown: JsonObject) -> JsonObject:
    approved = kind == "Invoices" and shown.get("Status") not in {"DRAFT", "SUBMITTED"}
    return {**company.named(kind, shown), "Status": "VOIDED" if approved else "DELETED"}
