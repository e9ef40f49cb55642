"""The sentences of a result report: each says what is known, and of a figure that is not known that it is not; pure."""

from collections.abc import Sequence

from common.papers.domain import Cell, Column, Table
from common.papers.wording import say_tenths
from reporting.citations.domain import name_paper
from reporting.editions.domain import Change, Days, Edition
from reporting.figures.domain import FigureSet
from reporting.participations.domain import VENDOR_TYPES
from reporting.registers.domain import Registers
from reporting.wording.domain import (
    MISSING,
    say_count,
    say_days,
    say_in_text,
    say_received,
    say_sales,
    say_signed,
    say_visits,
    upper_first,
)


def headline(found: FigureSet) -> str:
    """Return the one sentence that says it all; a clause only where its figure exists."""
    clauses: list[str] = []
    booths, provinces = found.figure("booths_actual"), found.figure("provinces")
    if booths is not None:
        places = "" if provinces is None else f" đến từ {_places(found)}"
        clauses.append(f"có {say_in_text(booths.value)} gian hàng của các chủ thể{places}")
    if found.figure("visits") is not None:
        clauses.append(f"đón {say_visits(found.figure('visits'))}")
    if found.figure("sales_vnd") is not None:
        clauses.append(f"doanh số {say_sales(found.figure('sales_vnd'))}{_covered(found, 'sales_vnd')}")
    if found.figure("memoranda") is not None:
        clauses.append(f"ký {say_count(found.figure('memoranda'), 'biên bản ghi nhớ')}")
    return f"Sự kiện {'; '.join(clauses)}." if clauses else "Sự kiện chưa có số liệu."


def _places(found: FigureSet, groups: str = "") -> str:
    """Return how many provinces the vendors are from, and how many vendors are from abroad."""
    foreign = found.figure("vendors__foreign")
    and_foreign = "" if foreign is None else f" và {say_count(foreign, 'đơn vị nước ngoài')}"
    return f"{say_count(found.figure('provinces'), 'tỉnh, thành phố')}{groups}{and_foreign}"


def calendar_lines(edition: Edition, registers: Registers) -> list[str]:
    """Return what became of the calendar: the plan, each change with its paper, and the days held."""
    approved = next((paper for paper in edition.papers if paper.step == "edition_announced"), None)
    by_paper = "" if approved is None else f" tại {name_paper(approved, registers)}"
    lines = [
        (
            f"Theo kế hoạch{by_paper}, sự kiện được tổ chức {say_days(edition.planned.first, edition.planned.last)} "
            f"({say_in_text(edition.official_days)} ngày chính thức) tại {edition.venue}, "
            f"quy mô {say_in_text(edition.booths_announced)} gian hàng."
        )
    ]
    lines += [_change_line(change, registers) for change in edition.changes]
    if edition.actual is not None:
        lines.append(
            f"Sự kiện đã được tổ chức {say_days(edition.actual.first, edition.actual.last)} "
            f"({say_in_text(edition.actual.count)} ngày)."
        )
    return lines


def _change_line(change: Change, registers: Registers) -> str:
    by_paper = "" if change.paper is None else f" theo {name_paper(change.paper, registers)}"
    if change.booths is not None and change.booths_before is not None:
        way, to = ("giảm", "xuống") if change.booths < change.booths_before else ("tăng", "lên")
        numbers = f"{way} từ {say_in_text(change.booths_before)} {to} {say_in_text(change.booths)} gian hàng"
        return f"Quy mô sự kiện được điều chỉnh{by_paper}: {numbers}."
    if change.step == "edition_cancelled":
        return f"Sự kiện đã hủy{by_paper}."
    if change.days is None:
        return f"Sự kiện tạm dừng{by_paper}; các gian hàng đã bố trí được giữ nguyên."
    days = say_days(change.days.first, change.days.last)
    return f"Thời gian tổ chức sự kiện được điều chỉnh{by_paper}: {days}."


def direction_lines(found: FigureSet) -> list[str]:
    """Return what became of the dossiers, at the closing and in all, and how many notices went out."""
    counts, notices = found.facts.edition.counts, found.facts.notices
    lines = [_dossier_line(counts["submitted"], counts["accepted"], counts["pending"])] if counts else []
    states = [participant.state for participant in found.facts.participants.values()]
    ends = [
        f"{say_in_text(states.count(state))} {noun}"
        for state, noun in (("withdrawn", "hồ sơ đã rút"), ("revoked", "hồ sơ bị thu hồi"))
        if state in states
    ]
    if counts and (ends or len(states) > counts["accepted"]):
        since = f", trong đó {', '.join(ends)}" if ends else ""
        lines.append(f"Đến khi lập báo cáo đã có {say_in_text(len(states))} hồ sơ được chấp nhận{since}.")
    if sum(notices.values()):
        failed = f"; {say_in_text(notices['failed'])} thông báo không gửi được" if notices["failed"] else ""
        lines.append(f"Đã gửi {say_in_text(notices['delivered'])} thông báo đến các chủ thể và cơ quan{failed}.")
    return lines


def _dossier_line(submitted: int, accepted: int, pending: int) -> str:
    waiting = f", còn {say_in_text(pending)} hồ sơ chờ xét" if pending else ""
    return (
        f"Đến khi đóng đăng ký đã tiếp nhận {say_in_text(submitted)} hồ sơ, "
        f"chấp nhận {say_in_text(accepted)} hồ sơ{waiting}."
    )


def plan_table(found: FigureSet) -> Table:
    """Return plan, last change and outcome side by side."""
    edition = found.facts.edition
    moved = next((change.days for change in reversed(edition.changes) if change.days is not None), None)
    booths = found.figure("booths_actual")
    numbers = [say_in_text(change.booths) for change in edition.changes if change.booths is not None]
    target = ", sau đó ".join(numbers) or "-"
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


def scale_lines(found: FigureSet) -> list[str]:
    """Return how many booths, vendors and provinces took part, and of which kinds."""
    figures = found.figure
    booths, rate = figures("booths_actual"), figures("fill_rate")
    if booths is None:
        return ["Gian hàng, chủ thể, tỉnh, thành phố: chưa có số liệu."]
    filled = "" if rate is None else f", đạt {say_tenths(rate.value)} kế hoạch"
    hanoi, others = figures("booths_actual__hanoi"), figures("booths_actual__other")
    by_place = (
        f" (Hà Nội {say_in_text(hanoi.value)}, các tỉnh, thành phố khác và nước ngoài {say_in_text(others.value)})"
        if hanoi is not None and others is not None
        else ""
    )
    kinds = {**VENDOR_TYPES, "other": "loại hình khác"}
    types = _list([(f"vendors__{code}", name.lower()) for code, name in kinds.items()], found)
    return [
        f"Sự kiện có {say_in_text(booths.value)} gian hàng{filled}{by_place}.",
        f"Có {say_count(figures('vendors'), 'chủ thể')} tham gia{types}.",
        f"Các chủ thể đến từ {_places(found, _province_groups(found))}.",
    ]


def _province_groups(found: FigureSet) -> str:
    hanoi = found.figure("provinces__hanoi")
    others = _told_parts(
        [
            ("provinces__theme", "tỉnh, thành phố khác thuộc vùng chủ đề"),
            ("provinces__other", "tỉnh, thành phố ngoài vùng chủ đề"),
        ],
        found,
    )
    told = [*(["Hà Nội"] if hanoi is not None and hanoi.value else []), *others]
    return f" ({', '.join(told)})" if told else ""


def _told_parts(parts: Sequence[tuple[str, str]], found: FigureSet) -> list[str]:
    known = [(found.figure(name), noun) for name, noun in parts]
    return [f"{say_in_text(figure.value)} {noun}" for figure, noun in known if figure is not None and figure.value]


def _list(parts: Sequence[tuple[str, str]], found: FigureSet) -> str:
    told = _told_parts(parts, found)
    return f" ({', '.join(told)})" if told else ""


def product_line(found: FigureSet) -> str:
    """Return how many products were shown, by stars."""
    stars = _list([(f"ocop_products_{count}_star", f"sản phẩm {count} sao") for count in (5, 4, 3)], found)
    others = found.figure("other_products")
    kinds = "sản phẩm khác (tiềm năng, đặc sản, hàng nước ngoài)"
    and_others = "" if others is None or not others.value else f" và {say_count(others, kinds)}"
    return f"Giới thiệu {say_count(found.figure('ocop_products'), 'sản phẩm OCOP')}{stars}{and_others}."


def sales_lines(found: FigureSet) -> list[str]:
    """Return visits and sales, and how they changed against the edition before."""
    received = say_received(found.figure("visits"))
    subject = "Sự kiện " if found.figure("visits") is not None else ""
    lines = [f"{upper_first(subject + received)}{_covered(found, 'visits')}.", _sales_line(found)]
    changes = [
        f"{noun} {'tăng' if change.value >= 0 else 'giảm'} {say_tenths(abs(change.value))}"
        for name, noun in (("change_per_day__visits", "lượt khách"), ("change_per_day__sales", "doanh số"))
        if (change := found.figure(name)) is not None
    ]
    return [*lines, f"So với kỳ trước, bình quân ngày: {'; '.join(changes)}."] if changes else lines


def _sales_line(found: FigureSet) -> str:
    sales, ocop = found.figure("sales_vnd"), found.figure("ocop_sales_vnd")
    if sales is None and ocop is None:
        return f"Doanh số {MISSING}."
    of_ocop = f"sản phẩm OCOP {say_sales(ocop)}{_covered(found, 'ocop_sales_vnd')}"
    return f"Doanh số {say_sales(sales)}{_covered(found, 'sales_vnd')}, trong đó {of_ocop}."


def trade_line(found: FigureSet) -> str:
    """Return what was signed at the fair."""
    contracts, memoranda = found.figure("contracts"), found.figure("memoranda")
    covered = _covered(found, "contracts" if memoranda is None else "memoranda")
    return f"Tại sự kiện: {say_signed(contracts, memoranda, covered)}."


def _covered(found: FigureSet, name: str) -> str:
    coverage = found.coverage.get(name)
    if coverage is None or found.figure(name) is None:
        return ""
    return f" ({coverage.reported}/{coverage.manned} gian hàng báo cáo)"
