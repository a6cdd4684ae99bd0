"""What people did, as one record says it: that a company is paused or goes on, that a dead letter was sent again."""

from datetime import datetime

from mappers.inbound import ID_LENGTH, Headers, sent_again
from mappers.model import ActKind, decode_pause, forbidden_in_code, visible
from streams.projection.acts.entries import ToldAct, told_act
from streams.projection.place import microseconds


def act_of_pause(company: bytes | None, value: bytes | None, place: str) -> ToldAct | None:
    """Who paused or resumed the company. None for what is no such record: what that means is decided elsewhere.

    `place` is the record's partition and offset.
    """
    try:
        pause = decode_pause(value or b"")
    except ValueError:
        return None
    if (company or b"") != pause.company_id.encode():
        return None
    kind = ActKind.PAUSED if pause.paused else ActKind.RESUMED
    return _told(pause.at, f"p{place}", kind, pause.by, pause.company_id, detail=pause.reason)


def act_of_redrive(headers: Headers, key: bytes | None, ids: tuple[str, str] | None, place: str) -> ToldAct | None:
    """Who sent the record again; None of one that was not.

    `ids` are its company and shipment, None where they cannot be read: then those of its key, which may be none.
    """
    again = sent_again(headers)
    if again is None:
        return None
    company, shipment = ids or _in_key(key)
    # Others write to that topic too: what is shown of it has no characters that hide.
    return _told(again.at, f"d{place}", ActKind.SENT_AGAIN, visible(again.by), company, shipment_id=shipment)


def _told(at: datetime, act_id: str, kind: ActKind, by: str, company_id: str, **more: str) -> ToldAct | None:
    """None for a time that no calendar has in UTC."""
    try:
        return told_act(microseconds(at), act_id, kind.value, by, company_id, **more)
    except OverflowError:
        return None


def _in_key(key: bytes | None) -> tuple[str, str]:
    """Empty where it has none that could be: what is longer would be kept three times, and all of it is shown."""
    company, slash, shipment = (key or b"").decode(errors="replace").partition("/")
    is_one = slash and all(len(each) <= ID_LENGTH and not forbidden_in_code(each) for each in (company, shipment))
    return (company, shipment) if is_one else ("", "")
