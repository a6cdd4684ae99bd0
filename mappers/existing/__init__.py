"""Compares our document with the one that is already in Xero: equal, to be updated, or to be left alone, and why."""

from mappers.existing.completeness import shows_enough
from mappers.existing.decide import Adopt, Known, LetGo, Refuse, Renumber, Update, decide, keep_suffix
from mappers.existing.equality import check_amount, fingerprint, matches
from mappers.existing.problems import (
    approved_updated,
    document_gone,
    held_by_other_shipment,
    number_ambiguous,
    number_used_up,
    undecided,
)
from mappers.existing.states import is_approved

__all__ = [
    "Adopt",
    "Known",
    "LetGo",
    "Refuse",
    "Renumber",
    "Update",
    "approved_updated",
    "check_amount",
    "decide",
    "document_gone",
    "fingerprint",
    "held_by_other_shipment",
    "is_approved",
    "keep_suffix",
    "matches",
    "number_ambiguous",
    "number_used_up",
    "shows_enough",
    "undecided",
]
