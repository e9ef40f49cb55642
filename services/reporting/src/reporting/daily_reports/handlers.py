"""Composes a daily quick report: the day's figures, how many booths they cover, and what happened."""

from collections.abc import Mapping, Sequence
from datetime import date

from common.papers.domain import Block, Cell, Column, Heading, Paper, Paragraph, Table
from common.papers.wording import lower_first
from reporting.editions.domain import Edition
from reporting.facts.domain import Facts, until
from reporting.figure_names.handlers import to_cell
from reporting.figures.domain import FigureSet
from reporting.figures.handlers import compute
from reporting.figures.repository import get_indicators
from reporting.papers.handlers import assemble
from reporting.registers.domain import Registers
from reporting.sales.handlers import by_zone
from reporting.wording.domain import (
    MISSING,
    say_day,
    say_in_text,
    say_ordinal,
    say_received,
    say_sales,
    say_signed,
)

NAMES = ("booths_actual", "visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda", "coverage")


def compose(
    facts: Facts,
    on: date,
    addressee_code: str,
    narrative: Mapping[str, str],
    note: Sequence[str],
    registers: Registers,
) -> Paper:
    """Return the text of a daily report.

    Args:
        facts: all that the edition's figures are made of.
        on: the day reported on.
        addressee_code: the agency that it goes to.
        narrative: the organiser's own words; ``incidents`` is the heading of a day.
        note: what a correction says of the version before.
        registers: how agencies are called.
    """
    edition = facts.edition
    day, so_far = compute(facts, on), compute(until(facts, on), None)
    return assemble(
        subject=f"Kết quả nhanh ngày {say_day(on)} của {lower_first(edition.name)}",
        addressee=registers.agency_name(addressee_code, on),
        recipients=[
            registers.agency_or_code(addressee_code, on).short_name,
            *_hosts(edition, addressee_code, on, registers),
        ],
        bases=(),
        blocks=(*map(Paragraph, note), *compose_body(day, so_far, on, narrative)),
        annexes=(),
        keywords=("OCOP", edition.code, "daily"),
        last_day=on,
    )


def _hosts(edition: Edition, addressee_code: str, on: date, registers: Registers) -> list[str]:
    codes = [code for code in edition.host_agencies if code != addressee_code]
    return [registers.agency_or_code(code, on).short_name for code in codes]


def compose_body(day: FigureSet, so_far: FigureSet, on: date, narrative: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the body: the day in a sentence, the table beside the sums so far, zones, incidents."""
    blocks: list[Block] = [Paragraph(say_day_in_short(day, on)), _table(day, so_far), by_zone(day.facts, day)]
    incidents = [line.strip() for line in narrative.get("incidents", "").split("\n") if line.strip()]
    if incidents:
        blocks += [Heading(2, "Sự việc phát sinh"), *map(Paragraph, incidents)]
    return tuple(blocks)


def say_day_in_short(day: FigureSet, on: date) -> str:
    """Return the day in a sentence; what is not known of it is said to be so."""
    held = day.facts.edition.held
    number = (on - held.first).days + 1 if held is not None else 1
    booths, coverage = day.figure("booths_actual"), day.coverage.get("sales_vnd")
    covered = (
        ""
        if coverage is None or day.figure("sales_vnd") is None
        else f" ({coverage.reported}/{coverage.manned} gian hàng báo cáo)"
    )
    clauses = (
        f"gian hàng hoạt động {MISSING}" if booths is None else f"{say_in_text(booths.value)} gian hàng hoạt động",
        say_received(day.figure("visits")),
        f"doanh số {say_sales(day.figure('sales_vnd'))}{covered}",
        say_signed(day.figure("contracts"), day.figure("memoranda")),
    )
    return f"Ngày {say_ordinal(number)} của sự kiện ({say_day(on)}): {'; '.join(clauses)}."


def _table(day: FigureSet, so_far: FigureSet) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            get_indicators()[name].name_vi,
            to_cell(name, day.figure(name)),
            to_cell(name, so_far.figure(name)),
        )
        for name in NAMES
    ]
    columns = (Column("Chỉ tiêu", 65), Column("Trong ngày", 50, "right"), Column("Cộng dồn", 50, "right"))
    return Table("Trong ngày", "Kết quả trong ngày và cộng dồn", columns, tuple(rows))
