"""Why an application may be withdrawn, and by whom each reason may be given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from common.errors import FieldProblem
from common.papers.issue_dates import check_issued_on
from registration.amendments.domain import Grounds

VENDOR, AGENCY, ORGANISER = "vendor", "agency", "organiser"
EVERYBODY = (VENDOR, AGENCY, ORGANISER)
OTHERS = (AGENCY, ORGANISER)


@dataclass(frozen=True)
class WithdrawalReason:
    """A reason with its words; ``needs_note``: what is meant has to be said beside it."""

    vi: str
    en: str
    given_by: tuple[str, ...] = EVERYBODY
    needs_note: bool = False


REASONS: Mapping[str, WithdrawalReason] = {
    "cannot_attend": WithdrawalReason("Không thể tham dự", "Cannot attend"),
    "dates_do_not_suit": WithdrawalReason("Không phù hợp thời gian tổ chức", "The dates do not suit"),
    "products_not_ready": WithdrawalReason(
        "Sản phẩm chưa sẵn sàng, hết mùa vụ", "The products are not ready or out of season"
    ),
    "papers_not_in_time": WithdrawalReason("Không kịp hoàn thiện giấy tờ", "The papers will not be ready in time"),
    "too_costly": WithdrawalReason("Chi phí tham gia quá cao", "Taking part costs too much"),
    "business_ended": WithdrawalReason("Ngừng hoặc tạm ngừng hoạt động", "The business has ended or rests"),
    "applied_twice": WithdrawalReason("Đăng ký trùng", "Applied twice"),
    "asked_by_vendor": WithdrawalReason("Theo đề nghị của chủ thể", "The vendor asked for it", OTHERS),
    "nominated_by_mistake": WithdrawalReason("Đề cử nhầm", "Nominated by mistake", OTHERS),
    "other": WithdrawalReason("Lý do khác", "Another reason", EVERYBODY, needs_note=True),
}
"""Codes in events, so they only grow; notifications has the same words in its pack of reasons."""


def check_grounds(grounds: Grounds, by: str, today: date) -> Iterator[FieldProblem]:
    """Check why somebody (``vendor``, ``agency``, ``organiser``) withdraws, and by whose word.

    The organiser does it for another: one person alone would else end what a rejection or a revocation takes two for.
    """
    yield from _check_reason(grounds.reason_code, grounds.note, by)
    if grounds.paper is None and by == ORGANISER:
        yield FieldProblem(
            "request",
            "paper_missing",
            "Ban Tổ chức chỉ rút hồ sơ theo văn bản của chủ thể hoặc của cơ quan đề cử: ghi số hoặc tên và ngày của văn bản.",
            "The organiser withdraws by a paper of the vendor or of who nominated it: give its number or name, and its date.",
        )
    yield from check_issued_on(grounds.paper_issued_on, today, "request")


def _check_reason(code: str, note: str | None, by: str) -> Iterator[FieldProblem]:
    reason = REASONS.get(code)
    if reason is None or by not in reason.given_by:
        names = {name: one for name, one in REASONS.items() if by in one.given_by}
        vi = "; ".join(f"{name} ({one.vi})" for name, one in names.items())
        yield FieldProblem("reason_code", "unknown_code", f"Hãy chọn một lý do: {vi}.", f"One of: {', '.join(names)}.")
    elif reason.needs_note and not (note or "").strip():
        yield FieldProblem("note", "missing", "Hãy ghi rõ lý do khác là gì.", "Say which other reason it is.")
