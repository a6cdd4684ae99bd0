"""What people did, as one record says it: that a company is paused or goes on, that a dead letter was sent again."""

from mappers.inbound import Headers, sent_again
from mappers.model import ActKind, decode_pause
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
    return told_act(microseconds(pause.at), f"p{place}", kind.value, pause.by, pause.company_id, detail=pause.reason)


def act_of_redrive(headers: Headers, key: bytes | None, ids: tuple[str, str] | None, place: str) -> ToldAct | None:
    """Who sent the record again; None of one that was not.

    `ids` are its company and shipment, None where they cannot be read: then those of its key, which may be none.
    """
    again = sent_again(headers)
    if again is None:
        return None
    company, shipment = ids or _in_key(key)
    return told_act(
        microseconds(again.at), f"d{place}", ActKind.SENT_AGAIN.value, again.by, company, shipment_id=shipment
    )


def _in_key(key: bytes | None) -> tuple[str, str]:
    company, slash, shipment = (key or b"").decode(errors="replace").partition("/")
    return (company, shipment) if slash else ("", "")
