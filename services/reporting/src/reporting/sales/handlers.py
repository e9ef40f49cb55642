"""Makes the tables of booths and sales: by day, by province, by zone, each with its sum."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from common.papers.domain import Annex, Cell, Column, Table
from reporting.day_figures.domain import Figure, Measure, PlaceKind, add_up, day_parts
from reporting.facts.domain import Facts, list_exhibitors, province_of, register_of
from reporting.figure_names.handlers import to_cell, to_short_cell
from reporting.figures.domain import FigureSet, first_manned
from reporting.figures.handlers import compute, list_manned
from reporting.registers.domain import province_order
from reporting.registers.repository import get_registers
from reporting.wording.domain import say_day

DAY_MEASURES = (Measure.VISITS, Measure.SALES_VND, Measure.OCOP_SALES_VND, Measure.CONTRACTS, Measure.MEMORANDA)
SUM = "Cộng"


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
    return Table("Theo ngày", "Kết quả theo ngày", columns, (*rows, _day_row(SUM, whole)), has_total=True)


def _day_row(label: str, found: FigureSet) -> tuple[Cell, ...]:
    return (
        label,
        to_cell("booths_actual", found.figure("booths_actual")),
        *(to_short_cell(measure.value, found.figure(measure.value)) for measure in DAY_MEASURES),
    )


def sales_annex(label: str, facts: Facts, whole: FigureSet) -> Annex:
    """Return the annex of sales, by province and by zone; those by day stand in the body."""
    return Annex(label, "Tổng hợp doanh số", (by_province(facts), by_zone(facts, whole)))


def by_zone(facts: Facts, found: FigureSet) -> Table:
    """Return booths and sales by zone of the floor plan, with a total row."""
    counts: list[int] = []
    sales: list[Figure | None] = []
    for code in sorted(facts.plan.zone_names):
        booths = found.figure(f"booths_actual__{code.lower()}")
        counts.append(0 if booths is None else booths.value)
        sales.append(found.figure(f"sales_vnd__{code.lower()}"))
    rows: list[tuple[Cell, ...]] = [
        (code, facts.plan.zone_names[code], count, to_short_cell("sales_vnd", sold))
        for code, count, sold in zip(sorted(facts.plan.zone_names), counts, sales, strict=True)
    ]
    rows.append(("", SUM, sum(counts), _sum("sales_vnd", sales)))
    columns = (
        Column("Khu", 15, "center"),
        Column("Tên khu", 80),
        Column("Gian hàng", 25, "right"),
        Column("Doanh số (đồng)", 45, "right"),
    )
    return Table("Theo khu", "Kết quả theo khu", columns, tuple(rows), has_total=True)


def by_province(facts: Facts) -> Table:
    """Return vendors, booths and sales by province, with a total row; a booth counts for its first holder."""
    registers, register = get_registers(), register_of(facts.edition)
    sales = _sales_of_provinces(facts, Measure.SALES_VND)
    ocop = _sales_of_provinces(facts, Measure.OCOP_SALES_VND)
    vendors: dict[str | None, set[UUID]] = {}
    for found in list_exhibitors(facts):
        vendors.setdefault(found.province_code, set()).add(found.vendor_id)
    booths = [booth.province_code for booth in first_manned(list_manned(facts, None)).values()]
    rows: list[tuple[Cell, ...]] = [
        (
            number,
            registers.province_name(register, code),
            len(vendors[code]),
            booths.count(code),
            to_short_cell("sales_vnd", sales.get(code)),
            to_short_cell("ocop_sales_vnd", ocop.get(code)),
        )
        for number, code in enumerate(sorted(vendors, key=province_order), start=1)
    ]
    vendors_in_all = len({vendor_id for ids in vendors.values() for vendor_id in ids})
    sums = _sum("sales_vnd", sales.values()), _sum("ocop_sales_vnd", ocop.values())
    rows.append(("", SUM, vendors_in_all, len(booths), *sums))
    columns = (
        Column("STT", 12, "center"),
        Column("Tỉnh, thành phố", 37),
        Column("Chủ thể", 15, "right"),
        Column("Gian hàng", 15, "right"),
        Column("Doanh số (đồng)", 43, "right"),
        Column("Trong đó OCOP (đồng)", 43, "right"),
    )
    note = "Doanh số theo tỉnh, thành phố tính từ số liệu của từng gian hàng."
    name, title = "Theo tỉnh, thành phố", "Kết quả theo tỉnh, thành phố"
    return Table(name, title, columns, tuple(rows), has_total=True, note=note)


def _sum(name: str, parts: Iterable[Figure | None]) -> Cell:
    return to_short_cell(name, add_up(part for part in parts if part is not None))


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
