"""Headers, keys and connections."""

from streams.rehearsal.demo_company import DemoCompany, saved
from streams.rehearsal.finding import Finding, Question, not_asked, unclear


async def limit_headers(company: DemoCompany) -> Finding:
    """The headers of any reply."""
    headers = (await company.get("Organisation")).headers
    names = ("x-minlimit-remaining", "x-daylimit-remaining", "x-appminlimit-remaining")
    seen = {name: headers[name] for name in names if name in headers}
    shown = ", ".join(f"{name} {value}" for name, value in seen.items())
    return Finding(len(seen) == len(names), shown or "no such header")


async def custom_connection_tenant(company: DemoCompany) -> Finding:
    """A call without the header that names the organisation."""
    if not company.signs_in_by_itself:
        return not_asked("only a custom connection has one organisation alone; rehearse with one")
    reply = await company.caller.call("GET", "Organisation", name_organisation=False)
    return Finding("optional" if reply.is_ok else "required", reply.in_words())


async def key_scope(company: DemoCompany) -> Finding:
    """The same Idempotency-Key with another body, under another token of the same app."""
    key = company.new_key()
    first = await company.write("PUT", "Quotes", [company.quote()], key=key)
    if saved(first, "Quotes") is None:
        return unclear(f"the first quote was refused: {first.in_words()}")
    await company.caller.renew_token()
    reply = await company.write("PUT", "Quotes", [company.quote()], key=key)
    if any("different request" in text.lower() for text in reply.messages()):
        return Finding("app", reply.in_words())
    return (
        Finding("token", f"the second quote was taken: {reply.in_words()}")
        if reply.is_ok
        else unclear(reply.in_words())
    )


async def cache_503(company: DemoCompany) -> Finding:
    """Nobody can make Xero be offline."""
    del company
    return not_asked("nobody can make Xero answer 503; Shipledger looks up what such a write did")


QUESTIONS = (
    Question(
        "limit_headers",
        "Do replies say how many calls are left?",
        assumed=True,
        depends="Nothing: the pace goes by them where they come, else by the calls that Shipledger counts itself.",
        ask=limit_headers,
    ),
    Question(
        "custom_connection_tenant",
        "May a custom connection leave out the header xero-tenant-id?",
        "optional",
        "Nothing: it is always sent.",
        custom_connection_tenant,
    ),
    Question(
        "key_scope",
        "Does an Idempotency-Key count by app, or by access token?",
        "app",
        "Nothing: a write is never repeated under another token.",
        key_scope,
    ),
    Question(
        "cache_503",
        "Is a 503 repeated for a repeated Idempotency-Key?",
        assumed=False,
        depends="Nothing: a write that was answered 503 is looked up first.",
        ask=cache_503,
    ),
)
