"""From when a field of an application must be filled in ("required after") and may not be changed ("frozen after")."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from common.calendar import VIETNAM
from common.errors import FieldProblem
from registration.contents import Content, is_filled, value_at

FIELDS: Mapping[
    str, tuple[str, str]
] = {  # Vietnamese, English; of how to reach a vendor there is none: it is always theirs
    "vendor.legal_name": ("Tên pháp lý", "Legal name"),
    "vendor.trade_name": ("Tên thương mại", "Trade name"),
    "vendor.vendor_type": ("Loại chủ thể", "Type of vendor"),
    "vendor.tax_id": ("Mã số thuế", "Tax number"),
    "vendor.registration_number": ("Số đăng ký kinh doanh", "Registration number"),
    "vendor.province_code": ("Tỉnh, thành phố", "Province"),
    "vendor.country": ("Quốc gia", "Country"),
    "vendor.address": ("Địa chỉ", "Address"),
    "vendor.representative": ("Người đại diện", "Representative"),
    "brought_by": ("Đại sứ quán hoặc đơn vị nhập khẩu giới thiệu", "Embassy or importer that brings it in"),
    "products": ("Sản phẩm", "Products"),
    "documents": ("Giấy tờ", "Papers"),
    "booths_wanted": ("Số gian hàng", "Booths wanted"),
    "wishes.zone_codes": ("Khu mong muốn", "Zones wished for"),
    "wishes.corner": ("Gian góc", "Corner booth"),
    "wishes.power": ("Nguồn điện", "Power"),
    "wishes.cooking": ("Nấu nướng, dùng lửa", "Cooking with a flame"),
    "wishes.not_beside_group": ("Không ở cạnh nhóm sản phẩm", "Not beside the product group"),
}
NEEDED = frozenset(
    {
        "vendor.legal_name",
        "vendor.trade_name",
        "vendor.vendor_type",
        "vendor.tax_id",
        "vendor.province_code",
        "vendor.country",
        "products",
        "booths_wanted",
    }
)
"""Without these there is no application: they may be filled in as long as applications are taken."""
FROZEN_AT_CLOSE = ("vendor.legal_name", "vendor.vendor_type", "vendor.tax_id", "vendor.province_code", "vendor.country")
PLANNED_FROM = (
    "booths_wanted",
    "wishes.zone_codes",
    "wishes.corner",
    "wishes.power",
    "wishes.cooking",
    "wishes.not_beside_group",
)
"""What the allocation is planned from when the registration closes."""
PRINTED = "vendor.trade_name"
PRINTED_DAYS_BEFORE = 7
"""The name on the booth's fascia is printed a week before the first day; a choice of ours, no paper sets it."""


@dataclass(frozen=True)
class FieldDates:
    """The two dates of a field; None is never."""

    field: str
    required_after: datetime | None = None
    frozen_after: datetime | None = None


Plan = Mapping[str, FieldDates]


def default_plan(closes_at: datetime, first_on: date) -> dict[str, FieldDates]:
    """Return the dates of an edition that sets none: what is planned and printed from stands when that is done."""
    plan = {field: FieldDates(field) for field in FIELDS}
    for field in (*FROZEN_AT_CLOSE, *PLANNED_FROM):
        plan[field] = FieldDates(field, frozen_after=closes_at)
    printed_at = datetime.combine(first_on - timedelta(days=PRINTED_DAYS_BEFORE), time(), VIETNAM)
    plan[PRINTED] = FieldDates(PRINTED, frozen_after=max(closes_at, printed_at.astimezone(UTC)))
    return plan


def with_own(plan: Plan, own: Iterable[FieldDates]) -> dict[str, FieldDates]:
    """Return the plan with what the edition sets itself in the place of the defaults."""
    return {**plan, **{one.field: one for one in own}}


def move(dates: FieldDates, since: datetime, by: timedelta) -> FieldDates:
    """Return dates later by the time that a suspension took; what had passed when it began has passed."""
    moved = {
        name: moment + by
        for name in ("required_after", "frozen_after")
        if (moment := getattr(dates, name)) is not None and moment > since
    }
    return replace(dates, **moved)


def check_plan(own: Iterable[FieldDates]) -> Iterator[FieldProblem]:
    """Check dates that an edition is to get: known fields, each once, and none frozen before it is required."""
    seen: set[str] = set()
    for place, one in enumerate(own):
        at = f"field_dates[{place}]"
        if one.field not in FIELDS:
            known = ", ".join(FIELDS)
            yield FieldProblem(f"{at}.field", "unknown_value", f"Phải là một trong: {known}.", f"One of: {known}.")
        if one.field in seen:
            yield FieldProblem(f"{at}.field", "field_twice", "Trường này đã có ở trên.", "The field is there already.")
        seen.add(one.field)
        if one.required_after and one.frozen_after and one.frozen_after <= one.required_after:
            vi = "Phải khóa sau khi đã bắt buộc, nếu không sẽ không ai điền kịp."
            en = "It freezes after it is required, or nobody could fill it in."
            yield FieldProblem(f"{at}.frozen_after", "frozen_before_required", vi, en)


def governing(field: str) -> str:
    """Return the name under which a field has its dates: ``products`` of ``products[0].stars``."""
    return field.partition("[")[0]


def is_frozen(plan: Plan, field: str, at: datetime) -> bool:
    """Tell whether a field may not be changed any more by others than the organiser."""
    dates = plan.get(governing(field))
    return dates is not None and dates.frozen_after is not None and at > dates.frozen_after


def is_required(plan: Plan, field: str, at: datetime) -> bool:
    """Tell whether a field must be filled in now."""
    dates = plan.get(governing(field))
    return dates is not None and dates.required_after is not None and at > dates.required_after


def find_frozen(
    plan: Plan, at: datetime, old: Content, new: Content, *, is_handed_in: bool, prefix: str = ""
) -> Iterator[FieldProblem]:
    """Yield each field that was changed after its date.

    What an application cannot do without may still be filled in: all of it before the first handing in, afterwards
    where it is still empty and has to be there.
    """
    for field in plan:
        if not is_frozen(plan, field, at) or _settled(value_at(old, field)) == _settled(value_at(new, field)):
            continue
        is_needed = field in NEEDED or is_required(plan, field, at)
        if is_needed and (not is_handed_in or not is_filled(old, field)):
            continue
        yield frozen_problem(plan, f"{prefix}{field}", field)


def _settled(value: object) -> object:
    """Return a value as it is compared: nothing said is nothing, however it is written."""
    if isinstance(value, Mapping):
        return {name: _settled(part) for name, part in value.items() if _settled(part) not in (None, {}, [])}
    if isinstance(value, list | tuple):
        return [_settled(part) for part in value]
    return None if value in (None, "") else value


def frozen_problem(plan: Plan, path: str, field: str) -> FieldProblem:
    """Return the refusal of a change, with the date and what to do."""
    names, moment = FIELDS[governing(field)], plan[governing(field)].frozen_after
    until = _said(moment)
    return FieldProblem(
        path,
        "field_frozen",
        f"“{names[0]}” đã khóa từ {until[0]}, không tự sửa được nữa. Nếu cần sửa, hãy liên hệ Ban Tổ chức và nêu lý do.",
        f"“{names[1]}” was frozen at {until[1]}. If it has to be changed, ask the organiser and say why.",
    )


def find_missing(plan: Plan, at: datetime, content: Content, prefix: str = "") -> Iterator[FieldProblem]:
    """Yield each field that must be filled in by now and is not."""
    for field, dates in plan.items():
        if is_required(plan, field, at) and not is_filled(content, field):
            since = _said(dates.required_after)
            yield FieldProblem(
                f"{prefix}{field}",
                "required_now",
                f"Từ {since[0]} bắt buộc điền “{FIELDS[field][0]}”.",
                f"“{FIELDS[field][1]}” has to be filled in since {since[1]}.",
            )


def _said(moment: datetime | None) -> tuple[str, str]:
    if moment is None:
        return "", ""
    local = moment.astimezone(VIETNAM)
    return f"{local:%H:%M ngày %d/%m/%Y}", f"{local:%H:%M on %d/%m/%Y} (Vietnam time)"
