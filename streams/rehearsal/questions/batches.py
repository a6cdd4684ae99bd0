"""Several documents in one call, of which some are wrong."""

from streams.rehearsal.demo_company import DemoCompany
from streams.rehearsal.finding import Finding, Question, unclear
from streams.rehearsal.reply import JsonObject, is_saved, number_of

NOBODY = "11111111-2222-4333-8444-555555555555"
"""An id that no contact has."""
NO_ACCOUNT = "NO-SUCH-1"
MANY = 12


async def unknown_id(company: DemoCompany) -> Finding:
    """One good document beside one for a contact that does not exist."""
    bad = company.invoice(Contact={"ContactID": NOBODY})
    reply = await company.write("PUT", "Invoices", [company.invoice(), bad])
    if not reply.is_ok:
        return Finding("whole_call_404", f"the whole call: {reply.in_words()}")
    elements = reply.elements("Invoices")
    if [is_saved(each) for each in elements].count(True) == 1:
        return Finding("element", f"the good one was saved; of the other: {reply.in_words()}")
    return unclear(reply.in_words())


async def reply_order(company: DemoCompany) -> Finding:
    """Many documents in one call."""
    sent = [company.invoice() for _ in range(MANY)]
    reply = await company.write("PUT", "Invoices", sent)
    came = [number_of(each) for each in reply.elements("Invoices")]
    wanted = [each["InvoiceNumber"] for each in sent]
    if sorted(map(str, came)) != sorted(wanted):
        return unclear(f"{len(came)} of {MANY} came back; {reply.in_words()}")
    in_order = came == wanted
    return Finding("request" if in_order else "shuffled", f"{MANY} documents, {'in' if in_order else 'out of'} order")


async def summarised_errors(company: DemoCompany) -> Finding:
    """A good and a bad document with summarizeErrors=true."""
    good = company.invoice()
    reply = await company.write("PUT", "Invoices", [good, _bad(company)], summarised=True)
    if reply.is_ok:
        return unclear(reply.in_words())
    found = (await company.get("Invoices", [("InvoiceNumbers", good["InvoiceNumber"])])).elements("Invoices")
    return Finding("save_good" if found else "save_nothing", f"{reply.in_words()}; of the good one: {len(found)} saved")


async def error_text_key(company: DemoCompany) -> Finding:
    """A bad document alone."""
    reply = await company.write("PUT", "Invoices", [_bad(company)])
    errors = [
        error
        for element in reply.elements("Invoices")
        for holder in (element, *element.get("LineItems", []))
        for error in holder.get("ValidationErrors") or []
    ]
    keys = sorted({key for error in errors for key in error if key in {"Message", "Description"}})
    return Finding(keys[0], f"the text stands at {keys[0]}") if len(keys) == 1 else unclear(reply.in_words())


def _bad(company: DemoCompany) -> JsonObject:
    return company.invoice(LineItems=[company.line(AccountCode=NO_ACCOUNT)])


QUESTIONS = (
    Question(
        "unknown_id",
        "One unknown ContactID in a batch: is it an error of its element, or of the whole call?",
        "whole_call_404",
        "Nothing: a call that is refused as a whole is halved until the bad document is alone.",
        unknown_id,
    ),
    Question(
        "reply_order",
        "Do the elements of a reply come in the order of the request?",
        "request",
        "Nothing: replies are matched by number.",
        reply_order,
    ),
    Question(
        "summarised_errors",
        "With summarizeErrors=true and one bad document: are the good ones saved?",
        "save_nothing",
        "Nothing: summarizeErrors=false is always sent.",
        summarised_errors,
    ),
    Question(
        "error_text_key",
        "Where does the text of a validation error stand?",
        "Message",
        "Nothing: both places are read.",
        error_text_key,
    ),
)
