"""Writes a plan as a workbook (XLSX): booths with their holders, zones, and what changed since the version before."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from allocation.floor_plans.domain import FloorPlan, PlanChange, count_by_zone

HEADS = {
    "Gian hàng": ["Gian", "Khu", "Tên khu", "Diện tích (m²)", "Gian góc", "Ổ điện", "x (m)", "y (m)", "Chủ thể"],
    "Khu": ["Khu", "Tên khu", "Tên tiếng Anh", "Số gian", "Đã có chủ thể"],
    "Thay đổi": ["Gian", "Thay đổi", "Mục", "Trước", "Sau"],
}
WIDTHS = (10, 8, 34, 14, 14, 14, 10, 10, 44)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CHANGES = {"added": "thêm", "removed": "bỏ", "changed": "sửa"}


def write_workbook(plan: FloorPlan, name: str, holders: Mapping[str, str], changes: Sequence[PlanChange]) -> bytes:
    """Return the workbook; ``changes`` are those since the version before."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # 4 MB that a service whose plans nobody fetches never needs

    names = {zone.zone_code: zone.name_vi for zone in plan.zones}
    held = count_by_zone([booth for booth in plan.booths if booth.booth_code in holders])
    built = count_by_zone(plan.booths)
    rows: dict[str, list[list[str | float]]] = {
        "Gian hàng": [
            [
                each.booth_code,
                each.zone_code,
                names.get(each.zone_code, ""),
                each.area_m2,
                "có" if each.corner else "",
                each.power_sockets,
                each.x,
                each.y,
                holders.get(each.booth_code, ""),
            ]
            for each in sorted(plan.booths, key=lambda each: each.booth_code)
        ],
        "Khu": [
            [each.zone_code, each.name_vi, each.name_en or "", built[each.zone_code], held[each.zone_code]]
            for each in plan.zones
        ],
        "Thay đổi": [
            [each.booth_code, CHANGES[each.kind], field, str(before), str(after)]
            for each in changes
            for field, (before, after) in (each.fields or {"": ("", "")}).items()
        ],
    }
    content = io.BytesIO()
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{name}: sơ đồ gian hàng, bản {plan.version}", "created": LONG_AGO})
        head = book.add_format({"bold": True, "bg_color": "#EFE9DC", "border": 1, "text_wrap": True})
        for title, found in rows.items():
            sheet = book.add_worksheet(title)
            sheet.set_landscape()
            sheet.set_paper(8)  # A3
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(0)
            sheet.freeze_panes(1, 1)
            for column, width in enumerate(WIDTHS[: len(HEADS[title])]):
                sheet.set_column(column, column, width)
            sheet.write_row(0, 0, HEADS[title], head)
            for number, row in enumerate(found, start=1):
                sheet.write_row(number, 0, row)
            sheet.autofilter(0, 0, max(1, len(found)), len(HEADS[title]) - 1)
    return content.getvalue()
