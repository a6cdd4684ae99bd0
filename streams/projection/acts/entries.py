"""What an act is found by: its place among all of its company, among those of its kind, and of who did it."""

from typing import NamedTuple

import orjson

from mappers.model import Act, ActFilter, normalise
from streams.projection.encoding import ACTS, key
from streams.projection.place import Place, moment

_ALL, _KIND, _BY = "a", "k", "b"


class ToldAct(NamedTuple):
    """An act with what tells it from every other: the same record folded again is the same entry."""

    at: int
    """Microseconds since 1970."""
    id: str
    act: Act

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place.of(self.at, self.id)


def told_act(at: int, act_id: str, kind: str, by: str, company_id: str, **more: str) -> ToldAct:
    """The act of that moment."""
    return ToldAct(at, act_id, Act(moment(at), kind, by, company_id, **more))


def entries_of_act(told: ToldAct) -> dict[bytes, bytes]:
    """Every entry of the act: each has all of it, so that a page reads nothing else."""
    act, place = told.act, told.place.stored()
    row = orjson.dumps([act.kind, act.by, act.company_id, act.shipment_id, act.result, act.detail])
    prefixes = [key(ACTS, act.company_id, _ALL), key(ACTS, act.company_id, _KIND, act.kind)]
    if act.by:
        prefixes.append(key(ACTS, act.company_id, _BY, _name(act.by)))
    return {prefix + place: row for prefix in prefixes}


def narrowest(company_id: str, wanted: ActFilter) -> bytes:
    """What the entries begin with among which all that are wanted are."""
    if wanted.by:
        return key(ACTS, company_id, _BY, _name(wanted.by))
    if wanted.kind:
        return key(ACTS, company_id, _KIND, wanted.kind)
    return key(ACTS, company_id, _ALL)


def act_in(place: Place, row: bytes) -> Act:
    """The act of an entry."""
    return Act(moment(place.at), *orjson.loads(row))


def _name(by: str) -> str:
    return normalise(by).casefold()
