"""A note as a mail that people read: plain text, the most frequent cause first. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from mappers.model import Status, minute_in_words, visible
from mappers.outbound import AttentionNote, NotedCause, money_in_words, who_and_what

_LONGEST = 500
_PLACES = {
    "shipping": "in the shipping system",
    "xero": "in Xero",
    "profile": "in the company's profile",
    "connection": "at the connection to Xero",
    "support": "with support",
    "nothing": "nothing to do",
}


def mail_message(note_id: str, note: AttentionNote, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The message; a repeat has the same Message-ID."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = subject_of(note)
    message["From"] = Address("Shipledger", addr_spec=sender)
    message["To"] = [Address(addr_spec=each) for each in recipients]
    message["Date"] = format_datetime(datetime.fromisoformat(note.timestamp).astimezone(UTC))
    message["Message-ID"] = f"<{note_id}@{sender.rpartition('@')[2]}>"
    # RFC 3834: no automatic reply to what no person wrote.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text_of(note))
    return message


def subject_of(note: AttentionNote) -> str:
    """One line: whose, how many causes, and whether any holds shipments up."""
    count = note.data.count
    things = "1 new cause" if count == 1 else f"{count} new causes"
    if not note.data.more_causes and all(each.status == Status.PROCESSED for each in note.data.causes):
        return f"{visible(note.data.company_id, 60)}: {things}, no shipment held up"
    return f"{visible(note.data.company_id, 60)}: {things} {'holds' if count == 1 else 'hold'} shipments up"


def text_of(note: AttentionNote) -> str:
    """The whole text."""
    return "\n".join(_lines(note)) + "\n"


def _lines(note: AttentionNote) -> Iterator[str]:
    yield f"New since the last note for {_safe(note.data.company_id)}:"
    for number, cause in enumerate(note.data.causes, 1):
        yield ""
        yield from _cause(number, cause)
    if note.data.more_causes:
        yield ""
        yield f"And {note.data.more_causes} more."
    yield ""
    if note.data.url:
        yield f"Everything that waits: {note.data.url}"
    yield "This is sent only when something is new."


def _cause(number: int, cause: NotedCause) -> Iterator[str]:
    shipments = "1 shipment" if cause.shipments == 1 else f"{cause.shipments} shipments"
    yield f"{number}. {_safe(cause.message)}"
    yield f"   {shipments}, since {_time(cause.since)}{_money(cause)}"
    where = " or ".join(_PLACES.get(each, each) for each in cause.where)
    who, what = who_and_what(cause.how)
    yield f"   Who: {_safe(who or cause.who[:1].upper() + cause.who[1:])}, {_safe(where)}."
    yield f"   What to do: {_safe(what)}"
    for name, url in (("In Xero", cause.xero_url), ("Its shipments", cause.url)):
        if url:
            yield f"   {name}: {url}"


def _money(cause: NotedCause) -> str:
    sums = [money_in_words(each.amount, each.currency) for each in cause.blocked]
    return f"; worth {' and '.join(map(_safe, sums))}" if sums else ""


def _time(text: str) -> str:
    return minute_in_words(datetime.fromisoformat(text).astimezone(UTC))


def _safe(text: str) -> str:
    """Others' words: no control characters, nothing that turns the reading order around."""
    return visible(text, _LONGEST)
