"""A result report of a large fair: figures, text, and files in all formats, from the facts to the last byte."""

import asyncio
import time
from collections.abc import Sequence
from datetime import date

from tests.reporting.conftest import AFTER_THE_FAIR, DAYS, Vendor, ended, floor_plan, life

from common.contracts.base import Event
from common.delivery.envelope import source_of
from common.papers.domain import Paper
from reporting.day_figures.domain import Entry, Figure, Measure, PlaceKind
from reporting.editions.domain import Step, fold, fold_plan
from reporting.facts.domain import Facts
from reporting.figures.handlers import compute
from reporting.papers.handlers import Marks, mark
from reporting.participations.domain import Attendance, Participant, Place, Product
from reporting.registers.repository import get_registers
from reporting.reports.documents import Renderer
from reporting.result_reports.handlers import House, compose

AGENCY, ADDRESSEE = "hn.snn", "hn.ubnd"
ISSUED_ON = date(2020, 10, 26)
PROVINCES = ("01", "26", "27", "30", "31", "33", "34", "35", "36", "37", "02", "10", None)
GOODS = ("Chè Shan tuyết", "Mật ong bạc hà", "Tương Đình Tổ", "Bánh cốm Hàng Than", "Trà sen Tây Hồ", "Nón làng Chuông")
TYPES = ("cooperative", "company", "household")
WORDS = {
    "strengths": "Công tác phối hợp chặt chẽ.\nCác chủ thể chuẩn bị chu đáo.",
    "proposals": "Tiếp tục tổ chức năm 2021.",
}


def make_vendors(count: int) -> list[Vendor]:
    """Return vendors with one booth and one to three products each."""
    return [
        Vendor(
            number,
            PROVINCES[number % len(PROVINCES)],
            f"{'ABCDEF'[number % 6]}{number:03}",
            [
                (f"{GOODS[(number + good) % len(GOODS)]} {number}", 3 + good, "2022-12-30")
                for good in range(1 + number % 3)
            ],
            TYPES[number % len(TYPES)],
            f"Hợp tác xã Nông nghiệp và Dịch vụ tổng hợp số {number}",
        )
        for number in range(1, count + 1)
    ]


def make_facts(vendors: Sequence[Vendor]) -> Facts:
    """Return the facts of a fair at which all of them were on each day, and told what they sold."""
    told: list[Event] = [*life(), ended(), floor_plan([vendor.booth_code for vendor in vendors])]
    steps = [
        Step(event.event_name(), source_of(event.owner()), number, AFTER_THE_FAIR, event.model_dump(mode="json"))
        for number, event in enumerate(told, start=1)
    ]
    edition = fold(steps)
    if edition is None:
        raise ValueError("no edition was announced")
    return Facts(
        edition=edition,
        plan=fold_plan(steps),
        participants={vendor.application_id: _participant(vendor) for vendor in vendors},
        places=[Place(each.application_id, each.vendor_id, "confirmed", (each.booth_code,)) for each in vendors],
        attendances=[
            Attendance(each.application_id, each.vendor_id, each.booth_code, day) for day in DAYS for each in vendors
        ],
        entries=[_entry(day, each) for day in DAYS for each in vendors],
        notices={"delivered": 4 * len(vendors), "failed": 3},
        positions={"/ocop/registration": 1000, "/ocop/allocation": 1600},
        unnumbered=0,
        parked=0,
    )


def _participant(vendor: Vendor) -> Participant:
    return Participant(
        application_id=vendor.application_id,
        vendor_id=vendor.vendor_id,
        trade_name=vendor.name,
        vendor_type=vendor.vendor_type,
        province_code=vendor.province_code,
        country=vendor.public["country"],
        products=tuple(
            Product(good["product_id"], good["name"], good["product_group"], good["stars"], _day(valid_to))
            for good, (_, _, valid_to) in zip(vendor.goods, vendor.products, strict=True)
        ),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _entry(day: date, vendor: Vendor) -> Entry:
    sold = 1_000_000 + 37_000 * vendor.number
    figures = {
        Measure.VISITS: Figure(30 + vendor.number % 50),
        Measure.SALES_VND: Figure(sold),
        Measure.OCOP_SALES_VND: Figure(sold * 3 // 4),
    }
    return Entry(day, PlaceKind.BOOTH, vendor.booth_code, "vendor", figures)


def write(facts: Facts) -> Paper:
    """Return the report as it is issued."""
    marks = Marks(
        number="5",
        notation="BC-SNN",
        issued_on=ISSUED_ON,
        signer_name="Nguyễn Văn Mẫu",
        signer_role="PHÓ GIÁM ĐỐC",
    )
    registers = get_registers()
    paper = compose(compute(facts, None), House(AGENCY, "tw.vpdp", registers), ADDRESSEE, WORDS, [])
    return mark(paper, AGENCY, marks, ISSUED_ON, registers)


async def _time(facts: Facts, rounds: int) -> list[float]:
    seconds: list[float] = []
    for _ in range(rounds):
        renderer = Renderer([])
        began = time.perf_counter()
        files = await renderer.render(write(facts))
        seconds.append(time.perf_counter() - began)
        await renderer.close()
        if sorted(files) != ["docx", "pdf", "xlsx"]:
            raise ValueError(f"files are missing: {sorted(files)}")
    return seconds


def measure(vendors: int, rounds: int) -> list[float]:
    """Return the seconds of each round, with the start of the process that makes the files."""
    return asyncio.run(_time(make_facts(make_vendors(vendors)), rounds))
