"""What allocation does about each event of its own that a restored database forgot: event -> how it is folded back."""

from allocation.recalls import handlers as recalls
from allocation.recalls import plans, runs
from common.contracts.allocation import (
    AllocationRunCompleted,
    AllocationRunReleased,
    ApplicationClosedUnplaced,
    ApplicationWaitlisted,
    BoothCheckedIn,
    BoothConfirmed,
    BoothDeclined,
    BoothMoved,
    BoothNoShow,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
    FloorPlanPublished,
)
from common.delivery.settling import Settlement, settle

SETTLEMENTS: list[Settlement] = [
    settle(FloorPlanPublished, plans.recall_plan),
    settle(AllocationRunCompleted, runs.recall_result),
    settle(AllocationRunReleased, runs.recall_release),
    settle(BoothOffered, recalls.recall_offer),
    settle(BoothConfirmed, recalls.recall_confirmation),
    settle(BoothDeclined, recalls.recall_refusal),
    settle(BoothOfferExpired, recalls.recall_expiry),
    settle(BoothMoved, recalls.recall_move),
    settle(BoothReleased, recalls.recall_release),
    settle(ApplicationWaitlisted, recalls.recall_wait),
    settle(ApplicationClosedUnplaced, recalls.recall_end),
    settle(BoothCheckedIn, recalls.recall_look),
    settle(BoothNoShow, recalls.recall_look),
]
