"""Whether a reply to a write leaves in doubt what became of it: said anew, not asked of the client."""

from codecs import BOM_UTF8
from http import HTTPStatus
from typing import Any, Final

from tests.hostile.replies import MOST_FLIPPED, XEROS_SENTENCE, HostileReply
from xero_client.errors import EffectUnknownError, XeroError
from xero_client.json_codec import UnreadableError, read_object

XEROS_KEYS: Final = {"ErrorNumber", "Type", "Title", "Detail", "Message"}


def is_misjudged(reply: HostileReply, error: XeroError | None) -> bool:
    """Whether the error, or that there is none, says otherwise of the doubt than the reply does."""
    return is_in_doubt(reply) not in (isinstance(error, EffectUnknownError), None)


def is_in_doubt(reply: HostileReply) -> bool | None:
    """Whether nobody can tell; None where either may be said, of a 404 in Xero's words with a few bytes changed."""
    if reply.lost is not None:
        return reply.lost
    if reply.status == HTTPStatus.NOT_FOUND:
        return _is_from_elsewhere(reply.body) if reply.complete else True
    if HTTPStatus.BAD_REQUEST <= reply.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return reply.status == HTTPStatus.REQUEST_TIMEOUT
    if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
        return not reply.complete or _object_in(reply.body) is None
    return True


def _is_from_elsewhere(body: bytes) -> bool | None:
    """Xero's own has no body, or Xero's words, perhaps behind a byte order mark; a gateway's says nothing."""
    text = body.removeprefix(BOM_UTF8)
    if not body.strip() or text.startswith(XEROS_SENTENCE):
        return False
    value = _object_in(body)
    if value is not None:
        return XEROS_KEYS.isdisjoint(value)
    return None if _is_damaged_sentence(text) else True


def _is_damaged_sentence(text: bytes) -> bool:
    if len(text) != len(XEROS_SENTENCE):
        return False
    return sum(one != other for one, other in zip(text, XEROS_SENTENCE, strict=True)) <= MOST_FLIPPED


def _object_in(body: bytes) -> dict[str, Any] | None:
    try:
        return read_object(body)
    except UnreadableError:
        return None
