"""Everything marketing keeps."""

from marketing.models.campaigns import Campaign, Goal, Offer, OfferKind, Status
from marketing.models.placements import CopyText, CopyVariant, FieldLimit, Placement
from marketing.models.results import DailyResult

__all__ = [
    "Campaign",
    "CopyText",
    "CopyVariant",
    "DailyResult",
    "FieldLimit",
    "Goal",
    "Offer",
    "OfferKind",
    "Placement",
    "Status",
]
