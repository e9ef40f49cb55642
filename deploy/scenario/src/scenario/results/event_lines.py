"""A line for each event: its name, and the facts worth telling, in words."""

from collections.abc import Mapping, Sequence

from scenario.doors.system import Json
from scenario.results.folding import name_of
from scenario.results.wording import write_day, write_moment, write_number, write_paper

EVENTS: dict[str, tuple[str, str]] = {
    "edition_announced": ("Kỳ sự kiện được phê duyệt", "Edition approved"),
    "registration_opened": ("Mở đăng ký", "Registration opened"),
    "registration_closed": ("Đóng đăng ký", "Registration closed"),
    "edition_suspended": ("Tạm dừng", "Suspended"),
    "edition_rescheduled": ("Dời lịch", "Rescheduled"),
    "edition_capacity_changed": ("Đổi quy mô", "Capacity changed"),
    "edition_started": ("Khai mạc", "Started"),
    "edition_ended": ("Bế mạc", "Ended"),
    "edition_cancelled": ("Hủy", "Cancelled"),
    "application_submitted": ("Nộp hồ sơ", "Submitted"),
    "application_returned": ("Yêu cầu bổ sung", "Returned for supplement"),
    "application_accepted": ("Được chấp nhận", "Accepted"),
    "application_rejected": ("Bị từ chối", "Rejected"),
    "application_revoked": ("Bị thu hồi", "Revoked"),
    "application_withdrawn": ("Rút hồ sơ", "Withdrawn"),
    "certificate_expiring": ("Giấy chứng nhận sắp hết hiệu lực", "Certificate lapses soon"),
    "floor_plan_published": ("Công bố sơ đồ gian hàng", "Floor plan published"),
    "allocation_run_completed": ("Có phương án phân bổ", "Allocation run completed"),
    "allocation_run_released": ("Công bố phân bổ", "Allocation released"),
    "booth_offered": ("Mời nhận gian hàng", "Booth offered"),
    "booth_confirmed": ("Xác nhận gian hàng", "Booth confirmed"),
    "booth_declined": ("Từ chối gian hàng", "Booth declined"),
    "booth_offer_expired": ("Hết hạn trả lời", "Offer expired"),
    "booth_moved": ("Chuyển gian hàng", "Booth moved"),
    "booth_released": ("Trả gian hàng", "Booth released"),
    "application_waitlisted": ("Vào danh sách chờ", "On the waiting list"),
    "application_closed_unplaced": ("Kết thúc, không có gian hàng", "Closed without a place"),
    "booth_checked_in": ("Có mặt tại gian hàng", "Checked in"),
    "booth_no_show": ("Vắng mặt", "No show"),
    "report_issued": ("Phát hành báo cáo", "Report issued"),
    "report_withdrawn": ("Thu hồi báo cáo", "Report withdrawn"),
    "day_figures_recorded": ("Số liệu ngày", "Day figures"),
    "notice_delivered": ("Đã báo tin", "Notice delivered"),
    "notice_failed": ("Không báo được tin", "Notice failed"),
    "notice_outcome_unknown": ("Chưa rõ đã báo tin", "Notice outcome unknown"),
}


REASONS = {
    "budget": "kinh phí tổ chức",
    "more_vendors": "có thêm chủ thể tham gia",
    "other": "lý do nêu trong văn bản",
    "safety": "bảo đảm an toàn",
    "state_event": "trùng sự kiện của Nhà nước",
    "venue_not_available": "địa điểm chưa sử dụng được",
    "weather": "thời tiết xấu",
    "asked_again": "hỏi lại theo lịch mới",
    "capacity_changed": "số gian hàng của kỳ sự kiện bị giảm",
    "cannot_attend": "không tham dự được",
    "covid_19": "dịch Covid-19",
    "edition_ended": "sự kiện đã kết thúc",
    "epidemic": "dịch bệnh",
    "epidemic_under_control": "dịch đã được kiểm soát",
    "next_in_line": "đến lượt trong danh sách chờ",
    "repair": "bố trí lại",
    "swap": "hai bên thỏa thuận đổi",
    "too_few_vendors": "không đủ chủ thể",
}
"""Reasons that events give by code; one that is not here is shown by its code."""


def describe(event: Json, agencies: Mapping[str, str], booths_before: int | None = None) -> str:
    """Return the facts of an event worth a line, in Vietnamese; agencies by name.

    ``booths_before`` is the number of booths planned until then.
    """
    data = event["data"]
    parts = [*_counts(name_of(event), data, agencies), *_capacity(data, booths_before), *_places(data)]
    if data.get("reply_by_at"):
        parts.append(f"trả lời trước {write_moment(data['reply_by_at'])}")
    if data.get("on"):
        parts.append(f"ngày {write_day(data['on'])}")
    if data.get("new"):
        parts.append(f"sang {write_day(data['new']['from'])}-{write_day(data['new']['to'])}")
    parts += [reason["text"]["vi"] for reason in data.get("reasons") or []]
    if paper := write_paper(data.get("legal_document")):
        parts.append(f"theo {paper}")
    elif data.get("reason_code"):
        code = str(data["reason_code"])
        parts.append(REASONS.get(code, code))
    return "; ".join(parts)


def _capacity(data: Json, before: int | None) -> list[str]:
    """Return how many booths are planned, and how many were."""
    if (target := data.get("booth_target")) is None:
        return []
    told = f"{write_number(target)} gian hàng"
    if before is None or before == target:
        return [told]
    way, to = ("giảm", "xuống") if target < before else ("tăng", "lên")
    return [f"{way} từ {write_number(before)} {to} {told}"]


def name_booths(events: Sequence[Json]) -> list[str]:
    """Return the booths of events: each move “B16 → C17”, all that became free “gian hàng D03, C17”."""
    moves = [place for event in events if name_of(event) == "booth_moved" for place in _places(event["data"])]
    free = [code for event in events for code in event["data"].get("booth_codes") or ()]
    return [*moves, *(["gian hàng " + ", ".join(free)] if free else [])]


def _places(data: Json) -> list[str]:
    if data.get("new_booth_codes"):
        return [f"{', '.join(data['old_booth_codes'])} → {', '.join(data['new_booth_codes'])}"]
    return ["gian hàng " + ", ".join(data["booth_codes"])] if data.get("booth_codes") else []


def _counts(name: str, data: Json, agencies: Mapping[str, str]) -> list[str]:
    match name:
        case "registration_closed":
            return [f"{data['submitted']} hồ sơ, {data['accepted']} được chấp nhận, {data['pending']} còn chờ"]
        case "allocation_run_completed":
            return [f"{data['placed']} chủ thể có gian hàng, {data['waitlisted']} vào danh sách chờ"]
        case "report_issued":
            kind = "báo cáo nhanh" if data["kind"] == "daily" else "báo cáo kết quả"
            paper = write_paper(data)
            version = f", lần {data['version']}" if data["version"] > 1 else ""
            code = data["addressee_agency_code"]
            return [f"{kind} {paper}".strip() + f" gửi {agencies.get(code, code)}{version}"]
        case "application_waitlisted":
            return [f"thứ {data['position']}"]
        case _:
            return _facts_of_edition(name, data)


def _facts_of_edition(name: str, data: Json) -> list[str]:
    """Return the days planned or held, or what a plan of the street is."""
    match name:
        case "edition_announced":
            return [f"tổ chức {write_day(data['planned']['from'])}-{write_day(data['planned']['to'])}"]
        case "edition_ended":
            return [f"đã tổ chức {write_day(data['actual']['from'])}-{write_day(data['actual']['to'])}"]
        case "floor_plan_published":
            return [f"phiên bản {data['version']}", f"{write_number(len(data['booths']))} gian hàng"]
        case _:
            return []
