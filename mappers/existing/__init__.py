"""Compares our document with the one that is already in Xero: equal, to be updated, or to be left alone, and why."""

from mappers.existing.changes import Comparison, OwnVersion, SeenDocument, compare
from mappers.existing.completeness import shows_enough
from mappers.existing.decide import Adopt, Known, LetGo, Refuse, Renumber, Update, decide, keep_suffix
from mappers.existing.drift import differences, is_alive
from mappers.existing.equality import matches
from mappers.existing.fingerprint import fingerprint, is_unedited
from mappers.existing.problems import (
    approved_updated,
    document_gone,
    held_by_other_shipment,
    number_ambiguous,
    number_used_up,
    undecided,
)
from mappers.existing.reply import check_amount, shown_otherwise, unasked_tax
from mappers.existing.states import is_approved

__all__ = [
    "Adopt",
    "Comparison",
    "Known",
    "LetGo",
    "OwnVersion",
    "Refuse",
    "Renumber",
    "SeenDocument",
    "Update",
    "approved_updated",
    "check_amount",
    "compare",
    "decide",
    "differences",
    "document_gone",
    "fingerprint",
    "held_by_other_shipment",
    "is_alive",
    "is_approved",
    "is_unedited",
    "keep_suffix",
    "matches",
    "number_ambiguous",
    "number_used_up",
    "shown_otherwise",
    "shows_enough",
    "unasked_tax",
    "undecided",
]
