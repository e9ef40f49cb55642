"""Composes a daily quick report: the day's figures, how many booths they cover, and what happened."""

from collections.abc import Mapping, Sequence
from datetime import date

from reporting.annexes.handlers import by_zone, to_cell
from reporting.editions.domain import Edition
from reporting.figures.handlers import Facts, FigureSet, compute, until
from reporting.figures.repository import get_indicators
from reporting.papers.domain import Block, Cell, Column, Heading, Paper, Paragraph, Table
from reporting.papers.handlers import assemble
from reporting.registers.repository import get_registers
from reporting.wording.domain import lower_first, say_count, say_day, say_number, say_sales, say_visits

NAMES = ("booths_actual", "visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda", "coverage")


def compose(facts: Facts, on: date, addressee_code: str, narrative: Mapping[str, str], note: Sequence[str]) -> Paper:
    """Return the text of a daily report.

    Args:
        facts: all that the edition's figures are made of.
        on: the day reported on.
        addressee_code: the agency that it goes to.
        narrative: the organiser's own words; ``incidents`` is the heading of a day.
        note: what a correction says of the version before.
    """
    edition, registers = facts.edition, get_registers()
    day, so_far = compute(facts, on), compute(until(facts, on), None)
    agency = registers.agency(addressee_code, on)
    return assemble(
        subject=f"Kết quả nhanh ngày {say_day(on)} của {lower_first(edition.name)}",
        addressee=registers.agency_name(addressee_code, on),
        recipients=["Như trên" if agency is None else agency.short_name, *_hosts(edition, addressee_code, on)],
        bases=(),
        blocks=(*map(Paragraph, note), *compose_body(day, so_far, on, narrative)),
        annexes=(),
        keywords=("OCOP", edition.code, "daily"),
        last_day=on,
    )


def _hosts(edition: Edition, addressee_code: str, on: date) -> list[str]:
    hosts = [get_registers().agency(code, on) for code in edition.host_agencies if code != addressee_code]
    return [agency.short_name for agency in hosts if agency is not None]


def compose_body(day: FigureSet, so_far: FigureSet, on: date, narrative: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the body: the day in a sentence, the table beside the sums so far, zones, incidents."""
    held = day.facts.edition.held
    number = (on - held.first).days + 1 if held is not None else 1
    booths, coverage = day.figure("booths_actual"), day.coverage.get("sales_vnd")
    covered = "" if coverage is None else f" ({coverage.reported}/{coverage.manned} gian hàng báo cáo)"
    manned = "chưa có số liệu" if booths is None else f"{say_number(booths.value)} gian hàng hoạt động"
    sentence = (
        f"Ngày thứ {say_number(number)} của sự kiện ({say_day(on)}): {manned}; đón {say_visits(day.figure('visits'))}; "
        f"doanh số {say_sales(day.figure('sales_vnd'))}{covered}; "
        f"ký {say_count(day.figure('contracts'), 'hợp đồng')}, {say_count(day.figure('memoranda'), 'biên bản ghi nhớ')}."
    )
    blocks: list[Block] = [Paragraph(sentence), _table(day, so_far), by_zone(day.facts, day)]
    incidents = [line.strip() for line in narrative.get("incidents", "").split("\n") if line.strip()]
    if incidents:
        blocks += [Heading(2, "Sự việc phát sinh"), *map(Paragraph, incidents)]
    return tuple(blocks)


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
