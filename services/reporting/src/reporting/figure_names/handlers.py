"""Names figures and their parts for people, and says their values as tables do."""

from collections.abc import Sequence

from common.papers.domain import Amount, Cell, say_in_table
from common.papers.wording import lower_first
from reporting.day_figures.domain import Figure
from reporting.facts.domain import Facts
from reporting.figures.domain import indicator_id, part_of
from reporting.figures.repository import get_indicators
from reporting.participations.domain import VENDOR_TYPES
from reporting.wording.domain import MISSING, say_qualifier

SHARES = ("fill_rate", "coverage", "change_per_day")
PARTS = {
    "hanoi": "Hà Nội",
    "theme": "tỉnh khác thuộc vùng chủ đề",
    "foreign": "nước ngoài",
    "visits": "lượt khách",
    "sales": "doanh số",
}
OTHERS = {
    "booths_actual": "các tỉnh, thành phố khác và nước ngoài",
    "vendors": "loại hình khác",
    "provinces": "ngoài vùng chủ đề",
}
"""What the rest is that an indicator's other parts leave."""


def to_cell(name: str, figure: Figure | None) -> Cell:
    """Return a figure for a table: a number wherever there is one, what stands before it apart from it."""
    if figure is None:
        return MISSING
    words, is_share = say_qualifier(figure).strip(), indicator_id(name) in SHARES
    return Amount(figure.value, words, is_share) if words or is_share else figure.value


def to_short_cell(name: str, figure: Figure | None) -> Cell:
    """Return a figure for a narrow column: an unknown one is a dash."""
    return "-" if figure is None else to_cell(name, figure)


def say_figure(name: str, figure: Figure | None) -> str:
    """Return a figure as a table says it, for running text."""
    return say_in_table(to_cell(name, figure))


def name_part(indicator: str, part: str, facts: Facts) -> str:
    """Return the name of a part of an indicator: a zone, a type of vendor, stars, a group of provinces."""
    if part.endswith("_star"):
        return f"{part[0]} sao"
    if part == "other":
        return OTHERS[indicator]
    if part in VENDOR_TYPES:
        return VENDOR_TYPES[part].lower()
    zones = {code.lower(): name for code, name in facts.plan.zone_names.items()}
    return PARTS.get(part) or zones.get(part, part)


def name_figure(name: str, facts: Facts) -> str:
    """Return a figure's name for people: the indicator, and in brackets the part."""
    whole, part = indicator_id(name), part_of(name)
    said = get_indicators()[whole].name_vi
    return f"{said} ({name_part(whole, part, facts)})" if part else said


def correction_note(
    replaced: str, reason: str, changes: Sequence[tuple[str, Figure | None, Figure | None]], facts: Facts
) -> list[str]:
    """Return what a correction says first: which version it replaces, why, and each figure that changed."""
    lines = [f"Báo cáo này thay thế {replaced}. Lý do: {reason.rstrip('.')}."]
    told = [
        f"{lower_first(name_figure(name, facts))} từ {say_figure(name, old)} thành {say_figure(name, new)}"
        for name, old, new in changes
    ]
    return [*lines, f"Số liệu thay đổi: {'; '.join(told)}." if told else "Số liệu không thay đổi."]
