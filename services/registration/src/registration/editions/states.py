"""The states of an edition: which act leads where, and how refusals call them."""

from collections.abc import Mapping
from enum import StrEnum

from common.errors import DomainError


class EditionState(StrEnum):
    PLANNED = "planned"
    APPROVED = "approved"
    REGISTRATION_OPEN = "registration_open"
    REGISTRATION_CLOSED = "registration_closed"
    ALLOCATED = "allocated"
    READY = "ready"
    LIVE = "live"
    CLOSED = "closed"
    REPORTED = "reported"
    SUSPENDED = "suspended"
    CANCELLED = "cancelled"


class Act(StrEnum):
    """What is done to an edition."""

    APPROVE = "approve"
    OPEN = "open"
    CLOSE = "close"
    REOPEN = "reopen"
    PUBLISH = "publish"
    MAKE_READY = "make_ready"
    START = "start"
    END = "end"
    REPORT = "report"
    SUSPEND = "suspend"
    RESCHEDULE = "reschedule"
    CHANGE_CAPACITY = "change_capacity"
    CANCEL = "cancel"


S = EditionState
BEFORE_LIVE = (S.PLANNED, S.APPROVED, S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED, S.ALLOCATED, S.READY)
ROAD: Mapping[Act, tuple[EditionState, EditionState]] = {
    Act.APPROVE: (S.PLANNED, S.APPROVED),
    Act.OPEN: (S.APPROVED, S.REGISTRATION_OPEN),
    Act.CLOSE: (S.REGISTRATION_OPEN, S.REGISTRATION_CLOSED),
    Act.REOPEN: (S.REGISTRATION_CLOSED, S.REGISTRATION_OPEN),
    Act.PUBLISH: (S.REGISTRATION_CLOSED, S.ALLOCATED),
    Act.MAKE_READY: (S.ALLOCATED, S.READY),
    Act.START: (S.READY, S.LIVE),
    Act.END: (S.LIVE, S.CLOSED),
    Act.REPORT: (S.CLOSED, S.REPORTED),
}
ASIDE: Mapping[Act, tuple[EditionState, ...]] = {
    Act.SUSPEND: (*BEFORE_LIVE, S.LIVE),
    Act.RESCHEDULE: (*BEFORE_LIVE, S.SUSPENDED),
    Act.CHANGE_CAPACITY: (*BEFORE_LIVE, S.LIVE),
    Act.CANCEL: (*BEFORE_LIVE, S.SUSPENDED),
}
NEEDS_PAPER = frozenset({Act.APPROVE, Act.SUSPEND, Act.RESCHEDULE, Act.CANCEL, Act.REPORT})
TAKES_NOMINATIONS = (S.APPROVED, S.REGISTRATION_OPEN)
AFTER_INTAKE = (S.REGISTRATION_CLOSED, S.ALLOCATED, S.READY, S.LIVE)

STATE_NAMES: Mapping[EditionState, tuple[str, str]] = {
    S.PLANNED: ("dự kiến", "planned"),
    S.APPROVED: ("đã phê duyệt", "approved"),
    S.REGISTRATION_OPEN: ("đang nhận đăng ký", "open for registration"),
    S.REGISTRATION_CLOSED: ("đã đóng đăng ký", "closed for registration"),
    S.ALLOCATED: ("đã công bố phân bổ gian hàng", "allocated"),
    S.READY: ("sẵn sàng", "ready"),
    S.LIVE: ("đang diễn ra", "being held"),
    S.CLOSED: ("đã bế mạc", "over"),
    S.REPORTED: ("đã báo cáo kết quả", "reported"),
    S.SUSPENDED: ("tạm dừng", "suspended"),
    S.CANCELLED: ("đã hủy", "cancelled"),
}
ACT_NAMES: Mapping[Act, tuple[str, str]] = {
    Act.APPROVE: ("phê duyệt", "be approved"),
    Act.OPEN: ("mở đăng ký", "open its registration"),
    Act.CLOSE: ("đóng đăng ký", "close its registration"),
    Act.REOPEN: ("mở lại đăng ký", "open its registration again"),
    Act.PUBLISH: ("công bố phân bổ gian hàng", "publish its places"),
    Act.MAKE_READY: ("xác nhận sẵn sàng", "be made ready"),
    Act.START: ("khai mạc", "begin"),
    Act.END: ("bế mạc", "end"),
    Act.REPORT: ("ghi nhận báo cáo kết quả", "be recorded as reported"),
    Act.SUSPEND: ("tạm dừng", "be suspended"),
    Act.RESCHEDULE: ("dời lịch", "be rescheduled"),
    Act.CHANGE_CAPACITY: ("đổi quy mô", "change its number of booths"),
    Act.CANCEL: ("hủy", "be cancelled"),
}
"""How refusals call states and acts, in Vietnamese and English."""


class EditionStateError(DomainError):
    """The edition's state does not allow what is asked."""

    code = "edition_state"

    def __init__(self, act: Act, state: EditionState) -> None:
        super().__init__(
            f"Kỳ sự kiện ở trạng thái “{STATE_NAMES[state][0]}”, lúc này không thể {ACT_NAMES[act][0]}.",
            f"The edition is {STATE_NAMES[state][1]}; it cannot {ACT_NAMES[act][1]} now.",
            act=act,
            state=state,
        )
