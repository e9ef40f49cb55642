"""The states of a report, what people call them, and the refusal of a step from the wrong one; pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from common.errors import DomainError


class ReportState(StrEnum):
    DRAFT = "draft"
    CHECKED = "checked"
    SIGNED_OFF = "signed_off"
    NUMBERED = "numbered"
    ISSUED = "issued"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


STATE_NAMES: Mapping[ReportState, tuple[str, str]] = {  # Vietnamese, English
    ReportState.DRAFT: ("bản thảo", "a draft"),
    ReportState.CHECKED: ("đã kiểm tra", "checked"),
    ReportState.SIGNED_OFF: ("đã ký duyệt", "signed off"),
    ReportState.NUMBERED: ("đã cấp số", "numbered"),
    ReportState.ISSUED: ("đã phát hành", "issued"),
    ReportState.SUPERSEDED: ("đã được thay thế", "superseded"),
    ReportState.WITHDRAWN: ("đã thu hồi", "withdrawn"),
}
CORRECTED = ("được đính chính", "corrected")
NUMBERED_DAILY = ("đã cấp số (báo cáo nhanh không mang số)", "numbered (a daily report carries no number)")


class ReportStateError(DomainError):
    """The report is not in the state that the step needs; ``wanted`` is told in Vietnamese and English."""

    code: ClassVar[str] = "report_state"

    def __init__(self, state: ReportState, wanted: tuple[str, str]) -> None:
        super().__init__(
            f"Báo cáo ở trạng thái “{STATE_NAMES[state][0]}”, không chuyển được sang “{wanted[0]}”.",
            f"The report is {STATE_NAMES[state][1]}; it cannot become {wanted[1]}.",
            state=state.value,
        )
