"""An agency's desk: fetches its workbook, fills cells in by their headings, and sends it back."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import openpyxl
import pytest
from openpyxl.workbook.workbook import Workbook
from tests.registration.conftest import OPEN, PAPER, PAPERS, World, make_tax_id

from common.tokens import Role

Json = dict[str, Any]
ROWS, PAPER_SHEET, HEADING_ROW = "Đề cử", "Giấy tờ", 5
LETTER = {"D3": "215", "F3": "SNN-PTNT", "H3": "06/07/2020", "J3": "Đề cử chủ thể tham gia sự kiện"}
PAPER_LABELS = {
    "business_registration": "Giấy chứng nhận đăng ký kinh doanh",
    "food_safety_certificate": "Giấy chứng nhận đủ điều kiện an toàn thực phẩm",
    "product_declaration": "Bản tự công bố hoặc đăng ký bản công bố sản phẩm",
    "applied_standard": "Tiêu chuẩn công bố áp dụng",
    "label": "Nhãn hàng hóa",
    "traceability": "Giấy tờ truy xuất nguồn gốc",
}


async def an_open_fair(world: World, **changes: Any) -> World:
    answer = await world.plan(**changes)
    assert answer.status_code == 201, answer.text
    world.edition_id = answer.json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    return world


def a_line(number: int = 1, **changes: Any) -> Json:
    """Return a row as people fill it in: a cooperative of Hà Giang with one product of four stars."""
    line: Json = {
        "Thứ tự ưu tiên": number,
        "Tên chủ thể": f"Hợp tác xã Chè Phìn Hồ {number}",
        "Tên trên biển gian hàng": f"HTX Chè Phìn Hồ {number}",
        "Loại hình chủ thể": "Hợp tác xã",
        "Mã số thuế": make_tax_id(number),
        "Địa chỉ": "Hoàng Su Phì, địa chỉ mẫu",
        "Người liên hệ": "Nguyễn Thị Mẫu",
        "Điện thoại": "0912 345 678",
        "Thư điện tử": f"mau{number}@example.com",
        "Số gian hàng": 1,
        **a_product(),
    }
    return {**line, **changes}


def a_product(name: str = "Chè Shan tuyết", **changes: Any) -> Json:
    product: Json = {
        "Tên sản phẩm": name,
        "Nhóm sản phẩm": "Đồ uống",
        "Hạng sao": 4,
        "Số quyết định": "1010",
        "Ký hiệu quyết định": "QĐ-UBND",
        "Ngày quyết định": "11/11/2019",
        "Cấp công nhận": "Tỉnh, thành phố",
        "Số giấy chứng nhận OCOP": "HG-010",
        "Ngày cấp giấy chứng nhận OCOP": "11/11/2019",
        "Chế biến, đóng gói": "Có",
        "Xuất xứ": "Hoàng Su Phì",
    }
    return {**product, **changes}


@dataclass
class Desk:
    """One agency at work on its workbook."""

    world: World
    agency: str = "hg.snn"
    province: str = "02"
    sent: list[Json] = field(default_factory=list[Json])

    @property
    def claims(self) -> Json:
        return {"agency_code": self.agency, "province_code": self.province}

    async def fetch(self) -> Workbook:
        path = f"/editions/{self.world.edition_id}/nomination-workbook"
        answer = await self.world.call("GET", path, Role.PROVINCE, **self.claims)
        assert answer.status_code == 200, answer.text
        return open_book(answer.content)

    async def filled(self, *lines: Mapping[str, Any], papers: bool = True) -> Workbook:
        """Return the workbook with the letter, rows and six papers of each vendor filled in."""
        book = await self.fetch()
        for cell, value in LETTER.items():
            book[ROWS][cell] = value
        first = first_free(book, ROWS)
        for row, line in enumerate(lines, start=first):
            fill(book, row, **line)
        if papers:
            self.add_papers(book, *dict.fromkeys(line["Thứ tự ưu tiên"] for line in lines))
        return book

    def add_papers(self, book: Workbook, *ranks: int) -> None:
        row = first_free(book, PAPER_SHEET)
        for rank in ranks:
            for kind in PAPERS:
                fill(book, row, PAPER_SHEET, **{"Thứ tự ưu tiên": rank, "Loại giấy tờ": PAPER_LABELS[kind]})
                row += 1

    async def post(self, content: bytes | Workbook, **headers: str) -> httpx.Response:
        async with self.world.harness.client(Role.PROVINCE, **self.claims) as client:
            path = f"/registration/editions/{self.world.edition_id}/filled-workbooks"
            return await client.post(path, content=to_bytes(content), headers=headers)

    async def send(self, content: bytes | Workbook) -> Json:
        """Send a workbook that can be read, and return the answer."""
        answer = await self.post(content)
        assert answer.status_code == 201, answer.text
        self.sent.append(answer.json())
        return self.sent[-1]

    async def marked(self, answer: Json) -> Workbook:
        return open_book(await self.marked_bytes(answer))

    async def marked_bytes(self, answer: Json) -> bytes:
        path = f"/filled-workbooks/{answer['filled_workbook_id']}/marked"
        found = await self.world.call("GET", path, Role.PROVINCE, **self.claims)
        assert found.status_code == 200, found.text
        return found.content

    async def applications(self) -> list[Json]:
        path = f"/editions/{self.world.edition_id}/applications?limit=200"
        found = await self.world.ok("GET", path, Role.PROVINCE, **self.claims)
        return found["items"]

    async def history(self, application_id: str) -> list[Json]:
        answer = await self.world.call(
            "GET", f"/applications/{application_id}/amendments", Role.PROVINCE, **self.claims
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


def open_book(content: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def to_bytes(content: bytes | Workbook) -> bytes:
    if isinstance(content, bytes):
        return content
    written = io.BytesIO()
    content.save(written)
    return written.getvalue()


def columns(book: Workbook, sheet: str = ROWS) -> dict[str, int]:
    """Return the number of each column by its heading, without the star and without other languages below it."""
    return {
        str(cell.value).partition("\n")[0].removesuffix(" (*)"): cell.column
        for cell in book[sheet][HEADING_ROW]
        if cell.value is not None
    }


def fill(book: Workbook, row: int, sheet: str = ROWS, /, **values: Any) -> None:
    where = columns(book, sheet)
    for heading, value in values.items():
        book[sheet].cell(row, where[heading]).value = value


def value(book: Workbook, row: int, heading: str, sheet: str = ROWS) -> Any:
    return book[sheet].cell(row, columns(book, sheet)[heading]).value


def address(book: Workbook, row: int, heading: str, sheet: str = ROWS) -> str:
    return book[sheet].cell(row, columns(book, sheet)[heading]).coordinate


def first_free(book: Workbook, sheet: str = ROWS) -> int:
    column = columns(book, sheet)["Thứ tự ưu tiên"]
    return next(row for row in range(HEADING_ROW + 1, 10_000) if book[sheet].cell(row, column).value is None)


def mistakes(answer: Json) -> dict[str, str]:
    """Return sheet and cell to code of all mistakes; each speaks both languages."""
    assert all(one["vi"] and one["en"] for one in answer["problems"])
    return {f"{one['sheet']}!{one['cell']}": one["code"] for one in answer["problems"]}


@pytest.fixture
def desk(fair: World) -> Desk:
    return Desk(fair)
