"""What is particular about quotes."""

from decimal import Decimal

from streams.rehearsal.demo_company import DemoCompany
from streams.rehearsal.finding import Finding, Question, not_asked, unclear
from streams.rehearsal.reply import JsonObject, lines_of

FIRST_REFUSED = "the quote was refused"


async def edits_of_sent_quotes(company: DemoCompany) -> Finding:
    """Another line in a quote of status SENT. Nobody is sent anything: the status alone is set."""
    made = await company.make("Quotes", company.quote())
    sent = made and await company.change("Quotes", made, Status="SENT")
    if not sent:
        return unclear(FIRST_REFUSED)
    changed = await company.change("Quotes", sent, Status="SENT", LineItems=[company.line(UnitAmount=2)])
    shown = lines_of(await company.read("Quotes", sent))
    is_changed = changed is not None and any(each.get("UnitAmount") == 2 for each in shown)  # noqa: PLR2004 - as sent.
    return Finding("allow" if is_changed else "refuse", "it was changed" if is_changed else "it stayed as it was")


async def quote_tracking(company: DemoCompany) -> Finding:
    """A line's tracking by names."""
    option = _tracking_option(company)
    if option is None:
        return not_asked("there is no tracking category with an option; add one in Xero")
    category, chosen = option
    tracking = [{"Name": category["Name"], "Option": chosen["Name"]}]
    made = await company.make("Quotes", company.quote(LineItems=[company.line(Tracking=tracking)]))
    if made is None:
        return unclear(FIRST_REFUSED)
    kept = [each.get("Tracking") for each in lines_of(await company.read("Quotes", made)) if each.get("Tracking")]
    return Finding("names_too" if kept else "option_ids", "names were kept" if kept else "names were dropped")


async def quote_update_clears_theme(company: DemoCompany) -> Finding:
    """An update that does not name the branding theme."""
    themes = company.master_data.themes
    if len(themes) < 2:  # noqa: PLR2004 - with one theme a cleared one and a kept one look alike.
        return not_asked("there is only one branding theme; add one in Xero under Settings, Invoice settings")
    chosen = themes[-1]["BrandingThemeID"]
    made = await company.make("Quotes", company.quote(BrandingThemeID=chosen))
    if made is None or not await company.change("Quotes", made, Title="second"):
        return unclear(FIRST_REFUSED)
    theme = (await company.read("Quotes", made)).get("BrandingThemeID")
    return Finding(theme != chosen, "the theme was taken away" if theme != chosen else "the theme stayed")


async def inclusive_quotes(company: DemoCompany) -> Finding:
    """A quote whose prices include tax."""
    taxed = _taxed_account(company)
    if taxed is None:
        return not_asked("no revenue account has a tax rate above zero")
    account, price = taxed, Decimal(110)
    line = company.line(UnitAmount=float(price), AccountCode=account["Code"], TaxType=account["TaxType"])
    made = await company.make("Quotes", company.quote(LineAmountTypes="INCLUSIVE", LineItems=[line]))
    if made is None:
        return unclear(FIRST_REFUSED)
    shown = [each.get("UnitAmount") for each in lines_of(await company.read("Quotes", made))]
    return Finding("gross" if shown == [price] else "net", f"{price} is shown as {shown[0] if shown else 'nothing'}")


def _tracking_option(company: DemoCompany) -> tuple[JsonObject, JsonObject] | None:
    for category in company.master_data.tracking:
        for option in category.get("Options") or []:
            if option.get("Status", "ACTIVE") == "ACTIVE":
                return category, option
    return None


def _taxed_account(company: DemoCompany) -> JsonObject | None:
    rated = ((each, company.master_data.rate_of(each.get("TaxType"))) for each in company.master_data.sales_accounts)
    return next((account for account, rate in rated if rate), None)


QUESTIONS = (
    Question(
        "edits_of_sent_quotes",
        "May the lines of a SENT quote be changed?",
        "refuse",
        "Nothing: of quotes only a draft is changed.",
        edits_of_sent_quotes,
    ),
    Question(
        "quote_tracking",
        "Is the tracking of a quote kept when it is given by names?",
        "option_ids",
        "Nothing: ids are sent, and what was not kept is a warning.",
        quote_tracking,
    ),
    Question(
        "quote_update_clears_theme",
        "Does an update of a quote without a branding theme take its theme away?",
        assumed=True,
        depends="Nothing: the theme is always sent.",
        ask=quote_update_clears_theme,
    ),
    Question(
        "inclusive_quotes",
        "Are the prices of a quote with tax included shown net?",
        "net",
        "Nothing: both readings count as equal.",
        inclusive_quotes,
    ),
)
