"""What a line is found by: its place among all, among those of its status and of its causes, and its ids."""

from functools import lru_cache

from streams.projection.causes import stay_entries
from streams.projection.encoding import PLACES, TOKENS, cause_places, key
from streams.projection.indexes.line_row import LineRow
from streams.projection.place import Place

_ALL, _STATUS = "a", "s"
_END = b"\0"
_BETWEEN = b"\n"


def entries_of(company_id: str, shipment_id: str, row: LineRow) -> dict[bytes, bytes]:
    """Every entry of the line. A place carries the ids, so that a search need not read the lines it passes."""
    if row.change is None and row.log is None:
        return {}
    place = Place.of(row.at, shipment_id).stored()
    words = "\n".join(row.words).encode()
    searched = _BETWEEN + words
    found = {prefix + place: searched for prefix in _prefixes(company_id, row)}
    begin, end = _tokens(company_id), _END + shipment_id.encode()
    for word in words.split(_BETWEEN):
        found[begin + word + end] = b""
    if row.log is not None and row.log.stays:
        found.update(stay_entries(company_id, shipment_id, row.stays))
    return found


def _prefixes(company_id: str, row: LineRow) -> list[bytes]:
    prefixes = [all_places(company_id), status_places(company_id, row.status)]
    for cause in row.causes:
        prefixes.append(cause_places(company_id, cause.code))
        prefixes.append(cause_places(company_id, cause.code, cause.field, cause.value))
    return prefixes


@lru_cache(maxsize=1024)
def all_places(company_id: str) -> bytes:
    """What the places of all shipments begin with."""
    return key(PLACES, company_id, _ALL)


@lru_cache(maxsize=1024)
def status_places(company_id: str, status: str) -> bytes:
    """What the places of the shipments with a status begin with."""
    return key(PLACES, company_id, _STATUS, status)


@lru_cache(maxsize=1024)
def _tokens(company_id: str) -> bytes:
    return key(TOKENS, company_id)


def place_in(stored: bytes, prefix: bytes) -> Place:
    """The place in a key that begins so."""
    return Place.read(stored[len(prefix) :])


def token_range(company_id: str, text: str) -> bytes:
    """What the entries of all ids that begin with the text begin with."""
    return _tokens(company_id) + text.encode()


def shipment_in(stored: bytes, company_id: str) -> str:
    """The shipment that such an entry leads to."""
    return stored[len(_tokens(company_id)) :].partition(_END)[2].decode()


def is_found(searched: bytes, text: str) -> bool:
    """Whether an id that a place carries begins with the text."""
    return _BETWEEN + text.encode() in searched
