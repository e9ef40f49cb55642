"""Composes a result report: the headings of usual practice, filled with figures, papers and the organiser's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from common.papers.domain import Annex, Block, Heading, Paper, Paragraph
from common.papers.wording import lower_first
from reporting.annexes.handlers import product_annex, vendor_annex
from reporting.citations.domain import legal_bases
from reporting.definitions.handlers import definition_annex
from reporting.facts.domain import last_official_day
from reporting.figures.domain import FigureSet
from reporting.papers.handlers import assemble
from reporting.registers.domain import Registers
from reporting.result_reports.domain import (
    calendar_lines,
    direction_lines,
    headline,
    plan_table,
    product_line,
    sales_lines,
    scale_lines,
    trade_line,
)
from reporting.sales.handlers import by_day, sales_annex

ROMAN = ("I", "II", "III", "IV", "V")
Part = tuple[str, list[Block]]
"""A heading without its number, and what stands under it."""


@dataclass(frozen=True)
class House:
    """Who reports: the agency, the one at the centre that is always told, and the register that names agencies."""

    agency_code: str
    central_code: str
    registers: Registers


def compose(
    found: FigureSet, house: House, addressee_code: str, narrative: Mapping[str, str], note: Sequence[str]
) -> Paper:
    """Return the text of a result report.

    Args:
        found: the figures of the whole edition.
        house: the agency that reports.
        addressee_code: the agency that it goes to.
        narrative: the organiser's own words by heading.
        note: what a correction says of the version before.
    """
    edition, registers = found.facts.edition, house.registers
    last_day = last_official_day(edition)
    addressee = registers.agency_name(addressee_code, last_day)
    agency = registers.agency_name(house.agency_code, last_day)
    opening = f"{agency} báo cáo {addressee} kết quả tổ chức sự kiện như sau:"
    return assemble(
        subject=f"Kết quả tổ chức {lower_first(edition.name)}",
        addressee=addressee,
        recipients=_recipients(house, addressee_code, last_day),
        bases=legal_bases(edition, registers),
        blocks=(*map(Paragraph, note), Paragraph(opening), *compose_body(found, narrative, registers)),
        annexes=compose_annexes(found),
        keywords=("OCOP", edition.code, "result"),
        last_day=last_day,
    )


def _recipients(house: House, addressee_code: str, day: date) -> list[str]:
    """Return who gets the report: the addressee, the agency above, the one at the centre, and one's own leaders."""
    agency = house.registers.agency_or_code(house.agency_code, day)
    above = (agency.parent_code,) if agency.parent_code else ()
    told = dict.fromkeys((addressee_code, *above, house.central_code))
    leaders = "Lãnh đạo Sở" if agency.name.startswith("Sở ") else "Lãnh đạo cơ quan"
    return [f"{house.registers.agency_or_code(code, day).short_name} (để báo cáo)" for code in told] + [leaders]


def compose_body(found: FigureSet, narrative: Mapping[str, str], registers: Registers) -> tuple[Block, ...]:
    """Return the body; a heading that nobody has said anything under is left out, and the numbers close up."""
    judged = {"strengths": "Ưu điểm", "shortcomings": "Tồn tại, hạn chế", "causes": "Nguyên nhân"}
    sections = [
        ("Công tác chỉ đạo, triển khai", _direction(found, narrative, registers)),
        ("Kết quả", _results(found, narrative)),
        ("Đánh giá chung", _numbered(_told(narrative, judged))),
        ("Nhiệm vụ, giải pháp", _words(narrative, "tasks")),
        ("Đề xuất, kiến nghị", _words(narrative, "proposals")),
    ]
    blocks: list[Block] = []
    for number, (title, content) in zip(ROMAN, [each for each in sections if each[1]], strict=False):
        blocks += [Heading(1, f"{number}. {title}"), *content]
    return tuple(blocks)


def compose_annexes(found: FigureSet) -> tuple[Annex, ...]:
    """Return the annexes: vendors, sales, products, meaning of the figures."""
    facts = found.facts
    return (
        vendor_annex("PHỤ LỤC I", facts),
        sales_annex("PHỤ LỤC II", facts, found),
        product_annex("PHỤ LỤC III", facts),
        definition_annex("PHỤ LỤC IV", found),
    )


def _words(narrative: Mapping[str, str], heading: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in narrative.get(heading, "").split("\n") if line.strip()]


def _told(narrative: Mapping[str, str], headings: Mapping[str, str]) -> list[Part]:
    return [(title, _words(narrative, heading)) for heading, title in headings.items()]


def _numbered(parts: Sequence[Part]) -> list[Block]:
    blocks: list[Block] = []
    for number, (title, content) in enumerate([part for part in parts if part[1]], start=1):
        blocks += [Heading(2, f"{number}. {title}"), *content]
    return blocks


def _direction(found: FigureSet, narrative: Mapping[str, str], registers: Registers) -> list[Block]:
    done = [*map(Paragraph, direction_lines(found)), *_words(narrative, "direction")]
    return _numbered(
        [
            ("Văn bản chỉ đạo", [*map(Paragraph, calendar_lines(found.facts.edition, registers))]),
            ("Tổ chức thực hiện", done),
            *_told(narrative, {"publicity": "Tuyên truyền"}),
        ]
    )


def _results(found: FigureSet, narrative: Mapping[str, str]) -> list[Block]:
    others = {
        "culture": "Hoạt động văn hóa",
        "safety": "An toàn thực phẩm, an ninh trật tự, phòng cháy chữa cháy, vệ sinh, phòng dịch",
        "finance": "Kinh phí",
    }
    parts: list[Part] = [
        ("Quy mô", [plan_table(found)]),
        ("Gian hàng, chủ thể, tỉnh, thành phố", [*map(Paragraph, scale_lines(found))]),
        ("Sản phẩm", [Paragraph(product_line(found))]),
        ("Khách và doanh số", [*map(Paragraph, sales_lines(found)), by_day(found.facts, found)]),
        ("Kết nối giao thương", [Paragraph(trade_line(found))]),
        *_told(narrative, others),
    ]
    return [Paragraph(headline(found)), *_numbered(parts)]
