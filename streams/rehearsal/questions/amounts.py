"""Totals, currencies, rates and the length of texts."""

from decimal import Decimal

from streams.rehearsal.demo_company import DemoCompany, saved
from streams.rehearsal.finding import Finding, Question, not_asked, unclear
from streams.rehearsal.reply import JsonObject

# ISO 4217: currencies without a minor unit that Xero offers.
WITHOUT_CENTS = ("JPY", "KRW", "VND", "CLP", "ISK", "XPF", "XOF", "XAF", "PYG", "UGX", "VUV")
HALF = 10.5
# Xero's limit of an invoice's reference, and a letter that UTF-16 writes with two units.
REFERENCE_LIMIT, TWO_UNITS = 255, "\N{PACKAGE}"


async def negative_total(company: DemoCompany) -> Finding:
    """A total below zero, under each status."""
    lines = [company.line(UnitAmount=-1)]
    for status, answer in (("DRAFT", "draft"), ("SUBMITTED", "submission"), ("AUTHORISED", "approval")):
        reply = await company.write("PUT", "Invoices", [company.invoice(LineItems=lines, Status=status)])
        if saved(reply, "Invoices") is None:
            return Finding(answer, f"{status}: {reply.in_words()}")
    return unclear("even an approved invoice may have a total below zero")


async def text_length(company: DemoCompany) -> Finding:
    """References within the limit in characters, of which one is beyond it in UTF-16 units."""
    short, long = TWO_UNITS * (REFERENCE_LIMIT // 2), TWO_UNITS * (REFERENCE_LIMIT // 2 + 1)
    control = await company.write("PUT", "Invoices", [company.invoice(Reference=short)])
    if saved(control, "Invoices") is None:
        return unclear(f"not even {len(short)} of them were taken: {control.in_words()}")
    reply = await company.write("PUT", "Invoices", [company.invoice(Reference=long)])
    made = saved(reply, "Invoices")
    whole = made is not None and made.get("Reference") == long
    return Finding("characters" if whole else "utf16", f"{len(long)} characters of two units: {reply.in_words()}")


async def currency_decimals(company: DemoCompany) -> Finding:
    """Half a unit of a currency that has no smaller one."""
    currency = next((each for each in WITHOUT_CENTS if each in company.master_data.currencies), None)
    if currency is None:
        return not_asked("no currency without cents is enabled; add JPY in Xero under Settings, Currencies")
    lines = [company.line(UnitAmount=HALF)]
    reply = await company.write("PUT", "Invoices", [company.invoice(CurrencyCode=currency, LineItems=lines)])
    made = saved(reply, "Invoices")
    if made is None:
        return unclear(reply.in_words())
    amount = made.get("SubTotal")
    return Finding("two" if amount == Decimal(str(HALF)) else "iso", f"{currency} {HALF} became {amount}")


async def inverse_rate_warning(company: DemoCompany) -> Finding:
    """A foreign document under Xero's own rate turned round."""
    currency = _foreign(company)
    if currency is None:
        return not_asked("no foreign currency is enabled; add one in Xero under Settings, Currencies")
    own = await company.make("Invoices", company.invoice(CurrencyCode=currency))
    rate = float((own or {}).get("CurrencyRate") or 0)
    if not rate:
        return unclear(f"Xero gave {currency} no rate of its own")
    turned = round(1 / rate, 6)
    reply = await company.write("PUT", "Invoices", [company.invoice(CurrencyCode=currency, CurrencyRate=turned)])
    made = saved(reply, "Invoices")
    if made is None:
        return unclear(reply.in_words())
    texts = [text for text in _warnings(made) if "rate" in text.lower()]
    return Finding(bool(texts), f"{currency} {turned} beside Xero's {rate}: {'; '.join(texts) or 'no warning'}")


def _foreign(company: DemoCompany) -> str | None:
    base = company.master_data.organisation.get("BaseCurrency")
    usable = [each for each in company.master_data.currencies if each != base and each not in WITHOUT_CENTS]
    return usable[0] if usable else None


def _warnings(document: JsonObject) -> list[str]:
    return [str(each.get("Message", "")) for each in document.get("Warnings") or []]


QUESTIONS = (
    Question(
        "negative_total",
        "From which status on is a total below zero refused?",
        "approval",
        "Nothing: a total below zero is always refused, with a hint to a credit note.",
        negative_total,
    ),
    Question(
        "text_length",
        "Do limits of texts count characters, or UTF-16 units?",
        "characters",
        "Followed: how long a text may be that Shipledger sends; a longer one is refused before any call.",
        text_length,
    ),
    Question(
        "currency_decimals",
        "Has a currency without cents amounts of two decimals?",
        "iso",
        "Nothing: an amount that is not the same either way is refused.",
        currency_decimals,
    ),
    Question(
        "inverse_rate_warning",
        "Does Xero warn of an exchange rate that is turned round?",
        assumed=True,
        depends="Not followed: later rates are not compared with one that Xero warned of. Without warnings a wrong "
        "first rate shows beside Xero's own or the next shipment's.",
        ask=inverse_rate_warning,
    ),
)
