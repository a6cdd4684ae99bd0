"""What each key of the company profile is for; `docs/configuration.md` is made from it."""

from collections.abc import Mapping
from typing import Final

KEYS: Final[Mapping[str, str]] = {
    "id": "the `company_id` of its events; compared exactly",
    "organisation": "the Xero tenant id (a UUID; `shipledger doctor` lists those that a connection reaches)",
    "connection": "which credentials: `default` is `SHIPLEDGER_XERO__CLIENT_ID`, others are "
    "`SHIPLEDGER_XERO__CONNECTIONS__<NAME>__…` (case does not matter, `-` is written `_`)",
    "document": "what a shipment becomes",
    "on_existing": "a document with the number that we did not make: update it (the guide's note 2), or refuse",
    "on_hand_edit": "a document of ours that a person has edited in Xero since: refuse, or overwrite the edit",
    "on_authorised": "an approved invoice, or one that was sent to the customer, that differs from the shipment: "
    "refuse, or update it with a warning; drafts and submitted ones are updated",
    "on_locked": "a draft or submitted invoice dated in a locked period: make it with a warning, or refuse it; an "
    "approved one is always refused, and so is any where a rehearsal found that Xero refuses it (`XERO__FACTS`)",
    "on_number_change": "the shipment's number changed while its document lives: refuse, or renumber a document of "
    "ours that is a draft or submitted",
    "on_voided": "a number that Xero holds for a voided or deleted document: refuse, or use it with a suffix `-R2`",
    "document_status": "of a new document; invoices: DRAFT, SUBMITTED, AUTHORISED; quotes: DRAFT, SENT",
    "trigger": "`status`: entering a trigger status, and Sync Now while in one; `sync_now`: Sync Now in any status; "
    "`sync_now_in_status`: Sync Now while in a trigger status, nothing else",
    "trigger_statuses": "compared after trimming and without regard to case",
    "customer_code": "which code is looked up among Xero's account numbers",
    "number_from": "the document number: the first of these that the shipment has",
    "reference_from": "the document's reference: the first of these that the shipment has",
    "date_from": "the document's date: the first of these that the shipment has",
    "exchange_rate": "a shipment without one is rejected (`required`), or Xero picks a rate and the outcome warns "
    "(`optional`); `ignore` never sends one",
    "exchange_rate_quoted": "how the shipment states it: foreign units per base unit (as Xero wants it), or the "
    "other way round",
    "exchange_rate_tolerance": "how far a rate may be from the last accepted one (0.30 is 30 %) before it is refused "
    "as implausible",
    "incoterms_to": "where the incoterms and their place are written",
    "line_amounts": "whether the shipment's item values are without tax, with tax, or have none",
    "account_code": "the account of every line; empty: the item's own",
    "tax_type": "the tax type of every line; empty: the item's sales tax, else the tax of the line's account; without "
    "either a shipment is rejected",
    "expects_tax": "`false`: tax on a document that no `tax_type` asked for is a warning (`tax_charged`)",
    "tracking": "tables `[[company.tracking]]` with `category` and `option`; two at most",
    "branding_theme": "name or id of a Xero branding theme",
    "description_template": "a line's description, such as `{description}, {quantity} {unit_of_measure}`; empty: the "
    "shipment's words, else the item's name",
    "reference_template": "the document's reference, such as `{exporter_reference} / {shipment_number}`; empty: by "
    "`reference_from`",
    "document_url": "the invoice's link back, such as `https://docs.example/shipments/{shipment_id}`; quotes have none",
    "history_note": "whether a note in the document's history names the shipment",
    "rounding_account": "account of a line that makes up cents which neither a price of four decimals nor, on an "
    "invoice, the line's amount can; empty: such a shipment is rejected",
    "customer_aliases": "table: our customer code = Xero's account number, where they differ",
    "product_aliases": "table: our product code = Xero's item code, where they differ",
    "charges": "table: name of a charge in the shipment's `charges` = account code of its line",
    "on_unmapped_charge": "a charge that `charges` does not name is not on the document: warn, or refuse the shipment",
    "attachments_from": "places that files of shipments may come from, such as `https://docs.example/invoices/` or "
    "`file:///srv/invoices`; empty: files are left, with a warning. Where any company has some, connections also ask "
    "for `accounting.attachments`",
    "notes_to": "mail addresses of those who are told when something new waits for them, 20 at most; needs "
    "`SHIPLEDGER_NOTES__SMTP_HOST`",
}
