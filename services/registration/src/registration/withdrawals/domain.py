"""Why an application may be withdrawn, and by whom each reason may be given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from common.errors import FieldProblem

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


def check_reason(code: str, note: str | None, by: str) -> Iterator[FieldProblem]:
    """Check the reason of a withdrawal by somebody (``vendor``, ``agency``, ``organiser``)."""
    reason = REASONS.get(code)
    if reason is None or by not in reason.given_by:
        names = {name: one for name, one in REASONS.items() if by in one.given_by}
        vi = "; ".join(f"{name} ({one.vi})" for name, one in names.items())
        yield FieldProblem("reason_code", "unknown_code", f"Hãy chọn một lý do: {vi}.", f"One of: {', '.join(names)}.")
    elif reason.needs_note and not (note or "").strip():
        yield FieldProblem("note", "missing", "Hãy ghi rõ lý do khác là gì.", "Say which other reason it is.")
