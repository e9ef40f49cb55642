"""What reporting listens to: every event of the other services has a line."""

from common.contracts import allocation as a
from common.contracts import notifications as n
from common.contracts import registration as r
from common.delivery.consuming import on
from reporting.editions import handlers as editions
from reporting.participations import handlers as participations

SUBSCRIPTIONS = [
    on(r.EditionAnnounced, editions.record_edition_step),
    on(r.RegistrationOpened, editions.record_edition_step),
    on(r.RegistrationClosed, editions.record_edition_step),
    on(r.EditionSuspended, editions.record_edition_step),
    on(r.EditionRescheduled, editions.record_edition_step),
    on(r.EditionCapacityChanged, editions.record_edition_step),
    on(r.EditionStarted, editions.record_edition_step),
    on(r.EditionEnded, editions.record_edition_step),
    on(r.EditionCancelled, editions.record_edition_step),
    on(r.ApplicationSubmitted, participations.record_submission),
    on(r.ApplicationReturned, participations.record_return),
    on(r.ApplicationAccepted, participations.record_acceptance),
    on(r.ApplicationRejected, participations.record_rejection),
    on(r.ApplicationRevoked, participations.record_revocation),
    on(r.ApplicationWithdrawn, participations.record_withdrawal),
    on(r.CertificateExpiring, participations.record_warning),
    on(a.FloorPlanPublished, editions.record_allocation_step),
    on(a.AllocationRunCompleted, editions.record_allocation_step),
    on(a.AllocationRunReleased, editions.record_allocation_step),
    on(a.BoothOffered, participations.record_offer),
    on(a.BoothConfirmed, participations.record_confirmation),
    on(a.BoothDeclined, participations.record_refusal),
    on(a.BoothOfferExpired, participations.record_expiry),
    on(a.BoothMoved, participations.record_move),
    on(a.BoothReleased, participations.record_release),
    on(a.ApplicationWaitlisted, participations.record_waiting),
    on(a.ApplicationClosedUnplaced, participations.record_closing),
    on(a.BoothCheckedIn, participations.record_attendance),
    on(a.BoothNoShow, participations.record_attendance),
    on(n.NoticeDelivered, participations.record_notice),
    on(n.NoticeFailed, participations.record_notice),
    on(n.NoticeOutcomeUnknown, participations.record_notice),
]
