"""What notifications does about each event of its own that a restored database forgot, and which topics it reads again."""

from common.contracts.notifications import NoticeDelivered, NoticeFailed, NoticeOutcomeUnknown
from common.contracts.registration import ContactRecorded
from common.delivery.rereading import Rereading, reread
from common.delivery.settling import Settlement, settle
from notifications.contacts.rereading import take_again
from notifications.notice_recalls import handlers as notices

SETTLEMENTS: list[Settlement] = [
    settle(NoticeDelivered, notices.recall_delivery),
    settle(NoticeFailed, notices.recall_failure),
    settle(NoticeOutcomeUnknown, notices.recall_doubt),
]

REREADINGS: list[Rereading] = [reread(ContactRecorded, take_again)]
