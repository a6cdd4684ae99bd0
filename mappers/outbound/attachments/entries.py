"""What the catalogue of errors says of files that are not on their document. All are warnings."""

from typing import Final

from mappers.model import Code
from mappers.outbound.error_entry import ACCOUNTING, NOBODY, OPERATIONS, PROFILE, SHIPPING, Entry

_FILES: Final = "Files for the document"

ATTACHMENT_ERRORS: Final[dict[Code, Entry]] = {
    Code.ATTACHMENT_INVALID: Entry(
        _FILES,
        "What the shipment says of a file cannot be used: no name, no reference, a name twice, more than ten files.",
        SHIPPING,
        "Correct `attachments` of the shipment, then Sync Now.",
    ),
    Code.ATTACHMENT_NOT_ALLOWED: Entry(
        _FILES,
        "The file is at a place that the company's profile does not name, or is led to one; nothing was read.",
        PROFILE,
        "Name the place in `attachments_from` if files may come from there, then Sync Now.",
    ),
    Code.ATTACHMENT_NOT_FOUND: Entry(
        _FILES,
        "There is no file at the reference. It is looked for again for about a day.",
        SHIPPING,
        "Put it there, or correct the reference; after that day, or with another reference, Sync Now.",
    ),
    Code.ATTACHMENT_UNREACHABLE: Entry(
        _FILES,
        "The place of the file did not answer, answered with an error, or was too slow. It is tried again for about a "
        "day.",
        SHIPPING,
        "Have whoever runs the place make it answer, and let Shipledger read there; after a day also Sync Now.",
    ),
    Code.ATTACHMENT_TOO_LARGE: Entry(
        _FILES, "The file has more than 10 MB, which Xero does not take.", SHIPPING, "Make it smaller; then Sync Now."
    ),
    Code.ATTACHMENT_NOT_PDF: Entry(
        _FILES,
        "The file does not begin as a PDF does. Often it is a page that asks people to sign in.",
        SHIPPING,
        "Refer to the PDF itself; then Sync Now.",
    ),
    Code.ATTACHMENT_DIFFERS: Entry(
        _FILES,
        "The file's SHA-256 is not the one that the shipment says.",
        SHIPPING,
        "Send the hash of the present file, or restore the file; then Sync Now.",
    ),
    Code.ATTACHMENT_NAME_TAKEN: Entry(
        _FILES,
        "Files that Shipledger did not put there have the names that this one could get. They are not replaced.",
        ACCOUNTING,
        "Rename or remove them in Xero if they are not needed; then Sync Now.",
    ),
    Code.ATTACHMENTS_FULL: Entry(
        _FILES,
        "The document has ten files already.",
        ACCOUNTING,
        "Remove those that are not needed in Xero; then Sync Now.",
    ),
    Code.ATTACHMENTS_NOT_CONSENTED: Entry(
        _FILES,
        "The consent lets Shipledger write documents, and not attach files.",
        OPERATIONS,
        "Consent anew with the scope `accounting.attachments`, which `shipledger connect` asks for where the profile "
        "allows attachments; then Sync Now.",
    ),
    Code.ATTACHMENT_DOCUMENT_UNSEEN: Entry(
        _FILES,
        "Xero does not show the document, as it may not at once where it was just made. It is asked again for about a "
        "day.",
        NOBODY,
        "Nothing: the file is put there once Xero shows the document, or it is said that the document is gone.",
    ),
    Code.ATTACHMENT_DOCUMENT_GONE: Entry(
        _FILES,
        "The document was voided or deleted, or is not the shipment's any more, before the file was put on it.",
        ACCOUNTING,
        "Nothing if that is meant; else Sync Now.",
    ),
    Code.ATTACHMENT_REFUSED: Entry(
        _FILES,
        "Xero did not take the file; its own words are in the message.",
        ACCOUNTING,
        "Do what Xero says, then Sync Now.",
    ),
    Code.ATTACHMENT_UNCONFIRMED: Entry(
        _FILES,
        "The file was sent, and Xero's answer did not say whether it is there. It is looked up and sent again where it "
        "is missing, for about a day.",
        f"{NOBODY}, after a day {ACCOUNTING}",
        "Look at the document in Xero, then Sync Now.",
    ),
}
