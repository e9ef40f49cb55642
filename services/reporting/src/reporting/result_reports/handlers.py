"""Composes a result report: the headings of usual practice, filled with figures, papers and the organiser's words."""

from collections.abc import Mapping, Sequence
from datetime import date

from reporting.annexes.handlers import (
    VENDOR_TYPES,
    by_day,
    meaning_annex,
    product_annex,
    sales_annex,
    vendor_annex,
)
from reporting.editions.domain import Change, Days, Edition
from reporting.figures.handlers import FigureSet, last_official_day
from reporting.papers.domain import Annex, Block, Cell, Column, Heading, Paper, Paragraph, Table
from reporting.papers.handlers import assemble, legal_bases, name_paper
from reporting.registers.repository import get_registers
from reporting.wording.domain import (
    lower_first,
    say_count,
    say_days,
    say_number,
    say_sales,
    say_tenths,
    say_two_digits,
    say_visits,
)

ALWAYS_TOLD = ("hn.ubnd", "tw.vpdp")
ROMAN = ("I", "II", "III", "IV", "V", "VI")


def compose(
    found: FigureSet, agency_code: str, addressee_code: str, narrative: Mapping[str, str], note: Sequence[str]
) -> Paper:
    """Return the text of a result report.

    Args:
        found: the figures of the whole edition.
        agency_code: the agency that reports.
        addressee_code: the agency that it goes to.
        narrative: the organiser's own words by heading.
        note: what a correction says of the version before.
    """
    edition = found.facts.edition
    last_day = last_official_day(edition)
    registers = get_registers()
    addressee = registers.agency_name(addressee_code, last_day)
    agency = registers.agency_name(agency_code, last_day)
    opening = f"{agency} báo cáo {addressee} kết quả tổ chức sự kiện như sau:"
    return assemble(
        subject=f"Kết quả tổ chức {lower_first(edition.name)}",
        addressee=addressee,
        recipients=_recipients(addressee_code, last_day),
        bases=legal_bases(edition),
        blocks=(*map(Paragraph, note), Paragraph(opening), *compose_body(found, narrative)),
        annexes=compose_annexes(found),
        keywords=("OCOP", edition.code, "result"),
        last_day=last_day,
    )


def _recipients(addressee_code: str, day: date) -> list[str]:
    """Return who gets the report: the addressee first, then who else is always told."""
    registers = get_registers()
    codes = dict.fromkeys((addressee_code, *ALWAYS_TOLD))
    agencies = [registers.agency(code, day) for code in codes]
    return [f"{agency.short_name} (để báo cáo)" for agency in agencies if agency is not None] + ["Lãnh đạo Sở"]


def headline(found: FigureSet) -> str:
    """Return the one sentence that says it all; a clause only where its figure exists."""
    clauses: list[str] = []
    booths, provinces = found.figure("booths_actual"), found.figure("provinces")
    if booths is not None:
        places = "" if provinces is None else f" đến từ {say_number(provinces.value)} tỉnh, thành phố"
        clauses.append(f"có {say_number(booths.value)} gian hàng của các chủ thể{places}")
    if found.figure("visits") is not None:
        clauses.append(f"đón {say_visits(found.figure('visits'))}")
    if found.figure("sales_vnd") is not None:
        clauses.append(f"doanh số {say_sales(found.figure('sales_vnd'))}{_covered(found, 'sales_vnd')}")
    if found.figure("memoranda") is not None:
        clauses.append(f"ký {say_count(found.figure('memoranda'), 'biên bản ghi nhớ')}")
    return f"Sự kiện {'; '.join(clauses)}." if clauses else "Sự kiện chưa có số liệu."


def compose_body(found: FigureSet, narrative: Mapping[str, str]) -> tuple[Block, ...]:
    """Return the body; a heading without figures or words of its own is left out."""
    sections = [
        ("Công tác chỉ đạo, triển khai", _direction(found, narrative)),
        ("Kết quả", _results(found, narrative)),
        (
            "Đánh giá chung",
            _told(narrative, {"strengths": "Ưu điểm", "shortcomings": "Tồn tại, hạn chế", "causes": "Nguyên nhân"}),
        ),
        ("Nhiệm vụ, giải pháp", _words(narrative, "tasks")),
        ("Đề xuất, kiến nghị", _words(narrative, "proposals")),
    ]
    blocks: list[Block] = []
    for number, (title, content) in zip(ROMAN, [section for section in sections if section[1]], strict=False):
        blocks += [Heading(1, f"{number}. {title}"), *content]
    return tuple(blocks)


def compose_annexes(found: FigureSet) -> tuple[Annex, ...]:
    """Return the annexes: vendors, sales, products, meaning of the figures."""
    facts = found.facts
    return (
        vendor_annex("PHỤ LỤC I", facts),
        sales_annex("PHỤ LỤC II", facts, found),
        product_annex("PHỤ LỤC III", facts),
        meaning_annex("PHỤ LỤC IV", found),
    )


def _words(narrative: Mapping[str, str], heading: str) -> list[Block]:
    return [Paragraph(line.strip()) for line in narrative.get(heading, "").split("\n") if line.strip()]


def _told(narrative: Mapping[str, str], headings: Mapping[str, str], first: int = 1) -> list[Block]:
    blocks: list[Block] = []
    number = first
    for heading, title in headings.items():
        words = _words(narrative, heading)
        if words:
            blocks += [Heading(2, f"{number}. {title}"), *words]
            number += 1
    return blocks


def _direction(found: FigureSet, narrative: Mapping[str, str]) -> list[Block]:
    edition = found.facts.edition
    blocks: list[Block] = [Paragraph(line) for line in calendar_lines(edition)]
    counts, notices = edition.counts, found.facts.notices
    if counts:
        blocks.append(
            Paragraph(
                f"Đến khi đóng đăng ký đã tiếp nhận {say_number(counts['submitted'])} hồ sơ, "
                f"chấp nhận {say_number(counts['accepted'])} hồ sơ."
            )
        )
    if sum(notices.values()):
        failed = f"; {say_number(notices['failed'])} thông báo không gửi được" if notices["failed"] else ""
        blocks.append(
            Paragraph(f"Đã gửi {say_number(notices['delivered'])} thông báo đến các chủ thể và cơ quan{failed}.")
        )
    return blocks + _words(narrative, "direction")


def calendar_lines(edition: Edition) -> list[str]:
    """Return what became of the calendar: the plan, each change with its paper, and the days held."""
    registers = get_registers()
    approved = next((paper for paper in edition.papers if paper.step == "edition_announced"), None)
    by_paper = "" if approved is None else f" tại {name_paper(approved, registers)}"
    lines = [
        (
            f"Theo kế hoạch{by_paper}, sự kiện được tổ chức {say_days(edition.planned.first, edition.planned.last)} "
            f"({say_two_digits(edition.official_days)} ngày chính thức) tại {edition.venue}, "
            f"quy mô {say_number(edition.booths_announced)} gian hàng."
        )
    ]
    lines += [_change_line(change) for change in edition.changes]
    if edition.actual is not None:
        lines.append(
            f"Sự kiện đã được tổ chức {say_days(edition.actual.first, edition.actual.last)} "
            f"({say_two_digits(edition.actual.count)} ngày)."
        )
    return lines


def _change_line(change: Change) -> str:
    by_paper = "" if change.paper is None else f" theo {name_paper(change.paper, get_registers())}"
    if change.step == "edition_cancelled":
        return f"Sự kiện đã hủy{by_paper}."
    if change.days is None:
        return f"Sự kiện tạm dừng{by_paper}; các gian hàng đã bố trí được giữ nguyên."
    return f"Thời gian tổ chức được điều chỉnh sang {say_days(change.days.first, change.days.last)}{by_paper}."


def _results(found: FigureSet, narrative: Mapping[str, str]) -> list[Block]:
    blocks: list[Block] = [Paragraph(headline(found)), Heading(2, "1. Quy mô"), plan_table(found)]
    blocks += [Heading(2, "2. Gian hàng, chủ thể, tỉnh, thành phố"), *map(Paragraph, _scale_lines(found))]
    blocks += [Heading(2, "3. Sản phẩm"), Paragraph(_product_line(found))]
    blocks += [Heading(2, "4. Khách và doanh số"), *map(Paragraph, _sales_lines(found)), by_day(found.facts, found)]
    blocks += [Heading(2, "5. Kết nối giao thương"), Paragraph(_trade_line(found))]
    others = {
        "culture": "Hoạt động văn hóa",
        "safety": "An toàn thực phẩm, an ninh trật tự, phòng cháy chữa cháy, vệ sinh, phòng dịch",
        "finance": "Kinh phí",
    }
    return blocks + _told(narrative, others, first=6)


def plan_table(found: FigureSet) -> Table:
    """Return plan, last change and outcome side by side."""
    edition = found.facts.edition
    moved = next((change.days for change in reversed(edition.changes) if change.days is not None), None)
    booths = found.figure("booths_actual")
    target = "-" if edition.booths_planned == edition.booths_announced else edition.booths_planned
    rows: tuple[tuple[Cell, ...], ...] = (
        ("Thời gian", _span(edition.planned), _span(moved), _span(edition.actual)),
        ("Số ngày", edition.official_days, _count(moved), _count(edition.actual)),
        ("Gian hàng", edition.booths_announced, target, "-" if booths is None else booths.value),
    )
    columns = (
        Column("Nội dung", 27),
        Column("Kế hoạch ban đầu", 46, "center"),
        Column("Điều chỉnh", 46, "center"),
        Column("Thực hiện", 46, "center"),
    )
    return Table("Kế hoạch và thực hiện", "Kế hoạch và thực hiện", columns, rows)


def _span(days: Days | None) -> str:
    return "-" if days is None else f"{days.first:%d/%m/%Y} - {days.last:%d/%m/%Y}"


def _count(days: Days | None) -> Cell:
    return "-" if days is None else days.count


def _scale_lines(found: FigureSet) -> list[str]:
    figures = found.figure
    booths, rate = figures("booths_actual"), figures("fill_rate")
    if booths is None:
        return ["Gian hàng, chủ thể, tỉnh, thành phố: chưa có số liệu."]
    filled = "" if rate is None else f", đạt {say_tenths(rate.value)} kế hoạch"
    hanoi, others = figures("booths_actual__hanoi"), figures("booths_actual__other")
    by_place = (
        f" (Hà Nội {say_number(hanoi.value)}, các tỉnh, thành phố khác và nước ngoài {say_number(others.value)})"
        if hanoi is not None and others is not None
        else ""
    )
    types = _list([(f"vendors__{code}", name.lower()) for code, name in VENDOR_TYPES.items()], found)
    return [
        f"Sự kiện có {say_number(booths.value)} gian hàng{filled}{by_place}.",
        f"Có {say_count(figures('vendors'), 'chủ thể')} tham gia{types}.",
        f"Các chủ thể đến từ {say_count(figures('provinces'), 'tỉnh, thành phố')}{_province_groups(found)}.",
    ]


def _province_groups(found: FigureSet) -> str:
    hanoi = found.figure("provinces__hanoi")
    others = _told_parts(
        [("provinces__theme", "tỉnh, thành phố khác của chủ đề"), ("provinces__other", "còn lại")], found
    )
    told = [*(["Hà Nội"] if hanoi is not None and hanoi.value else []), *others]
    return f" ({', '.join(told)})" if told else ""


def _told_parts(parts: Sequence[tuple[str, str]], found: FigureSet) -> list[str]:
    known = [(found.figure(name), noun) for name, noun in parts]
    return [f"{say_number(figure.value)} {noun}" for figure, noun in known if figure is not None and figure.value]


def _list(parts: Sequence[tuple[str, str]], found: FigureSet) -> str:
    told = _told_parts(parts, found)
    return f" ({', '.join(told)})" if told else ""


def _product_line(found: FigureSet) -> str:
    stars = _list([(f"ocop_products_{count}_star", f"sản phẩm {count} sao") for count in (5, 4, 3)], found)
    others = found.figure("other_products")
    and_others = "" if others is None or not others.value else f" và {say_count(others, 'sản phẩm tiềm năng, đặc sản')}"
    return f"Giới thiệu {say_count(found.figure('ocop_products'), 'sản phẩm OCOP')}{stars}{and_others}."


def _sales_lines(found: FigureSet) -> list[str]:
    lines = [
        f"Sự kiện đón {say_visits(found.figure('visits'))}{_covered(found, 'visits')}.",
        (
            f"Doanh số {say_sales(found.figure('sales_vnd'))}{_covered(found, 'sales_vnd')}, trong đó sản phẩm OCOP "
            f"{say_sales(found.figure('ocop_sales_vnd'))}{_covered(found, 'ocop_sales_vnd')}."
        ),
    ]
    changes = [
        f"{noun} {'tăng' if change.value >= 0 else 'giảm'} {say_tenths(abs(change.value))}"
        for name, noun in (("change_per_day__visits", "lượt khách"), ("change_per_day__sales", "doanh số"))
        if (change := found.figure(name)) is not None
    ]
    return [*lines, f"So với kỳ trước, bình quân ngày: {'; '.join(changes)}."] if changes else lines


def _trade_line(found: FigureSet) -> str:
    contracts = say_count(found.figure("contracts"), "hợp đồng")
    memoranda = say_count(found.figure("memoranda"), "biên bản ghi nhớ")
    return f"Ký kết tại sự kiện: {contracts}; {memoranda}{_covered(found, 'memoranda')}."


def _covered(found: FigureSet, name: str) -> str:
    coverage = found.coverage.get(name)
    if coverage is None or found.figure(name) is None:
        return ""
    return f" ({coverage.reported}/{coverage.manned} gian hàng báo cáo)"
