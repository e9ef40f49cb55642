"""Makes the lists that a report ends with: vendors, and products."""

from collections.abc import Mapping
from uuid import UUID

from common.papers.domain import Annex, Cell, Column, Table
from reporting.facts.domain import Facts, last_official_day, list_exhibitors, register_of
from reporting.figures.domain import Good, has_valid_star
from reporting.participations.domain import VENDOR_TYPES, Participant, Product
from reporting.registers.domain import province_order
from reporting.registers.repository import get_registers


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
