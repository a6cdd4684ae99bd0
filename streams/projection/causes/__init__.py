"""Why shipments stand still: the causes in their logs, how many stand under each, and how much money."""

from streams.projection.causes.attention import causes_of
from streams.projection.causes.cause_moves import CauseMoves
from streams.projection.causes.cause_pages import (
    LISTED_CAUSES,
    affected_page,
    attention_page,
    resolved_causes,
    standing_causes,
    standing_still,
)
from streams.projection.causes.stay_index import stay_entries
from streams.projection.causes.stays import Stay, differences_in, stays_in

__all__ = [
    "LISTED_CAUSES",
    "CauseMoves",
    "Stay",
    "affected_page",
    "attention_page",
    "causes_of",
    "differences_in",
    "resolved_causes",
    "standing_causes",
    "standing_still",
    "stay_entries",
    "stays_in",
]
