"""What notifications tells: what became of each notice."""

from typing import ClassVar
from uuid import UUID

from common.contracts.base import Code, Event, OpenEnum, Value


class RecipientKind(OpenEnum):
    """What a recipient's ``id`` names: a vendor, an agency or somebody of the press."""

    VENDOR = "vendor"
    AGENCY = "agency"
    PRESS = "press"
    OTHER = "other"


class NoticeChannel(OpenEnum):
    """The way by which a notice goes out."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
    OTHER = "other"


class Recipient(Value):
    """Who was told: a vendor's id, an agency's code or a press id; never a name or address."""

    kind: RecipientKind
    id: Code


class NoticeEvent(Event):
    """About one notice on one channel; ``attempt`` counts its sendings so far, ``about_id`` is what it tells of."""

    subject_field: ClassVar[str] = "notice_id"
    notice_id: UUID
    edition_id: UUID | None
    purpose: Code
    about_id: UUID
    recipient: Recipient
    channel: NoticeChannel
    language: Code
    attempt: int


class NoticeDelivered(NoticeEvent):
    """The channel took the notice."""


class NoticeFailed(NoticeEvent):
    """The channel refused the notice for good."""

    reason_code: Code


class NoticeOutcomeUnknown(NoticeEvent):
    """The channel neither took nor refused the notice."""
