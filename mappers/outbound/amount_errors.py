"""The catalogue's entries about amounts and taxes."""

from typing import Final

from mappers.model import Code
from mappers.outbound.error_entry import ACCOUNTING, DOCUMENT, MASTER_DATA, SHIPMENT, Entry

AMOUNT_ERRORS: Final[dict[Code, Entry]] = {
    Code.CHARGE_NOT_MAPPED: Entry(
        SHIPMENT,
        "The shipment has a charge for which the profile names no account; it is not on the document. A warning, or "
        'with `on_unmapped_charge = "refuse"` an error.',
        ACCOUNTING,
        "Add the charge to `charges` in the profile and Sync Now, or invoice it elsewhere.",
    ),
    Code.CREDIT_NOTE_NEEDED: Entry(
        SHIPMENT,
        "The shipment amounts to less than zero. Xero keeps such an invoice or quote as a draft, but never lets it be "
        "approved; what it stands for is a credit note.",
        ACCOUNTING,
        "Make a credit note in Xero; or, where a value is wrong, correct it in the shipment.",
    ),
    Code.TAX_TYPE_UNKNOWN: Entry(
        MASTER_DATA,
        "Neither the profile, nor the item's sales tax, nor the line's account in Xero says which tax type a line has.",
        ACCOUNTING,
        "Set the sales tax of the item or the tax rate of the account in Xero (the shipment is sent by itself then), "
        "or `tax_type` in the profile. `shipledger explain` shows what each line gets.",
    ),
    Code.TAX_CHARGED: Entry(
        DOCUMENT,
        "Warning: there is tax on the document, and the profile neither names a `tax_type` nor says `expects_tax`. The "
        "item or the account led to it.",
        ACCOUNTING,
        "Where it is wrong, as for an export, correct the item's sales tax or the account's tax rate in Xero, or set "
        "`tax_type` in the profile; then Sync Now. Where it is right, set `expects_tax = true`.",
    ),
    Code.NOT_KEPT_BY_XERO: Entry(
        DOCUMENT,
        "Warning: something was sent that the document in Xero does not show: the tracking, the branding theme, the "
        "tax type of a line.",
        ACCOUNTING,
        "Set it in Xero by hand. Tell support where it happens on every document.",
    ),
    Code.AMOUNT_DIFFERS: Entry(
        DOCUMENT,
        "Xero's amount of the document is not the shipment's.",
        ACCOUNTING,
        "Compare both and correct the document; tell support, because quantities and prices were checked before.",
    ),
}
