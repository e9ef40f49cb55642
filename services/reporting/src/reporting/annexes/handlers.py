"""Makes the tables of a report: by day, by province, by zone, vendors, products, and what each figure means."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from common.papers.domain import Annex, Cell, Column, Paragraph, Table
from common.papers.wording import say_number
from reporting.day_figures.domain import Figure, Measure, PlaceKind, add_up, day_parts
from reporting.facts.domain import Facts, last_official_day, list_exhibitors, province_of, register_of
from reporting.figure_names.handlers import name_figure, to_cell, to_short_cell
from reporting.figures.domain import FigureSet, Good, has_valid_star, indicator_id, part_of
from reporting.figures.handlers import compute, list_manned
from reporting.figures.repository import get_indicators
from reporting.participations.domain import VENDOR_TYPES, Participant, Product
from reporting.registers.domain import HANOI
from reporting.registers.repository import get_registers
from reporting.wording.domain import say_day

DAY_MEASURES = (Measure.VISITS, Measure.SALES_VND, Measure.OCOP_SALES_VND, Measure.CONTRACTS, Measure.MEMORANDA)


def province_order(code: str | None) -> tuple[int, str]:
    """Return the place of a province in tables: Hà Nội first, then by code, foreign vendors last."""
    return (2, "") if code is None else (0 if code == HANOI else 1, code)


def by_day(facts: Facts, whole: FigureSet) -> Table:
    """Return the table of the days with a total row."""
    days = facts.edition.held.each() if facts.edition.held else []
    rows = [_day_row(say_day(day), compute(facts, day)) for day in days]
    columns = (
        Column("Ngày", 22, "center"),
        Column("Gian hàng", 11.5, "right"),
        Column("Lượt khách", 22.5, "right"),
        Column("Doanh số (đồng)", 43, "right"),
        Column("Trong đó OCOP (đồng)", 43, "right"),
        Column("Hợp đồng", 11.5, "right"),
        Column("Ghi nhớ", 11.5, "right"),
    )
    return Table("Theo ngày", "Kết quả theo ngày", columns, (*rows, _day_row("Cộng", whole)), has_total=True)


def _day_row(label: str, found: FigureSet) -> tuple[Cell, ...]:
    return (
        label,
        to_cell("booths_actual", found.figure("booths_actual")),
        *(to_short_cell(measure.value, found.figure(measure.value)) for measure in DAY_MEASURES),
    )


def vendor_annex(label: str, facts: Facts) -> Annex:
    """Return the annex of vendors: Hà Nội first, then by province and name."""
    registers, register, last_day = get_registers(), register_of(facts.edition), last_official_day(facts.edition)
    booths = _booths_of(facts)
    rows: list[tuple[Cell, ...]] = []
    for number, found in enumerate(_in_order(facts), start=1):
        rated = sum(has_valid_star(_good(product), last_day) for product in found.products)
        rows.append(
            (
                number,
                found.trade_name,
                VENDOR_TYPES.get(found.vendor_type, VENDOR_TYPES["other"]),
                registers.province_name(register, found.province_code),
                ", ".join(booths.get(found.application_id, ())),
                rated,
                len(found.products) - rated,
            )
        )
    columns = (
        Column("STT", 12, "center"),
        Column("Chủ thể", 57),
        Column("Loại hình", 27),
        Column("Tỉnh, thành phố", 25),
        Column("Gian hàng", 16, "center"),
        Column("SP OCOP", 15.5, "right"),
        Column("SP khác", 12.5, "right"),
    )
    return Annex(label, "Danh sách chủ thể tham gia", (Table("Chủ thể", "", columns, tuple(rows)),))


def product_annex(label: str, facts: Facts) -> Annex:
    """Return the annex of products with their stars valid on all official days."""
    registers, register, last_day = get_registers(), register_of(facts.edition), last_official_day(facts.edition)
    rows: list[tuple[Cell, ...]] = []
    for found in _in_order(facts):
        for product in found.products:
            stars = f"{product.stars} sao" if has_valid_star(_good(product), last_day) else "-"
            group = registers.group_name(product.group, last_day)
            province = registers.province_name(register, found.province_code)
            rows.append((len(rows) + 1, product.name, found.trade_name, province, group, stars))
    columns = (
        Column("STT", 12, "center"),
        Column("Sản phẩm", 47),
        Column("Chủ thể", 45),
        Column("Tỉnh, thành phố", 23),
        Column("Nhóm", 25),
        Column("Hạng", 13, "center"),
    )
    return Annex(label, "Danh sách sản phẩm", (Table("Sản phẩm", "", columns, tuple(rows)),))


def sales_annex(label: str, facts: Facts, whole: FigureSet) -> Annex:
    """Return the annex of sales, by province and by zone; those by day stand in the body."""
    return Annex(label, "Tổng hợp doanh số", (_by_province(facts), by_zone(facts, whole)))


def by_zone(facts: Facts, found: FigureSet) -> Table:
    """Return booths and sales by zone of the floor plan."""
    rows: list[tuple[Cell, ...]] = []
    for code in sorted(facts.plan.zone_names):
        part = code.lower()
        booths = found.figure(f"booths_actual__{part}")
        sales = found.figure(f"sales_vnd__{part}")
        rows.append(
            (
                code,
                facts.plan.zone_names[code],
                0 if booths is None else booths.value,
                to_short_cell("sales_vnd", sales),
            )
        )
    columns = (
        Column("Khu", 15, "center"),
        Column("Tên khu", 80),
        Column("Gian hàng", 25, "right"),
        Column("Doanh số (đồng)", 45, "right"),
    )
    return Table("Theo khu", "Kết quả theo khu", columns, tuple(rows))


def _by_province(facts: Facts) -> Table:
    registers, register = get_registers(), register_of(facts.edition)
    sales = _sales_of_provinces(facts, Measure.SALES_VND)
    ocop = _sales_of_provinces(facts, Measure.OCOP_SALES_VND)
    vendors: dict[str | None, set[UUID]] = {}
    for found in list_exhibitors(facts):
        vendors.setdefault(found.province_code, set()).add(found.vendor_id)
    manned = list_manned(facts, None)
    rows: list[tuple[Cell, ...]] = []
    for number, code in enumerate(sorted(vendors, key=province_order), start=1):
        booths = {booth.booth_code for booth in manned if booth.province_code == code}
        rows.append(
            (
                number,
                registers.province_name(register, code),
                len(vendors[code]),
                len(booths),
                to_short_cell("sales_vnd", sales.get(code)),
                to_short_cell("ocop_sales_vnd", ocop.get(code)),
            )
        )
    columns = (
        Column("STT", 12, "center"),
        Column("Tỉnh, thành phố", 37),
        Column("Chủ thể", 15, "right"),
        Column("Gian hàng", 15, "right"),
        Column("Doanh số (đồng)", 43, "right"),
        Column("Trong đó OCOP (đồng)", 43, "right"),
    )
    note = "Doanh số theo tỉnh, thành phố tính từ số liệu của từng gian hàng."
    return Table("Theo tỉnh, thành phố", "Kết quả theo tỉnh, thành phố", columns, tuple(rows), note=note)


def _sales_of_provinces(facts: Facts, measure: Measure) -> Mapping[str | None, Figure | None]:
    holders = {(found.on, found.booth_code): found.application_id for found in facts.attendances}
    parts: dict[str | None, list[Figure]] = {}
    for (on, kind, code), figure in sorted(day_parts(facts.entries, measure, facts.plan.zone_of).items(), key=_first):
        holder = holders.get((on, code)) if kind is PlaceKind.BOOTH else None
        if holder is not None:
            parts.setdefault(province_of(facts, holder), []).append(figure)
    return {province: add_up(figures) for province, figures in parts.items()}


def _first(item: tuple[tuple[date, PlaceKind, str], Figure]) -> tuple[date, PlaceKind, str]:
    return item[0]


def meaning_annex(label: str, found: FigureSet) -> Annex:
    """Return the annex that traces every figure: value, definition, source, and up to where it counts."""
    rows: list[tuple[Cell, ...]] = []
    for name in found.figures:
        indicator = get_indicators()[indicator_id(name)]
        whole = (indicator.definition_vi, indicator.origin_vi)
        meaning = (f"Một phần của “{indicator.name_vi}”", "Như chỉ tiêu chung") if part_of(name) else whole
        rows.append((name_figure(name, found.facts), to_cell(name, found.figure(name)), *meaning))
    columns = (Column("Chỉ tiêu", 37), Column("Giá trị", 43, "right"), Column("Định nghĩa", 53), Column("Nguồn", 32))
    counted = "; ".join(f"{source} đến {say_number(last)}" for source, last in sorted(found.facts.positions.items()))
    told = Paragraph(f"Số liệu tính đến sự kiện dữ liệu cuối cùng của từng nguồn: {counted}.")
    return Annex(label, "Chỉ tiêu, định nghĩa và nguồn số liệu", (told, Table("Chỉ tiêu", "", columns, tuple(rows))))


def _in_order(facts: Facts) -> list[Participant]:
    return sorted(
        list_exhibitors(facts),
        key=lambda found: (province_order(found.province_code), found.trade_name, str(found.application_id)),
    )


def _booths_of(facts: Facts) -> Mapping[UUID, tuple[str, ...]]:
    booths: dict[UUID, set[str]] = {}
    for found in facts.attendances:
        booths.setdefault(found.application_id, set()).add(found.booth_code)
    return {application_id: tuple(sorted(codes)) for application_id, codes in booths.items()}


def _good(product: Product) -> Good:
    return Good(product.product_id, product.stars, product.valid_to)
