"""Reading what documents refer to: contacts, items, currencies, accounts, tax rates, the organisation."""

from collections.abc import Iterable
from typing import Any

from deploy.simulator.books import ACTIVE, Contact
from deploy.simulator.http import filters
from deploy.simulator.http.paging import Page, modified_since
from deploy.simulator.state import Call, SimulatorState
from deploy.simulator.wire import (
    JsonObject,
    Reply,
    dates,
    folded,
    guid,
    not_found,
    where_filter,
)

_CURRENCY_NAMES = {
    "AUD": "Australian Dollar",
    "EUR": "Euro",
    "GBP": "British Pound",
    "JPY": "Japanese Yen",
    "NZD": "New Zealand Dollar",
    "USD": "United States Dollar",
}
_ACTIONS = (
    "CreateApprovedBill",
    "CreateDraftBill",
    "CreateDraftInvoice",
    "CreateDraftQuote",
    "CreateSentQuote",
    "CreateInvoicePayment",
    "AttachFilesIntoInvoice",
)
_OPTIMISED = frozenset({"Name", "EmailAddress", "AccountNumber"})


def contacts(state: SimulatorState, call: Call) -> Reply:
    """A list; archived contacts only when asked for. `summaryOnly=true` comes in pages always."""
    summary = call.flag("summaryOnly", default=False)
    wanted = filters.wanted(state, call)
    found = [each for each in _contact_candidates(call, wanted) if _contact_passes(call, each, wanted)]
    slow = bool(wanted.fields - _OPTIMISED) or wanted.uses_or
    filters.check_volume(state, found=len(found), walked=len(call.organisation.contacts.by_id), slow=slow)
    page = Page.of(call, needed=summary)
    found_in_order = filters.ordered(found, call, lambda each: each.as_json())
    listed = page.cut(found_in_order) if page else found_in_order
    members: JsonObject = {"pagination": page.as_json(len(found))} if page else {}
    members |= {"Contacts": [each.as_json(summary=summary) for each in listed]}
    return state.reply(members)


def contact(state: SimulatorState, call: Call) -> Reply:
    """By id or contact number; archived ones too."""
    book, wanted = call.organisation.contacts, call.segments[1]
    found = book.by_id.get(wanted.lower()) or book.numbered(wanted)
    if found is None:
        raise not_found()
    return state.reply({"Contacts": [found.as_json()]})


def items(state: SimulatorState, call: Call) -> Reply:
    """All in one reply: Xero knows no pages of items."""
    since = modified_since(call)
    found = [each for each in call.organisation.items if since is None or each.updated_at > since]
    return state.reply({"Items": _filtered(state, call, [each.as_json(call.unit_places) for each in found])})


def item(state: SimulatorState, call: Call) -> Reply:
    """By id or code."""
    kept, wanted = call.organisation.items, call.segments[1]
    found = kept.find(wanted) or kept.with_id(wanted.lower())
    if found is None:
        raise not_found()
    return state.reply({"Items": [found.as_json(call.unit_places)]})


def currencies(state: SimulatorState, call: Call) -> Reply:
    rows = [{"Code": code, "Description": _CURRENCY_NAMES.get(code, code)} for code in call.organisation.currencies]
    return state.reply({"Currencies": _filtered(state, call, rows)})


def accounts(state: SimulatorState, call: Call) -> Reply:
    rows = [account.as_json() for account in call.organisation.codes.accounts.values()]
    return state.reply({"Accounts": _filtered(state, call, rows)})


def tax_rates(state: SimulatorState, call: Call) -> Reply:
    rows = [rate.as_json() for rate in call.organisation.codes.tax_rates.values()]
    return state.reply({"TaxRates": _filtered(state, call, rows)})


def tracking_categories(state: SimulatorState, call: Call) -> Reply:
    archived = call.flag("includeArchived", default=False)
    rows = [each for each in call.organisation.codes.tracking if archived or each["Status"] == ACTIVE]
    return state.reply({"TrackingCategories": _filtered(state, call, rows)})


def branding_themes(state: SimulatorState, call: Call) -> Reply:
    return state.reply({"BrandingThemes": call.organisation.codes.themes})


def organisation(state: SimulatorState, call: Call) -> Reply:
    own = call.organisation
    row: JsonObject = {"OrganisationID": own.tenant_id, "Name": own.name, "LegalName": own.name, "PaysTax": True}
    row |= {"Version": own.country, "OrganisationType": "COMPANY", "BaseCurrency": own.base_currency}
    row |= {"CountryCode": own.country, "IsDemoCompany": own.is_demo_company, "OrganisationStatus": ACTIVE}
    row |= {"FinancialYearEndDay": 30, "FinancialYearEndMonth": 6, "DefaultSalesTax": "Tax Exclusive"}
    row |= {"Timezone": own.timezone, "ShortCode": own.short_code, "Edition": "BUSINESS", "Class": "PREMIUM"}
    locks = {"PeriodLockDate": own.period_lock_date, "EndOfYearLockDate": own.end_of_year_lock_date}
    row |= {name: dates.day_milliseconds(day) for name, day in locks.items() if day}
    return state.reply({"Organisations": [row]})


def actions(state: SimulatorState, call: Call) -> Reply:
    own = call.organisation
    allowed = dict.fromkeys(_ACTIONS, True)
    allowed |= {"CreateApprovedInvoice": own.approvals_left != 0, "UseMulticurrency": len(own.currencies) > 1}
    rows = [{"Name": name, "Status": "ALLOWED" if yes else "NOT-ALLOWED"} for name, yes in allowed.items()]
    return state.reply({"Actions": rows})


def _contact_candidates(call: Call, wanted: where_filter.Filter) -> Iterable[Contact]:
    book = call.organisation.contacts
    ids = call.listed("IDs")
    if ids:
        return [book.by_id[each] for each in dict.fromkeys(map(guid, ids)) if each in book.by_id]
    account_number = wanted.wanted("AccountNumber")
    return book if account_number is None else book.with_account(account_number)


def _contact_passes(call: Call, each: Contact, wanted: where_filter.Filter) -> bool:
    since, term = modified_since(call), folded(call.query.get("searchTerm", ""))
    if each.status != ACTIVE and not call.flag("includeArchived", default=False):
        return False
    if since and each.updated_at <= since:
        return False
    if term and not any(term in folded(text) for text in (each.name, each.contact_number, each.email)):
        return False
    return not wanted.fields or wanted.test(each.as_json())


def _filtered(state: SimulatorState, call: Call, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = filters.wanted(state, call)
    return list(filters.ordered([row for row in rows if wanted.test(row)], call, lambda row: row))
