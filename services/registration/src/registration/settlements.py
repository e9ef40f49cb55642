"""What registration does about each event of its own that a restored database forgot."""

from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
    EditionAnnounced,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)
from common.delivery.settling import Settlement, settle
from registration.application_recalls import handlers as applications
from registration.edition_recalls import handlers as editions

SETTLEMENTS: list[Settlement] = [
    settle(EditionAnnounced, editions.recall_announcement),
    settle(RegistrationOpened, editions.recall_opening),
    settle(RegistrationClosed, editions.recall_closing),
    settle(EditionSuspended, editions.recall_suspension),
    settle(EditionRescheduled, editions.recall_new_dates),
    settle(EditionCapacityChanged, editions.recall_capacity),
    settle(EditionStarted, editions.recall_start),
    settle(EditionEnded, editions.recall_end),
    settle(EditionCancelled, editions.recall_cancellation),
    settle(ApplicationSubmitted, applications.recall_submission),
    settle(ApplicationReturned, applications.recall_return),
    settle(ApplicationAccepted, applications.recall_acceptance),
    settle(ApplicationRejected, applications.recall_rejection),
    settle(ApplicationRevoked, applications.recall_revocation),
    settle(ApplicationWithdrawn, applications.recall_withdrawal),
    settle(CertificateExpiring, applications.recall_warning),
]
