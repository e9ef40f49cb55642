"""What the player tells of each step, in Vietnamese."""

from collections.abc import Mapping

from scenario.script.states import EDITION_STATES
from scenario.script.steps import Report
from scenario.script.turns import Repair

DECISIONS = {"accept": "chấp nhận", "return": "trả lại", "reject": "từ chối", "left_open": "để người xét"}
DAMAGES = {
    "fewer_booths": "giảm số gian hàng",
    "power_failed": "mất điện",
    "section_closed": "đóng một đoạn phố",
    "withdrawal": "có chủ thể rút",
}
SWAPS = {"done": "đã đổi xong", "lapsed": "đã hết hạn", "proposed": "đang chờ đồng ý", "refused": "đã bị từ chối"}
REPORTS = {"daily": "báo cáo nhanh", "result": "báo cáo kết quả"}


def say_state(state: str) -> str:
    """Return an edition's state."""
    return f"kỳ sự kiện {EDITION_STATES[state][0]}"


def say_decisions(decided: Mapping[str, int]) -> str:
    """Return how many dossiers got which decision: 433 chấp nhận, 36 trả lại."""
    return ", ".join(f"{decided[one]} {words}" for one, words in DECISIONS.items() if decided.get(one)) or "0 hồ sơ"


def say_review(decided: str, agreed: int, *, together: bool) -> str:
    """Add to decisions to how many a second person agreed, and whether they were told together."""
    return f"{decided}{f'; người thứ hai đồng ý {agreed}' if agreed else ''}{'; công bố cùng lúc' if together else ''}"


def say_damage(step: Repair) -> str:
    """Return what befell which booths: mất điện B14, B16."""
    booths = ", ".join((*step.closed_booths, *step.booths_without_power))
    return f"{DAMAGES.get(step.cause, step.cause)} {booths}".strip()


def say_swap(mine: str, theirs: str, state: str) -> str:
    """Return which booths were to change hands, and what came of it."""
    return f"{mine} đổi với {theirs}: {SWAPS.get(state, state)}"


def say_report(report: Report, agencies: Mapping[str, str]) -> str:
    """Return a report's kind and to whom it goes, the agency by its name."""
    kind = REPORTS.get(report.kind, report.kind)
    corrected = " (đính chính)" if report.corrects is not None else ""
    addressee = agencies.get(report.addressee_agency_code, report.addressee_agency_code)
    return f"{kind}{corrected} gửi {addressee}"


def add_deadlines(told: str, deadlines: int) -> str:
    """Add how many deadlines fell due before the step."""
    return f"{told}; trước đó {deadlines} thời hạn đã đến" if deadlines else told
