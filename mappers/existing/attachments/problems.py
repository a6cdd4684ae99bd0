"""Why a file of a shipment is not on its document, in words that the one can act on who removes the reason."""

from typing import Final

from mappers.model import MOST_ATTACHMENTS, Code, Problem, excerpt, visible

FIELD: Final = "attachments"
PDF_BEGINS: Final = b"%PDF-"
_AGAIN: Final = "then Sync Now."


def invalid(name: str, why: str) -> Problem:
    """What the shipment says of the file cannot be used."""
    hint = f"Whoever sends the shipments: correct it there, {_AGAIN}"
    return _problem(Code.ATTACHMENT_INVALID, name, f"The attachment {_shown(name)} {why}.", hint)


def not_allowed(name: str, place: str, why: str) -> Problem:
    """Nothing is read from a place that the profile does not name. `place` is without what may be secret."""
    return _problem(
        Code.ATTACHMENT_NOT_ALLOWED,
        name,
        f"The attachment {_shown(name)} was left: {place} {why}.",
        "Whoever keeps the profile: name the place in attachments_from of the company, if files may come from there; "
        f"{_AGAIN}",
    )


def not_found(name: str, place: str) -> Problem:
    """There is no such file."""
    return _problem(
        Code.ATTACHMENT_NOT_FOUND,
        name,
        f"There is no {_shown(name)} at {place}.",
        "Whoever sends the shipments: put the file there (it is looked for again for about a day), or correct the "
        f"reference; {_AGAIN}",
    )


def unreachable(name: str, place: str, why: str) -> Problem:
    """The place could not be read."""
    return _problem(
        Code.ATTACHMENT_UNREACHABLE,
        name,
        f"The attachment {_shown(name)} could not be read from {place}: {why}.",
        "Whoever runs that place: make it answer, and let Shipledger read there. It is tried again for about a day; "
        "after that, Sync Now.",
    )


def too_large(name: str, most: int) -> Problem:
    """It is longer than what is taken."""
    hint = f"Whoever sends the shipments: make the file smaller; {_AGAIN}"
    return _problem(Code.ATTACHMENT_TOO_LARGE, name, f"{_shown(name)} has more than {most:,} bytes.", hint)


def content_problem(name: str, content: bytes, sha256: str, said: str | None) -> Problem | None:
    """What is wrong with a file that was read and has this hash; None where it may go to Xero."""
    if not content.startswith(PDF_BEGINS):
        hint = f"Whoever sends the shipments: refer to the PDF itself, not to a page about it; {_AGAIN}"
        return _problem(Code.ATTACHMENT_NOT_PDF, name, f"{_shown(name)} is not a PDF.", hint)
    return differs(name) if said not in {None, sha256} else None


def differs(name: str) -> Problem:
    """Its hash is not the one that the shipment says."""
    return _problem(
        Code.ATTACHMENT_DIFFERS,
        name,
        f"{_shown(name)} is not the file that the shipment speaks of: its SHA-256 is another.",
        f"Whoever sends the shipments: send the hash of the present file, or restore the file; {_AGAIN}",
    )


def name_taken(name: str, file_name: str) -> Problem:
    """Somebody else's files have the names that it could get."""
    hint = f"Accounting: rename or remove the file in Xero if it is not needed; {_AGAIN}"
    message = f"The document has another {file_name} that Shipledger did not put there."
    return _problem(Code.ATTACHMENT_NAME_TAKEN, name, message, hint)


def no_room(name: str) -> Problem:
    """The document has as many files as Xero takes."""
    hint = f"Accounting: remove files of the document in Xero that are not needed; {_AGAIN}"
    message = f"The document has {MOST_ATTACHMENTS} files already, and Xero takes no more than that."
    return _problem(Code.ATTACHMENTS_FULL, name, message, hint)


def not_consented(name: str) -> Problem:
    """The consent does not cover attachments."""
    return _problem(
        Code.ATTACHMENTS_NOT_CONSENTED,
        name,
        "Xero lets Shipledger write documents of this organisation, but not attach files to them.",
        "Whoever runs Shipledger: consent anew with the scope accounting.attachments (`shipledger connect`, or add it "
        f"to the custom connection at developer.xero.com); {_AGAIN}",
    )


def document_gone(name: str, number: str, state: str) -> Problem:
    """The document is not one that files are put on."""
    hint = "Accounting: nothing if that is meant; else press Sync Now, which looks the document up."
    return _problem(Code.ATTACHMENT_DOCUMENT_GONE, name, f"{_shown(name)} was left: {number} {state}.", hint)


def document_unseen(name: str, number: str) -> Problem:
    """Xero does not know the document; one that was just made it may show later."""
    return _problem(
        Code.ATTACHMENT_DOCUMENT_UNSEEN,
        name,
        f"{_shown(name)} waits: Xero does not show {number}.",
        "Xero is asked again for about a day. After that, accounting looks for the document there.",
    )


def refused(name: str, words: str) -> Problem:
    """Xero refused the file, in its own words."""
    hint = f"Accounting: do what Xero says; {_AGAIN}"
    return _problem(Code.ATTACHMENT_REFUSED, name, f"Xero did not take {_shown(name)}: {excerpt(words, 300)}", hint)


def unconfirmed(name: str) -> Problem:
    """It was sent, and neither Xero's answer nor a look says that it is there."""
    return _problem(
        Code.ATTACHMENT_UNCONFIRMED,
        name,
        f"{_shown(name)} was sent to Xero without a clear answer.",
        "It is looked up and sent again where it is missing, for about a day. After that, accounting looks at the "
        "document in Xero, and Sync Now.",
    )


def _shown(name: str) -> str:
    return visible(name) if name else "without a name"


def _problem(code: Code, name: str, message: str, hint: str) -> Problem:
    return Problem(code=code, field=FIELD, value=visible(name) or None, message=message, hint=hint)
