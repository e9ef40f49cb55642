"""How often the link of a draft is mailed, and to whom: nothing typed but the address itself goes into that mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from common.errors import TooManyError
from registration.vendors.domain import Contact

PURPOSE = "draft_saved"
"""The only thing that the holder of a draft may be told: that it is saved, and how to open it."""
PERIOD = timedelta(hours=24)


@dataclass(frozen=True)
class DraftMail:
    """The link of a draft was asked for; ``address_key`` tells addresses apart and is forgotten in time."""

    draft_id: UUID
    number: int
    address_key: str | None
    asked_at: datetime


@dataclass(frozen=True)
class Counts:
    """How many mails there were: of a draft in all, and to an address within a period, since when."""

    of_draft: int
    to_address: int
    since: datetime | None


def contact_for(address: str, language: str) -> Contact:
    """Return how the holder of a draft is reached: who types a stranger's address can put no words into its mail."""
    return Contact(address, address, None, language, ("email",), (PURPOSE,))


def check_counts(counts: Counts, most: int, now: datetime) -> None:
    """Raise TooManyError where a draft's link was mailed, or an address written to, as often as may be."""
    if counts.of_draft >= most:
        raise TooManyError(
            f"Đường dẫn của bản nháp này đã được gửi {counts.of_draft} lần; hãy tìm trong hộp thư, kể cả thư rác.",
            f"The link of this draft was mailed {counts.of_draft} times; please look into the mailbox, spam too.",
            field="contact.email",
        )
    if counts.to_address >= most:
        again = (counts.since or now) + PERIOD
        raise TooManyError(
            f"Địa chỉ thư này đã nhận {counts.to_address} đường dẫn trong 24 giờ; hãy thử lại sau.",
            f"This address was sent {counts.to_address} links within 24 hours; please try again later.",
            field="contact.email",
            retry_after_seconds=max(1, int((again - now).total_seconds())),
        )
