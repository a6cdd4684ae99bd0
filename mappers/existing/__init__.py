"""Our document beside the one that is in Xero: equal, to be updated, or not to be touched, and why."""

from mappers.existing.amounts import check_amount
from mappers.existing.decide import Adopt, Known, LetGo, Refuse, Renumber, Update, judge, keep_suffix
from mappers.existing.equality import matches
from mappers.existing.fingerprints import fingerprint
from mappers.existing.number_problems import (
    document_gone,
    held_by_other_shipment,
    number_ambiguous,
    number_used_up,
    undecided,
)
from mappers.existing.problems import lock_date
from mappers.existing.states import ALLOWED

__all__ = [
    "ALLOWED",
    "Adopt",
    "Known",
    "LetGo",
    "Refuse",
    "Renumber",
    "Update",
    "check_amount",
    "document_gone",
    "fingerprint",
    "held_by_other_shipment",
    "judge",
    "keep_suffix",
    "lock_date",
    "matches",
    "number_ambiguous",
    "number_used_up",
    "undecided",
]
