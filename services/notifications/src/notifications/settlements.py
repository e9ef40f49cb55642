"""What notifications does about each event of its own that a restored database forgot."""

from common.contracts.notifications import NoticeDelivered, NoticeFailed, NoticeOutcomeUnknown
from common.delivery.settling import Settlement, settle
from notifications.notice_recalls import handlers as notices

SETTLEMENTS: list[Settlement] = [
    settle(NoticeDelivered, notices.recall_delivery),
    settle(NoticeFailed, notices.recall_failure),
    settle(NoticeOutcomeUnknown, notices.recall_doubt),
]
