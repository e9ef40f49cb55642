"""Makes the annex that traces every figure: value, definition, source, and the last record that counts."""

from collections.abc import Mapping

from common.papers.domain import Annex, Cell, Column, Paragraph, Table
from common.papers.wording import say_number
from reporting.figure_names.handlers import name_figure, to_cell
from reporting.figures.domain import FigureSet, indicator_id, part_of
from reporting.figures.repository import get_indicators

SOURCES = {
    "registration": "đăng ký",
    "allocation": "bố trí gian hàng",
    "notifications": "thông báo",
    "reporting": "số liệu từng ngày",
}
"""What people call the services whose records count, in the order of a fair."""


def definition_annex(label: str, found: FigureSet) -> Annex:
    """Return the annex that traces every figure."""
    rows: list[tuple[Cell, ...]] = []
    for name in found.figures:
        indicator = get_indicators()[indicator_id(name)]
        whole = (indicator.definition_vi, indicator.origin_vi)
        meaning = (f"Một phần của “{indicator.name_vi}”", "Như chỉ tiêu chung") if part_of(name) else whole
        rows.append((name_figure(name, found.facts), to_cell(name, found.figure(name)), *meaning))
    columns = (Column("Chỉ tiêu", 37), Column("Giá trị", 43, "right"), Column("Định nghĩa", 53), Column("Nguồn", 32))
    told = Paragraph(say_positions(found.facts.positions))
    return Annex(label, "Chỉ tiêu, định nghĩa và nguồn số liệu", (told, Table("Chỉ tiêu", "", columns, tuple(rows))))


def say_positions(positions: Mapping[str, int]) -> str:
    """Return up to which record of each source the figures count; a source begun anew is told as that."""
    counted = "; ".join(
        f"{_name(source)} đến bản ghi số {say_number(positions[source])}" for source in _in_order(positions)
    )
    return f"Số liệu tính đến: {counted}."


def _in_order(positions: Mapping[str, int]) -> list[str]:
    return sorted(positions, key=lambda source: (list(SOURCES).index(source.split("/")[2]), source))


def _name(source: str) -> str:
    _, _, service, *epoch = source.split("/")
    return SOURCES[service] + (f" (sổ thứ {epoch[0]})" if epoch else "")
