"""What the player tells of each step, in Vietnamese."""

from collections.abc import Mapping

from scenario.steps import Report
from scenario.wording import EDITION_STATES

DECISIONS = {"accept": "chấp nhận", "return": "trả lại", "reject": "từ chối", "left_open": "để người xét"}
REPORTS = {"daily": "báo cáo nhanh", "result": "báo cáo kết quả"}


def say_state(state: str) -> str:
    """Return an edition's state."""
    return f"kỳ sự kiện {EDITION_STATES[state][0]}"


def say_decisions(decided: Mapping[str, int]) -> str:
    """Return how many dossiers got which decision: 433 chấp nhận, 36 trả lại."""
    return ", ".join(f"{decided[one]} {words}" for one, words in DECISIONS.items() if decided.get(one)) or "0 hồ sơ"


def say_report(report: Report, agencies: Mapping[str, str]) -> str:
    """Return a report's kind and to whom it goes, the agency by its name."""
    kind = REPORTS.get(report.kind, report.kind)
    corrected = " (đính chính)" if report.corrects is not None else ""
    addressee = agencies.get(report.addressee_agency_code, report.addressee_agency_code)
    return f"{kind}{corrected} gửi {addressee}"


def add_deadlines(told: str, deadlines: int) -> str:
    """Add how many deadlines fell due before the step."""
    return f"{told}; trước đó {deadlines} thời hạn đã đến" if deadlines else told
