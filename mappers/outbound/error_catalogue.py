"""The catalogue of errors: of each code the cause, who fixes it and how."""

from typing import Final

from mappers.model import Code
from mappers.outbound.amount_errors import AMOUNT_ERRORS
from mappers.outbound.attachments import ATTACHMENT_ERRORS
from mappers.outbound.error_entry import ACCOUNTING, NOBODY, PROFILE, SHIPPING, SUPPORT, Entry
from mappers.outbound.error_entry import COMPANY_PROFILE as _PROFILE
from mappers.outbound.error_entry import DOCUMENT as _DOCUMENT
from mappers.outbound.error_entry import MASTER_DATA as _MASTER_DATA
from mappers.outbound.error_entry import PROCESSING as _PROCESSING
from mappers.outbound.error_entry import SHIPMENT as _SHIPMENT

ENTRIES: Final[dict[Code, Entry]] = {
    **AMOUNT_ERRORS,
    **ATTACHMENT_ERRORS,
    Code.FIELD_MISSING: Entry(
        _SHIPMENT,
        "A field that every document needs is empty.",
        SHIPPING,
        "Enter it in the shipment. For a line description, a `description_template` in the profile can stand in.",
    ),
    Code.FIELD_INVALID: Entry(
        _SHIPMENT,
        "A value cannot be read or cannot be sent: not a number, not a date, not a currency code, too many decimals.",
        SHIPPING,
        "Correct the field that the problem names. Where the system sends it wrongly, whoever runs that system.",
    ),
    Code.FIELD_TOO_LONG: Entry(
        _SHIPMENT, "A text or number is longer than Xero takes.", SHIPPING, "Shorten it, or split the shipment."
    ),
    Code.CONTROL_CHARACTERS: Entry(
        _SHIPMENT,
        "A code holds invisible characters, which make two codes look alike.",
        SHIPPING,
        "Delete the text and type it again; do not paste it.",
    ),
    Code.TIME_IMPLAUSIBLE: Entry(
        _SHIPMENT,
        "A warning: the event's time is more than a day ahead of Kafka's; Kafka's orders it.",
        SHIPPING,
        "Have whoever runs the sending system correct its clock, or how it writes times.",
    ),
    Code.DATE_IMPLAUSIBLE: Entry(
        _SHIPMENT, "A date is before the year 2000 or more than ten years away.", SHIPPING, "Correct the date."
    ),
    Code.DUE_BEFORE_DATE: Entry(
        _SHIPMENT,
        "The due date is before the document's date. A warning, or an error where documents are to be approved or "
        "where a rehearsal found that Xero refuses such invoices.",
        SHIPPING,
        "Correct the due date or the document's date.",
    ),
    Code.LINES_MISSING: Entry(_SHIPMENT, "The shipment has no product lines.", SHIPPING, "Add at least one line."),
    Code.LINE_VALUE_MISMATCH: Entry(
        _SHIPMENT,
        "Quantity x unit price, as Xero computes it (price to four decimals, amount to two), is not the item value.",
        f"{SHIPPING} or {ACCOUNTING}",
        "Correct the line. Where prices have more than four decimals, use a larger unit, or name a `rounding_account` "
        "in the profile: then a rounding line makes up the cents.",
    ),
    Code.ROUNDING_ADDED: Entry(
        _SHIPMENT,
        "Warning: a rounding line makes Xero's amount equal to the item values, as the profile allows.",
        NOBODY,
        "Nothing to do. Unit prices of at most four decimals avoid it.",
    ),
    Code.EXCHANGE_RATE_MISSING: Entry(
        _SHIPMENT,
        "The shipment is in a foreign currency and has no exchange rate. A warning where the profile says `optional` "
        "(Xero picks its own rate), an error where it says `required`.",
        SHIPPING,
        "Enter the exchange rate.",
    ),
    Code.EXCHANGE_RATE_IMPLAUSIBLE: Entry(
        _SHIPMENT,
        "The rate is 1, or far from Xero's own or the last accepted one; most often one of the two is inverted.",
        f"{SHIPPING} or {PROFILE}",
        "Correct the wrong one of the two shipments. If what is remembered is wrong: `shipledger rates forget`. If all "
        "rates are quoted the other way: `exchange_rate_quoted`. If the market moved: `exchange_rate_tolerance`.",
    ),
    Code.EXCHANGE_RATE_IGNORED: Entry(
        _SHIPMENT,
        "Warning: a rate was given for a document in the organisation's base currency; Xero takes none there.",
        SHIPPING,
        "Check the currency of the shipment.",
    ),
    Code.AMOUNT_TOO_LARGE: Entry(
        _SHIPMENT, "An amount is more than 9,999,999,999.99, the most Xero takes.", SHIPPING, "Split the line."
    ),
    Code.PROFILE_INVALID: Entry(
        _PROFILE,
        "The profile asks for something that cannot be: a status that the document type does not have, a name in a "
        "template that no shipment has.",
        PROFILE,
        "Correct the profile as the hint says, check it with `shipledger check-config`, restart the worker.",
    ),
    Code.CUSTOMER_NOT_FOUND: Entry(
        _MASTER_DATA,
        "No active contact in Xero has the customer code as its account number. Codes are compared exactly: `alok` is "
        "not `ALOK`, and a contact's name is not its account number. Where Xero has a code that looks the same, the "
        "hint names the first character that differs and its place.",
        f"{SHIPPING} or {ACCOUNTING}",
        "Correct the buyer or consignee code, or enter it in Xero: Contacts, the contact, Edit, Account number.",
    ),
    Code.CUSTOMER_ARCHIVED: Entry(
        _MASTER_DATA,
        "The contact with this account number is archived, or was merged into another.",
        ACCOUNTING,
        "Restore the contact in Xero, or give the account number to the contact that took its place.",
    ),
    Code.CUSTOMER_AMBIGUOUS: Entry(
        _MASTER_DATA,
        "Several active contacts have this account number.",
        ACCOUNTING,
        "Leave the account number with one contact only, then Sync Now.",
    ),
    Code.PRODUCT_NOT_FOUND: Entry(
        _MASTER_DATA,
        "No item in Xero has the product code as its item code. Codes are compared exactly; where Xero has one that "
        "looks the same, the hint names the first character that differs and its place.",
        f"{SHIPPING} or {ACCOUNTING}",
        "Correct the product code, or add the item in Xero: Business, Products and services.",
    ),
    Code.PRODUCT_NOT_SOLD: Entry(
        _MASTER_DATA, "The item is not marked as sold in Xero.", ACCOUNTING, "Tick 'I sell this item' at the item."
    ),
    Code.CURRENCY_NOT_ENABLED: Entry(
        _MASTER_DATA,
        "The organisation does not use the currency of the shipment.",
        ACCOUNTING,
        "Add the currency in Xero: Settings, Currencies. The Xero plan must include several currencies.",
    ),
    Code.ACCOUNT_INVALID: Entry(
        _MASTER_DATA,
        "An account of the profile or of the item is not in Xero, is archived, or cannot be used on sales: bank and "
        "system accounts cannot.",
        ACCOUNTING,
        "Correct `account_code`, `rounding_account` or `charges` in the profile, or the item's sales account in Xero.",
    ),
    Code.TAX_TYPE_INVALID: Entry(
        _MASTER_DATA,
        "The tax type of the profile or of the item is not in Xero, is not for sales, or does not go with the account.",
        ACCOUNTING,
        "Correct `tax_type` in the profile, or the item's tax rate in Xero.",
    ),
    Code.TRACKING_INVALID: Entry(
        _MASTER_DATA,
        "The tracking category or option of the profile is not in Xero.",
        ACCOUNTING,
        "Add it in Xero, or correct `tracking` in the profile.",
    ),
    Code.BRANDING_THEME_INVALID: Entry(
        _MASTER_DATA,
        "The branding theme of the profile is not in Xero.",
        ACCOUNTING,
        "Correct `branding_theme` in the profile.",
    ),
    Code.PERIOD_LOCKED: Entry(
        _MASTER_DATA,
        "The document's date, in the shipment or in Xero, is on or before a lock date of the organisation. A warning "
        "where the document is not approved: Xero takes a draft there, and refuses its approval (see `on_locked`); "
        "refused where a rehearsal found that Xero takes no draft either.",
        f"{ACCOUNTING} or {SHIPPING}",
        "Use a date in an open period, or move the lock date in Xero (Settings, Financial settings) and Sync Now.",
    ),
    Code.NUMBER_TAKEN: Entry(
        _DOCUMENT,
        "Another customer's document has the number in Xero. Nothing was written.",
        f"{SHIPPING} and {ACCOUNTING}",
        "Decide whose number it is; correct the shipment or renumber the document in Xero.",
    ),
    Code.NUMBER_OF_OTHER_SHIPMENT: Entry(
        _DOCUMENT,
        "Another shipment has the document of this number, or the document that Xero shows under it.",
        SHIPPING,
        "Give one of the two shipments another number.",
    ),
    Code.NUMBER_CHANGED: Entry(
        _DOCUMENT,
        "The shipment's document in Xero has another number than the shipment has now.",
        f"{ACCOUNTING} or {SHIPPING}",
        "Renumber, delete or void the document in Xero and Sync Now, or restore the number in the shipment; "
        '`on_number_change = "renumber"` renumbers drafts by itself.',
    ),
    Code.NUMBER_AMBIGUOUS: Entry(
        _DOCUMENT,
        "Xero has several documents with the number, so it is not known which one is meant.",
        ACCOUNTING,
        "Delete or renumber all but one, then Sync Now.",
    ),
    Code.DOCUMENT_EXISTS: Entry(
        _DOCUMENT,
        'A person made a document with this number, and the profile says `on_existing = "refuse"`; or the shipment\'s '
        "document is a quote and the profile now makes invoices, or the other way round.",
        ACCOUNTING,
        'Renumber or delete it in Xero, or set `on_existing = "update"`.',
    ),
    Code.DOCUMENT_PAID: Entry(
        _DOCUMENT,
        "The invoice is paid or credited, in part or in full, and differs from the shipment.",
        ACCOUNTING,
        "Raise a credit note for the difference, or remove the payment in Xero and Sync Now.",
    ),
    Code.DOCUMENT_VOIDED: Entry(
        _DOCUMENT,
        "The document was voided in Xero; Xero does not give a number out twice.",
        f"{SHIPPING} or {PROFILE}",
        'Give the shipment a new number, or set `on_voided = "new_suffix"` (INV-7 becomes INV-7-R2).',
    ),
    Code.DOCUMENT_DELETED: Entry(
        _DOCUMENT,
        "The document was deleted in Xero, and Xero refused to give its number out again.",
        f"{SHIPPING} or {PROFILE}",
        'Give the shipment a new number, or set `on_voided = "new_suffix"` (INV-7 becomes INV-7-R2).',
    ),
    Code.DOCUMENT_NOT_EDITABLE: Entry(
        _DOCUMENT,
        "The state of the document allows no change: a quote that was sent, accepted, declined or invoiced.",
        ACCOUNTING,
        "Correct it by hand in Xero, or set it back to draft and Sync Now.",
    ),
    Code.DOCUMENT_AUTHORISED: Entry(
        _DOCUMENT,
        'The invoice is approved in Xero and differs from the shipment. A warning with `on_authorised = "update"`.',
        ACCOUNTING,
        "Correct or void it in Xero, or set `on_authorised` in the profile; then Sync Now.",
    ),
    Code.DOCUMENT_SENT: Entry(
        _DOCUMENT,
        "The invoice was sent to the customer from Xero and differs from the shipment.",
        ACCOUNTING,
        "Agree on the correction with the customer and make it in Xero, or set `on_authorised`; then Sync Now.",
    ),
    Code.DOCUMENT_EDITED_BY_HAND: Entry(
        _DOCUMENT,
        "A person edited the document in Xero since it was sent, and it differs from the shipment.",
        ACCOUNTING,
        'Correct the document in Xero, or the shipment; or set `on_hand_edit = "overwrite"` in the profile.',
    ),
    Code.DOCUMENT_GONE: Entry(
        _DOCUMENT,
        "Xero says that the number is taken, yet shows no document of this number.",
        ACCOUNTING,
        "Look for it in Xero; if it is lost, give the shipment a new number and Sync Now.",
    ),
    Code.UNDECIDED: Entry(
        _DOCUMENT,
        "After several rounds of looking up and writing, Xero still showed something else each time. The message says "
        "what was seen last.",
        ACCOUNTING,
        "Look at the document in Xero: something else changes it at the same time. Then Sync Now.",
    ),
    Code.REFUSED_BY_XERO: Entry(
        _DOCUMENT,
        "Xero refused the document for a reason that has no code here; its own words are the message.",
        f"{ACCOUNTING} or {SHIPPING}",
        "Do what Xero says, then Sync Now.",
    ),
    Code.XERO_WARNING: Entry(
        _DOCUMENT,
        "Warning: Xero took the document and has a remark, for example on the exchange rate.",
        ACCOUNTING,
        "Look at the document in Xero.",
    ),
    Code.NOT_IN_TRIGGER_STATUS: Entry(
        _PROCESSING,
        "Sync Now was asked for a shipment whose status does not send to accounting.",
        f"{SHIPPING} or {PROFILE}",
        "Move the shipment to a trigger status first; `trigger` and `trigger_statuses` in the profile say which.",
    ),
    Code.STALE_REVISION: Entry(
        _PROCESSING, "A newer revision of the shipment was handled already.", NOBODY, "Nothing: the newer one counts."
    ),
    Code.SUPERSEDED: Entry(
        _PROCESSING,
        "A newer request of the shipment took the place of this one.",
        NOBODY,
        "Nothing: see the newer one.",
    ),
    Code.ORGANISATION_CHANGED: Entry(
        _PROCESSING,
        "The company's Xero organisation in the profile changed between the request and its turn.",
        PROFILE,
        "Check `organisation` in the profile, then Sync Now.",
    ),
    Code.COMPANY_PAUSED: Entry(
        _PROCESSING, "A note: somebody paused the company.", NOBODY, "Nothing: it waits until `shipledger resume`."
    ),
    Code.EFFECT_UNKNOWN: Entry(
        _PROCESSING,
        "It could not be found out what a write did in Xero, or what the document there looks like.",
        ACCOUNTING,
        "Look for the number in Xero. Sync Now looks it up again, and never makes a second document.",
    ),
    Code.INTERNAL_ERROR: Entry(
        _PROCESSING, "A fault of this software; the shipment is not lost.", SUPPORT, "Send support the request id."
    ),
}
