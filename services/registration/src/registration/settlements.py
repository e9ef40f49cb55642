"""What registration does about each event of its own that a restored database forgot, and which topic it takes over."""

from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationRevoked,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CertificateExpiring,
    ContactRecorded,
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
from common.delivery.rereading import Rereading, reread
from common.delivery.settling import Settled, Settlement, by_hand, settle
from registration.application_recalls import handlers as applications
from registration.contact_recalls.handlers import take_over
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

REREADINGS: list[Rereading] = [reread(ContactRecorded, take_over)]

UNTOLD: Settled = by_hand(
    "Các dòng hỗ trợ nhập sau bản sao lưu không còn trong sổ: hãy nhập lại theo chứng từ (again_by) rồi xác nhận"
    " (POST /registration/support-ledger/confirmation); trước đó không nhập được dòng mới, để không chi hai lần cho cùng một nội"
    " dung. Cơ quan, đề cử, thư mời và hợp nhất chủ thể sau bản sao lưu cũng phải nhập lại.",
    "Lines of support that were entered behind the backup are not in the ledger any more: enter them again by their papers"
    " (again_by), then confirm that (POST /registration/support-ledger/confirmation); until then new ones are refused, so that"
    " nothing is paid twice. Agencies, nominations, invitations and merges of vendors since the backup are to be entered again too.",
)
