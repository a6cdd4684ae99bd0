"""Checks the company's profile against the organisation: accounts, tax types, tracking, themes, statuses, templates.

Only what is known of the organisation is checked; an empty list means that it was not read.
"""

from collections.abc import Iterator
from uuid import UUID

from mappers.model import NEW_STATUSES, Code, Company, LineTracking, Problem, ReferenceData, Tracking
from mappers.planning.product import account_fault
from mappers.planning.texts import DESCRIPTION_NAMES, REFERENCE_NAMES, URL_NAMES, unknown_names


def check_profile(company: Company, reference: ReferenceData) -> tuple[Problem, ...]:
    """Everything in the profile that the organisation does not have or that means nothing, named at once."""
    return (
        *_status(company),
        *_templates(company),
        *_charges(company),
        *_accounts(company, reference),
        *_tax_type(company, reference),
        *(problem for each in company.tracking for problem in _tracking(each, reference)),
        *_branding_theme(company, reference),
    )


def branding_theme_id(company: Company, reference: ReferenceData) -> str | None:
    """The id of the profile's branding theme, given by name or by id; None where there is none or it is unknown."""
    theme = company.branding_theme
    if theme in reference.branding_themes:
        return reference.branding_themes[theme]
    known = theme in reference.branding_themes.values()
    return theme if known or (not reference.branding_themes and _is_id(theme)) else None


def line_tracking(company: Company, reference: ReferenceData) -> tuple[LineTracking, ...]:
    """The tracking that every line carries: the profile's options with the organisation's ids.

    Where its categories were not read there are no ids: quotes lose those.
    """
    return tuple(_with_ids(each, reference) for each in company.tracking)


def _status(company: Company) -> Iterator[Problem]:
    allowed = NEW_STATUSES[company.document]
    if company.document_status not in allowed:
        message = f"A new {company.document.value} cannot be {company.document_status} in Xero."
        hint = f"Whoever keeps the profile: set document_status to {' or '.join(sorted(allowed))}."
        yield _problem(Code.PROFILE_INVALID, "document_status", company.document_status, message, hint)


def _templates(company: Company) -> Iterator[Problem]:
    for field, template, allowed in (
        ("description_template", company.description_template, DESCRIPTION_NAMES),
        ("reference_template", company.reference_template, REFERENCE_NAMES),
        ("document_url", company.document_url, URL_NAMES),
    ):
        if unknown := unknown_names(template, allowed):
            message = f"{field} uses {', '.join(unknown)}, which no shipment has."
            hint = f"Whoever keeps the profile: use {', '.join(sorted(allowed))}."
            yield _problem(Code.PROFILE_INVALID, field, template, message, hint)


def _charges(company: Company) -> Iterator[Problem]:
    for name, account in company.charges.items():
        if not account:
            message = f"The charge {name} has no account."
            hint = f"Whoever keeps the profile: name the account of {name}, or take it out of charges."
            yield _problem(Code.PROFILE_INVALID, f"charges.{name}", account, message, hint)


def _accounts(company: Company, reference: ReferenceData) -> Iterator[Problem]:
    wanted = {"account_code": company.account_code, "rounding_account": company.rounding_account}
    wanted |= {f"charges.{name}": code for name, code in company.charges.items()}
    for field, code in wanted.items():
        if not code or not reference.accounts:
            continue
        if fault := account_fault(code, reference):
            hint = f"Accounting: correct account {code} in Xero, or {field} in the profile."
            yield _problem(Code.ACCOUNT_INVALID, field, code, f"{fault}.", hint)


def _tax_type(company: Company, reference: ReferenceData) -> Iterator[Problem]:
    if company.tax_type in reference.tax_types_not_for_sales:
        message = f"Tax type {company.tax_type} cannot be used on sales in Xero."
        hint = f"Accounting: set tax_type in the profile to one for sales: {', '.join(sorted(reference.tax_types))}."
        yield _problem(Code.TAX_TYPE_INVALID, "tax_type", company.tax_type, message, hint)
    elif company.tax_type and reference.tax_types and company.tax_type not in reference.tax_types:
        near = [each for each in sorted(reference.tax_types) if each.casefold() == company.tax_type.casefold()]
        known = ", ".join(near or sorted(reference.tax_types))
        hint = f"Accounting: set tax_type in the profile to one that Xero has: {known}."
        yield _problem(
            Code.TAX_TYPE_INVALID, "tax_type", company.tax_type, f"Tax type {company.tax_type} is not in Xero.", hint
        )


def _tracking(tracking: Tracking, reference: ReferenceData) -> Iterator[Problem]:
    if not reference.tracking:
        return
    category = reference.tracking.get(tracking.category)
    if category is None:
        known = ", ".join(sorted(reference.tracking))
        message, value = f"Tracking category {tracking.category} is not in Xero.", tracking.category
    elif tracking.option not in category.options:
        known = ", ".join(sorted(category.options))
        message = f"Tracking category {tracking.category} has no option {tracking.option} in Xero."
        value = tracking.option
    else:
        return
    hint = f"Accounting: add it in Xero, or correct tracking in the profile; Xero has: {known}."
    yield _problem(Code.TRACKING_INVALID, "tracking", value, message, hint)


def _branding_theme(company: Company, reference: ReferenceData) -> Iterator[Problem]:
    if company.branding_theme and branding_theme_id(company, reference) is None:
        known = ", ".join(sorted(reference.branding_themes)) or "none that could be read"
        hint = f"Accounting: correct branding_theme in the profile; Xero has: {known}."
        message = f"Branding theme {company.branding_theme} is not in Xero."
        yield _problem(Code.BRANDING_THEME_INVALID, "branding_theme", company.branding_theme, message, hint)


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _problem(code: Code, field: str, value: str, message: str, hint: str) -> Problem:
    return Problem(code=code, field=f"company.{field}", value=value, message=message, hint=hint)


def _with_ids(tracking: Tracking, reference: ReferenceData) -> LineTracking:
    category, option = tracking.category, tracking.option
    known = reference.tracking.get(category)
    if known is None:
        return LineTracking(category=category, option=option)
    option_id = known.options.get(option) or None
    return LineTracking(category=category, option=option, category_id=known.category_id or None, option_id=option_id)
