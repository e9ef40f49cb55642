"""Words for the page: figures, days and papers as officials write them, and the names of states."""

from datetime import date, datetime

from common.calendar import VIETNAM
from scenario.doors.system import Json

QUALIFIERS = {"exact": "", "more_than": "hơn ", "nearly": "gần ", "about": "khoảng ", "estimated": "ước "}


FIGURES: dict[str, tuple[str, str]] = {
    "booths_planned": ("Gian hàng kế hoạch", "Booths planned"),
    "booths_actual": ("Gian hàng thực tế", "Booths held"),
    "vendors": ("Chủ thể", "Vendors"),
    "provinces": ("Tỉnh, thành phố", "Provinces"),
    "ocop_products": ("Sản phẩm OCOP", "OCOP products"),
    "other_products": ("Sản phẩm khác (tiềm năng, đặc sản, hàng nước ngoài)", "Other products"),
    "visits": ("Lượt khách", "Visits"),
    "sales_vnd": ("Doanh số", "Sales"),
    "ocop_sales_vnd": ("Doanh số sản phẩm OCOP", "Sales of OCOP products"),
    "memoranda": ("Biên bản ghi nhớ", "Memoranda"),
    "contracts": ("Hợp đồng", "Contracts"),
    "fill_rate": ("Tỷ lệ lấp đầy", "Fill rate"),
    "coverage": ("Tỷ lệ gian hàng báo cáo", "Booths reporting"),
}


PERCENTAGES = ("fill_rate", "coverage", "change_per_day")
PARTS = {
    "hanoi": "Hà Nội",
    "theme": "các tỉnh chủ đề khác",
    "other": "khác",
    "company": "doanh nghiệp",
    "cooperative": "hợp tác xã",
    "cooperative_group": "tổ hợp tác",
    "household": "hộ kinh doanh",
    "foreign": "nước ngoài",
}
STATES: dict[str, tuple[str, str]] = {
    "submitted": ("đã nộp", "submitted"),
    "returned": ("chờ bổ sung", "returned"),
    "accepted": ("được chấp nhận", "accepted"),
    "rejected": ("bị từ chối", "rejected"),
    "revoked": ("bị thu hồi", "revoked"),
    "withdrawn": ("đã rút", "withdrawn"),
    "waitlisted": ("danh sách chờ", "waiting list"),
    "unplaced": ("không có gian hàng", "no place"),
    "offered": ("được mời", "offered"),
    "confirmed": ("đã xác nhận", "confirmed"),
    "declined": ("từ chối", "declined"),
    "expired": ("hết hạn", "expired"),
    "released": ("đã trả", "released"),
}


def write_moment(text: str | datetime) -> str:
    """Return an instant as 09/10/2020 08:00, Vietnam time."""
    instant = datetime.fromisoformat(text) if isinstance(text, str) else text
    return instant.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M")


def write_day(text: str | None) -> str:
    return "" if text is None else date.fromisoformat(text).strftime("%d/%m/%Y")


def write_number(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def write_figure(figure: Json | None, name: str) -> str:
    """Return a reported figure in Vietnamese: “hơn 5 vạn lượt”, “ước hơn 8 tỷ đồng”, “chưa có số liệu”."""
    if figure is None:
        return "chưa có số liệu"
    estimate = "ước " if figure.get("is_estimate") and figure["qualifier"] != "estimated" else ""
    head = estimate + QUALIFIERS.get(figure["qualifier"], "")
    value = int(figure["value"])
    if name in PERCENTAGES:
        return f"{head}{value / 10:g}%".replace(".", ",")
    if name.split("__", maxsplit=1)[0].endswith("_vnd"):
        return f"{head}{_money(value)} đồng"
    if name == "visits" and figure["qualifier"] == "more_than" and value % 10_000 == 0 and value:
        return f"{head}{value // 10_000} vạn lượt"
    return f"{head}{write_number(value)}"


def label(name: str) -> str:
    """Return a figure's name in Vietnamese, with its part: “Sản phẩm OCOP, 4 sao”."""
    whole, _, part = name.partition("__")
    stem, _, stars = whole.removesuffix("_star").rpartition("_")
    if whole.endswith("_star") and stem in FIGURES:
        return f"{FIGURES[stem][0]}, {stars} sao"
    vi = FIGURES[whole][0] if whole in FIGURES else whole
    return f"{vi}, {PARTS.get(part, f'khu {part.upper()}')}" if part else vi


def _money(value: int) -> str:
    for unit, word, below in ((10**9, "tỷ", 10**15), (10**6, "triệu", 10**9)):
        if unit <= value < below and value * 100 % unit == 0:
            return f"{value / unit:.2f}".rstrip("0").rstrip(".").replace(".", ",") + f" {word}"
    return write_number(value)


def write_paper(paper: Json | None) -> str:
    """Return ``15/TB-BCĐ ngày 20/08/2020``."""
    if paper is None or not paper.get("number"):
        return ""
    on = f" ngày {write_day(paper['issued_on'])}" if paper.get("issued_on") else ""
    return f"{paper['number']}/{paper['notation']}{on}"
