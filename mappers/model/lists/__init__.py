"""What lists, cards and pages show of shipments, and what may be asked of them."""

from mappers.model.lists.act import Act, ActFilter, ActKind, ActPage
from mappers.model.lists.following import FollowedPartition, Following, Freshness
from mappers.model.lists.shipment_detail import ShipmentDetail, ShownDifference, ShownProblem
from mappers.model.lists.shipment_line import (
    NOT_SYNCED,
    CauseFilter,
    ListedDocument,
    ShipmentFilter,
    ShipmentLine,
    ShipmentPage,
)
from mappers.model.lists.standing_cause import (
    AffectedPage,
    AttentionPage,
    Blocked,
    CauseGroup,
    CauseLife,
    Place,
    Remedy,
    ResolvedCause,
)

__all__ = [
    "NOT_SYNCED",
    "Act",
    "ActFilter",
    "ActKind",
    "ActPage",
    "AffectedPage",
    "AttentionPage",
    "Blocked",
    "CauseFilter",
    "CauseGroup",
    "CauseLife",
    "FollowedPartition",
    "Following",
    "Freshness",
    "ListedDocument",
    "Place",
    "Remedy",
    "ResolvedCause",
    "ShipmentDetail",
    "ShipmentFilter",
    "ShipmentLine",
    "ShipmentPage",
    "ShownDifference",
    "ShownProblem",
]
