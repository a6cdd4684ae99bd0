"""Cause cards: what shipments stand still for, in one sentence, and who does what about it."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from mappers.model import Blocked, Cause, CauseGroup, Place, ResolvedCause
from mappers.outbound import cause_in_words, is_of_attachments, wait_in_words, who_and_what

_THINGS: Final = {
    "customer_not_found": "customer",
    "customer_archived": "customer",
    "customer_ambiguous": "customer",
    "product_not_found": "item",
    "product_not_sold": "item",
    "currency_not_enabled": "currency",
    "account_invalid": "account",
    "tax_type_invalid": "tax type",
    "tracking_invalid": "tracking",
    "branding_theme_invalid": "branding theme",
}
_HOW_IT_IS: Final = {
    "customer_archived": "archived",
    "customer_ambiguous": "several times in Xero",
    "product_not_sold": "not sold",
}
_DRIFTS: Final = {
    "drift_missing": "document missing",
    "drift_deleted": "document deleted",
    "drift_voided": "document voided",
    "drift_amount": "another amount",
    "drift_currency": "another currency",
    "drift_number": "another number",
    "drift_reference_twice": "two documents look alike",
}
_FILES: Final = {
    "attachment_invalid": "it cannot be had as the shipment says",
    "attachment_not_allowed": "its place is not in the profile",
    "attachment_not_found": "it is not where the shipment says",
    "attachment_unreachable": "its place does not answer",
    "attachment_too_large": "it is too large",
    "attachment_not_pdf": "it is not a PDF",
    "attachment_differs": "it is another than the shipment says",
    "attachment_name_taken": "its name is taken",
    "attachments_full": "the document has ten",
    "attachments_not_consented": "the consent does not cover files",
    "attachment_document_unseen": "Xero does not show the document",
    "attachment_refused": "Xero does not take it",
    "attachment_unconfirmed": "Xero gave no clear answer",
}
_KEEPER: Final = "Whoever keeps the profile"
_BOTH: Final = "Shipping and accounting"
_PLACES: Final = {
    Place.SHIPPING: "In shipping",
    Place.XERO: "In Xero",
    Place.PROFILE: "In the profile",
    Place.CONNECTION: "In Connections",
    Place.SUPPORT: "Support",
    Place.NOTHING: "Nothing to do",
}


@dataclass(frozen=True, slots=True)
class CauseCard:
    """A cause. `places` say where it is removed, `rest` how many shipments are not listed."""

    title: str
    message: str
    code: str
    status: str
    since: str
    last_seen: str
    places: str
    how: str
    resume_at: str | None
    xero_url: str | None
    blocked: tuple[Blocked, ...]
    progress: str
    shipments: list[str]
    rest: int
    query: str


def cause_card(group: CauseGroup) -> CauseCard:
    """The card of a cause under which shipments stand."""
    first = group.shipments[0] if group.shipments else None
    shown = [each.shipment_id for each in group.shipments[:5]]
    places, how = _named_once(_where(group), first.hint if first and first.hint else group.remedy.how)
    return CauseCard(
        title=title_of(group.cause, group.count),
        message="" if first is None or first.message == _only_the_headline(group.cause) else first.message,
        code=group.cause.code,
        # It waits for a person, whatever became of the request.
        status="REJECTED" if group.cause.holds_nothing_up else group.cause.status,
        since=group.life.opened_at,
        last_seen=group.life.last_seen_at,
        places=places,
        how=how,
        resume_at=group.resume_at,
        xero_url=group.xero_url,
        blocked=() if group.cause.holds_nothing_up else group.blocked,
        progress=_progress(group),
        shipments=shown,
        rest=group.count - len(shown),
        query=_query(group.cause),
    )


def title_of(cause: Cause, count: int) -> str:
    """One sentence: how many stand still, and for what; or what is wrong with their documents."""
    shipments = f"{count:,} shipment{'' if count == 1 else 's'}"
    verb = "waits" if count == 1 else "wait"
    if thing := _thing(cause):
        return f"{shipments} {verb} for {thing}"
    if is_of_attachments(cause):
        return f"{shipments} {'lacks' if count == 1 else 'lack'} a file in Xero: {_wrong(cause)}"
    if cause.holds_nothing_up:
        return f"{shipments} {'differs' if count == 1 else 'differ'} in Xero: {_wrong(cause)}"
    if cause.status == "WAITING":
        return f"{shipments} {verb}: {_lower(wait_in_words(cause.code))}"
    return f"{shipments} rejected: {cause_in_words(cause.code, cause.field)}"


def _only_the_headline(cause: Cause) -> str:
    """What is said of a wait of which nothing else is known."""
    return f"{_upper(wait_in_words(cause.code))}." if cause.status == "WAITING" else ""


def resolved_title(resolved: ResolvedCause) -> str:
    """What was in the way."""
    if thing := _thing(resolved.cause):
        return _upper(thing)
    if resolved.cause.holds_nothing_up:
        what = "File missing" if is_of_attachments(resolved.cause) else "Difference"
        return f"{what} in Xero: {_wrong(resolved.cause)}"
    cause = resolved.cause
    words = wait_in_words(cause.code) if cause.status == "WAITING" else cause_in_words(cause.code, cause.field)
    return _upper(words)


def _thing(cause: Cause) -> str:
    """What is waited for: "customer ALOK", "item 10-204 (not sold)"; empty where it is no such thing."""
    thing, how_it_is = _THINGS.get(cause.code), _HOW_IT_IS.get(cause.code)
    if thing is None or not cause.value:
        return ""
    return f"{thing} {cause.value}" + (f" ({how_it_is})" if how_it_is else "")


def _wrong(cause: Cause) -> str:
    """What is wrong with a document in Xero."""
    return _DRIFTS.get(cause.code) or _FILES.get(cause.code) or cause_in_words(cause.code)


def _where(group: CauseGroup) -> str:
    places = [_PLACES[each] for each in group.remedy.where]
    return " or ".join([*places[:1], *(_lower(each) for each in places[1:])]) or "Ask support"


def _named_once(places: str, how: str) -> tuple[str, str]:
    """A hint that begins with who does it goes on from where it is done: not "In shipping: Shipping: enter …"."""
    who, what = who_and_what(how)
    if not who or who.lower() in places.lower() or (who == _KEEPER and _PLACES[Place.PROFILE] in places):
        return places, what
    return who if who == _BOTH else f"{who}, {_lower(places)}", what


def _progress(group: CauseGroup) -> str:
    life = group.life
    if not life.left:
        return ""
    by_itself = f", {life.released} of them by themselves" if life.released else ""
    return f"{life.left} of {life.came} resolved{by_itself}"


def _lower(text: str) -> str:
    return text if text.startswith("Xero") else text[:1].lower() + text[1:]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _query(cause: Cause) -> str:
    status = "" if cause.holds_nothing_up else cause.status
    pairs = {"status": status, "code": cause.code, "field": cause.field, "value": cause.value}
    return urlencode({name: value for name, value in pairs.items() if value})
