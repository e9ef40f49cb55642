"""Reads the figures of a fair day: entries by place, and totals to be dealt out."""

from collections.abc import Collection

from scenario.reading.fields import Fields
from scenario.reading.tables import lacks
from scenario.script.steps import Figure, FigureEntry, Spread

FIGURE_NAMES = ("visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda")
QUALIFIERS = ("exact", "more_than", "nearly", "about", "estimated")


def read_figure_entry(fields: Fields, refs: Collection[str] | None, zone_codes: Collection[str]) -> FigureEntry:
    """Return the figures of one place."""
    entry = FigureEntry(
        booth_of=fields.optional_text("booth_of"),
        zone_code=fields.optional_code("zone_code"),
        gate_code=fields.optional_code("gate_code"),
        figures=_figures(fields),
    )
    if sum(place is not None for place in (entry.booth_of, entry.zone_code, entry.gate_code)) != 1:
        vi, en = "cần đúng một trong booth_of, zone_code, gate_code", "exactly one of booth_of, zone_code, gate_code"
        fields.wrong("booth_of", vi, en)
    if entry.booth_of and lacks(refs, entry.booth_of):
        fields.wrong("booth_of", f"không có hồ sơ {entry.booth_of}", f"there is no applicant {entry.booth_of}")
    if entry.zone_code and entry.zone_code not in zone_codes:
        fields.wrong("zone_code", f"không có khu {entry.zone_code}", f"there is no zone {entry.zone_code}")
    fields.refuse_unknown()
    return entry


def read_spread(fields: Fields) -> Spread:
    """Return a day's totals."""
    spread = Spread(_figures(fields), fields.optional_integer("reporting_percent", 1, 100) or 100)
    fields.refuse_unknown()
    return spread


def _figures(fields: Fields) -> tuple[tuple[str, Figure], ...]:
    figures: list[tuple[str, Figure]] = []
    for name in FIGURE_NAMES:
        if fields.has(name):
            table = fields.table(name)
            qualifier = table.choice("qualifier", QUALIFIERS) if table.has("qualifier") else "exact"
            figures.append((name, Figure(table.integer("value", 0, 10**15), qualifier, table.flag("is_estimate"))))
            table.refuse_unknown()
    return tuple(figures)
