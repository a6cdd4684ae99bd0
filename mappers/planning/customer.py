"""The customer of a shipment: the Xero contact whose account number equals ImpexDocs' customer code."""

from mappers.model import (
    Code,
    Company,
    Contact,
    Problem,
    ReferenceData,
    aliased,
    code_key,
    first_difference,
    with_code,
    with_similar_code,
)


def find_customer(code: str, field: str, company: Company, reference: ReferenceData) -> Contact | Problem:
    """The one active contact whose AccountNumber is exactly `code` (trimmed, aliases of the profile applied).

    Xero compares account numbers without regard to case and keeps them unique among active contacts, so they are
    compared exactly here (Xero API documentation, Contacts: AccountNumber). `field` names the shipment's field.
    """
    wanted = aliased(code, company.customer_aliases)
    exact = _exact(wanted, reference)
    active = tuple(each for each in exact if _usable(each))
    if len(active) == 1:
        return active[0]
    if active:
        return _ambiguous(code, field, active)
    if exact:
        return _unusable(code, field, wanted, exact[0], reference)
    return _not_found(code, field, Code.CUSTOMER_NOT_FOUND, _hint(wanted, reference) + _translated(code, wanted))


def _exact(wanted: str, reference: ReferenceData) -> tuple[Contact, ...]:
    return with_code(reference.contacts, wanted, lambda each: each.account_number)


def _usable(contact: Contact) -> bool:
    return not contact.archived and contact.merged_to is None


def _not_found(code: str, field: str, reason: Code, hint: str) -> Problem:
    # ImpexDocs' own words, so that people find them in its help pages.
    message = f"Customer.Name({code}) : not found in XERO(Customer.Name)."
    return Problem(code=reason, field=field, value=code, message=message, hint=hint)


def _ambiguous(code: str, field: str, found: tuple[Contact, ...]) -> Problem:
    names = ", ".join(sorted(each.name for each in found))
    return Problem(
        code=Code.CUSTOMER_AMBIGUOUS,
        field=field,
        value=code,
        message=f"Customer.Name({code}) : found {len(found)} times in XERO(Customer.Name).",
        hint=f"Accounting: in Xero, leave the account number {code} with only one of these contacts: {names}.",
    )


def _unusable(code: str, field: str, wanted: str, contact: Contact, reference: ReferenceData) -> Problem:
    if contact.merged_to is None:
        hint = f"Accounting: {wanted} is the account number of the archived contact {contact.name}; restore it in Xero."
    else:
        target = _name_of(contact.merged_to, reference)
        hint = (
            f"Accounting: {contact.name} with account number {wanted} was merged into {target} in Xero; "
            f"give {target} the account number {wanted}."
        )
    return _not_found(code, field, Code.CUSTOMER_ARCHIVED, hint)


def _name_of(contact_id: str, reference: ReferenceData) -> str:
    contacts = (each for group in reference.contacts_by_name.values() for each in group)
    return next((each.name for each in contacts if each.contact_id == contact_id), f"contact {contact_id}")


def _hint(wanted: str, reference: ReferenceData) -> str:
    if near := _near(wanted, reference):
        return (
            f"Codes are compared exactly, and Xero has {'; and '.join(near)}. Correct the code in the shipment, or "
            f"have accounting correct the account number in Xero."
        )
    if named := reference.contacts_by_name.get(code_key(wanted)):
        return (
            f"{wanted} exists in Xero as a contact name, not as an account number. Accounting: open the contact "
            f"{named[0].name} in Xero and enter {wanted} as its account number."
        )
    return (
        f"No contact in Xero has the account number {wanted}. Correct the code in the shipment, or have accounting "
        f"enter it in Xero."
    )


def _near(wanted: str, reference: ReferenceData) -> tuple[str, ...]:
    found = with_similar_code(reference.contacts, wanted)
    usable = [(each.account_number or "", each.name) for each in found if _usable(each)]
    return tuple(f"{number!r} ({name}): {first_difference(wanted, number)}" for number, name in usable)


def _translated(code: str, wanted: str) -> str:
    return "" if code.strip() == wanted else f" The profile's customer_aliases turn {code.strip()} into {wanted}."
