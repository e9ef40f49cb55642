"""The files of a report, read back: parts in their order, page, faces, no formulas, no letter lost."""

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from docx import Document
from pypdf import PdfReader
from tests.factories import EDITION_ID, sample
from tests.harness import Harness
from tests.reporting.conftest import AFTER_THE_FAIR, DAYS, VENDORS, Fair, Vendor, ended, story
from tests.reporting.reports.texts import text_of_docx, text_of_pdf

from common.contracts.registration import RegistrationClosed
from common.tokens import Role

MM = 72 / 25.4
REPORTS = f"/reporting/editions/{EDITION_ID}/reports"
WORDS = {"strengths": "Công tác phối hợp chặt chẽ.", "proposals": "Tiếp tục tổ chức năm 2021.\nBố trí kinh phí sớm."}


async def make(fair: Fair, *, issued: bool = True, addressee: str = "hn.ubnd", **more: Any) -> dict[str, bytes]:
    """Make a result report of the demo's figures and return its files."""
    for day, visits in zip(DAYS, (12_000, 16_000, 14_500, 7_500), strict=True):
        gate = {"on": str(day), "gate_code": "gate-lake", "visits": {"value": visits, "qualifier": "more_than"}}
        booth = {
            "on": str(day),
            "booth_code": "A02",
            "sales_vnd": {"value": 2_000_000_000, "qualifier": "more_than", "is_estimate": True},
            "ocop_sales_vnd": {"value": 1_500_000_000},
            "memoranda": {"value": 65 if day == date(2020, 10, 12) else 0},
        }
        assert (await fair.enter(Role.ORGANISER, gate, booth)).status_code == 201
    await fair.number_own_events()
    body = {"kind": "result", "addressee_agency_code": addressee, "narrative": WORDS, **more}
    async with fair.service.client(Role.ORGANISER) as organiser, fair.service.client(Role.CLERK) as clerk:
        report = (await organiser.post(REPORTS, json=body)).json()
        path = f"/reporting/reports/{report['report_id']}"
        if issued:
            await organiser.post(f"{path}/check")
            signer = {"signer_name": "Nguyễn Văn Mẫu", "signer_role": "PHÓ GIÁM ĐỐC"}
            await organiser.post(f"{path}/sign-off", json=signer)
            number = {"number": "5", "notation": "BC-SNN", "issued_on": "2020-10-26"}
            assert (await clerk.post(f"{path}/numbering", json=number)).status_code == 200
            assert (await clerk.post(f"{path}/issue")).status_code == 200
        return {name: (await clerk.get(f"{path}/files/{name}")).content for name in ("pdf", "docx", "xlsx")}


def assert_in_order(text: str, parts: list[str]) -> None:
    place = 0
    for part in parts:
        found = text.find(part, place)
        assert found >= 0, f"{part!r} is missing after {text[max(0, place - 60) : place]!r}"
        place = found + len(part)


PARTS = [
    "ỦY BAN NHÂN DÂN",
    "SỞ NÔNG NGHIỆP",
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Độc lập - Tự do - Hạnh phúc",
    "Số: 05/BC-SNN",
    "Hà Nội, ngày 26 tháng 10 năm 2020",
    "BÁO CÁO",
    "Kết quả tổ chức sự kiện giới thiệu, quảng bá sản phẩm OCOP gắn với văn hóa các tỉnh đồng bằng sông Hồng năm 2020",
    "Kính gửi: Ủy ban nhân dân thành phố Hà Nội",
    "Căn cứ Công văn số 3060/UBND-KT ngày 26/06/2020 của Ủy ban nhân dân thành phố Hà Nội về việc tổ chức",
    "Căn cứ Thông báo số 15/TB-BCĐ ngày 20/08/2020",
    "thành phố Hà Nội kết luận về công tác phòng, chống dịch Covid-19;",
    "I. CÔNG TÁC CHỈ ĐẠO, TRIỂN KHAI",
    "từ ngày 20 đến ngày 24/08/2020 (05 ngày chính thức)",
    "Sự kiện tạm dừng theo Thông báo số 15/TB-BCĐ",
    "Thời gian tổ chức sự kiện được điều chỉnh theo Công văn số 4101/",
    "từ ngày 09 đến ngày 12/10/2020.",
    "Sự kiện đã được tổ chức từ ngày 09 đến ngày 12/10/2020 (04 ngày).",
    "II. KẾT QUẢ",
    "Sự kiện có 04 gian hàng của các chủ thể đến từ 03 tỉnh, thành phố và 01 đơn vị nước ngoài; đón hơn 5 vạn lượt khách;",
    "doanh số ước hơn 8 tỷ đồng (1/4 gian hàng báo cáo); ký 65 biên bản ghi nhớ.",
    "20/08/2020 - 24/08/2020 09/10/2020 - 12/10/2020 09/10/2020 - 12/10/2020",
    "KẾT QUẢ THEO NGÀY",
    "hơn 50.000 ước hơn 8.000.000.000",
    "III. ĐÁNH GIÁ CHUNG",
    "1. Ưu điểm",
    "IV. ĐỀ XUẤT, KIẾN NGHỊ",
    "Bố trí kinh phí sớm./.",
]
TIED = (
    "(Kèm theo Báo cáo số 05/BC-SNN ngày 26 tháng 10 năm 2020 "
    "của Sở Nông nghiệp và Phát triển nông thôn thành phố Hà Nội)"
)
ENDING = ["PHỤ LỤC I", TIED, "PHỤ LỤC II", TIED, "PHỤ LỤC III", TIED, "PHỤ LỤC IV", TIED]


async def test_the_pdf_has_all_parts_in_the_order_of_the_decree(fair: Fair):
    await fair.tell()
    text = text_of_pdf((await make(fair))["pdf"])
    assert_in_order(text, PARTS)
    assert_in_order(text, ["Nơi nhận:", "- Lưu: VT, VPĐP.", *ENDING])
    assert_in_order(text, ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu", *ENDING])


async def test_the_pdf_tells_a_reader_of_screens_what_is_what(fair: Fair):
    await fair.tell()
    root: Any = PdfReader(io.BytesIO((await make(fair))["pdf"])).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "vi-VN"
    assert {"/H1", "/H2", "/P", "/Table", "/TH", "/TD"} <= kinds_of(root["/StructTreeRoot"])
    assert b"pdfuaid" in root["/Metadata"].get_data()


def kinds_of(node: Any) -> set[str]:
    """Return the kinds of all elements under one of the tree of a PDF's structure."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        element = waiting.pop().get_object()
        if isinstance(element, list):
            waiting += element
        elif isinstance(element, dict):
            found |= {str(element["/S"])} if "/S" in element else set()
            waiting += [element["/K"]] if "/K" in element else []
    return found


async def test_the_docx_says_the_same(fair: Fair):
    await fair.tell()
    text = text_of_docx((await make(fair))["docx"])
    assert_in_order(text, [*PARTS, "Nơi nhận:", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn Mẫu", *ENDING])


async def test_the_page_is_a4_with_the_decrees_margins_and_our_face_in_it(fair: Fair):
    await fair.tell()
    reader = PdfReader(io.BytesIO((await make(fair))["pdf"]))
    first, second = reader.pages[0], reader.pages[1]
    assert (round(float(first.mediabox.width) / MM), round(float(first.mediabox.height) / MM)) == (210, 297)
    faces: set[str] = set()
    for page in reader.pages:
        resources: Any = page["/Resources"].get_object()
        fonts: Any = resources["/Font"].get_object()
        for font in fonts.values():
            faces.add(str(font.get_object()["/BaseFont"]))
            assert "/ToUnicode" in font.get_object()
    assert {face.partition("+")[2] for face in faces} == {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    lefts, tops = positions(second)
    assert min(lefts) / MM >= 30 - 0.1
    assert max(tops) / MM > 297 - 20  # the page number stands in the margin above
    assert not re.match(r"\s*1\s", first.extract_text())
    assert re.match(r"\s*2\s", second.extract_text())


def positions(page: Any) -> tuple[list[float], list[float]]:
    lefts: list[float] = []
    tops: list[float] = []

    def visit(text: str, current: Any, matrix: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            lefts.append(current[0] * matrix[4] + current[2] * matrix[5] + current[4])
            tops.append(current[1] * matrix[4] + current[3] * matrix[5] + current[5])

    page.extract_text(visitor_text=visit)
    return lefts, tops


async def test_the_docx_opens_with_the_decrees_page_and_times_new_roman(fair: Fair):
    await fair.tell()
    document = Document(io.BytesIO((await make(fair))["docx"]))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.top_margin, section.bottom_margin)
    margins = (section.left_margin, section.right_margin)
    assert [round(size.mm) for size in (*sizes, *margins) if size] == [210, 297, 20, 20, 30, 15]
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    normal: Any = document.styles["Normal"]
    assert normal.font.name == "Times New Roman"
    assert document.core_properties.author == "Sở Nông nghiệp và Phát triển nông thôn thành phố Hà Nội"


async def test_what_people_typed_is_text_in_every_file_and_never_a_formula_or_markup(fair: Fair):
    await fair.tell()
    files = await make(fair)
    assert "=HTX A&B <Bắc Ninh>" in text_of_pdf(files["pdf"])
    assert "=HTX A&B <Bắc Ninh>" in text_of_docx(files["docx"])
    book = openpyxl.load_workbook(io.BytesIO(files["xlsx"]))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert "=HTX A&B <Bắc Ninh>" in [cell.value for cell in cells]


async def test_tables_list_hanoi_first_then_provinces_by_code_then_foreign_vendors(fair: Fair):
    await fair.tell()
    book = openpyxl.load_workbook(io.BytesIO((await make(fair))["xlsx"]))
    names = [
        "Kế hoạch và thực hiện",
        "Theo ngày",
        "Chủ thể",
        "Theo tỉnh, thành phố",
        "Theo khu",
        "Sản phẩm",
        "Chỉ tiêu",
    ]
    assert book.sheetnames == names
    rows = list(book["Chủ thể"].iter_rows(min_row=5, values_only=True))
    assert [(row[0], row[3], row[4]) for row in rows] == [
        (1, "Hà Nội", "A01"),
        (2, "Hà Giang", "B01"),
        (3, "Bắc Ninh", "A02"),
        (4, "Nước ngoài", "B02"),
    ]
    products = {row[1]: row[5] for row in book["Sản phẩm"].iter_rows(min_row=5, values_only=True)}
    assert products["Bánh cốm Hàng Than"] == "4 sao"
    assert products["Trà sen Tây Hồ"] == "-"  # lapsed between the dates planned and the dates held


async def test_figures_of_the_workbook_are_numbers_that_keep_their_words_in_the_format(fair: Fair):
    await fair.tell()
    book = openpyxl.load_workbook(io.BytesIO((await make(fair))["xlsx"]))
    rows = [list(row) for row in book["Theo ngày"].iter_rows(min_row=5)]
    visits, sales = [row[2] for row in rows], [row[3] for row in rows]
    assert [cell.value for cell in visits] == [12_000, 16_000, 14_500, 7_500, 50_000]
    assert sum(int(str(cell.value)) for cell in sales[:-1]) == sales[-1].value == 8_000_000_000
    assert {cell.number_format for cell in sales} == {'"ước hơn "[$-42A]#,##0'}
    share = {row[0].value: row[1] for row in book["Chỉ tiêu"].iter_rows(min_row=5)}["Tỷ lệ lấp đầy"]
    assert (share.data_type, share.number_format) == ("n", "[$-42A]0.0%")


async def test_a_draft_leaves_number_date_and_signature_blank(fair: Fair):
    await fair.tell()
    files = await make(fair, issued=False)
    for text in (text_of_pdf(files["pdf"]), text_of_docx(files["docx"])):
        assert re.search(r"Số: ?/BC-SNN", text)
        assert re.search(r"Hà Nội, ngày tháng năm 2020", text)
        assert "Nguyễn Văn Mẫu" not in text


async def make_daily(fair: Fair, on: str = "2020-10-09") -> dict[str, bytes]:
    body = {"kind": "daily", "addressee_agency_code": "hn.snn", "on": on}
    async with fair.service.client(Role.ORGANISER) as organiser:
        report = (await organiser.post(REPORTS, json=body)).json()
        path = f"/reporting/reports/{report['report_id']}"
        return {name: (await organiser.get(f"{path}/files/{name}")).content for name in ("pdf", "docx")}


async def test_a_day_without_figures_says_of_each_that_it_is_missing(fair: Fair):
    await fair.tell()
    files = await make_daily(fair)
    for text in (text_of_pdf(files["pdf"]), text_of_docx(files["docx"])):
        assert (
            "Ngày thứ nhất của sự kiện (09/10/2020): 04 gian hàng hoạt động; lượt khách chưa có số liệu; "
            "doanh số chưa có số liệu; hợp đồng, biên bản ghi nhớ chưa có số liệu."
        ) in text


async def test_a_daily_report_has_a_number_line_to_be_filled_in_by_hand(fair: Fair):
    await fair.tell()
    files = await make_daily(fair)
    for text in (text_of_pdf(files["pdf"]), text_of_docx(files["docx"])):
        assert re.search(r"Số: ?/BC-VPĐP", text)


async def test_what_a_part_of_a_figure_means_is_said_and_no_cell_is_blank(fair: Fair):
    await fair.tell()
    book = openpyxl.load_workbook(io.BytesIO((await make(fair))["xlsx"]))
    rows = {row[0]: row[1:] for row in book["Chỉ tiêu"].iter_rows(min_row=5, values_only=True)}
    assert rows["Gian hàng thực tế (Hà Nội)"] == (1, "Một phần của “Gian hàng thực tế”", "Như chỉ tiêu chung")
    assert [name for name, cells in rows.items() if not all(cell not in {None, ""} for cell in cells)] == []


async def test_why_more_were_accepted_than_stood_accepted_at_the_closing_is_told(fair: Fair):
    registration, allocation = story()
    early = sample(RegistrationClosed, submitted=9, accepted=3, pending=1)
    told = [early if isinstance(event, RegistrationClosed) else event for event in registration]
    fair.service.clock.set(AFTER_THE_FAIR)
    await fair.service.deliver(*told, ended(), *allocation)
    text = text_of_pdf((await make(fair))["pdf"])
    assert "đã tiếp nhận 09 hồ sơ, chấp nhận 03 hồ sơ, còn 01 hồ sơ chờ xét." in text
    assert "Đến khi lập báo cáo đã có 04 hồ sơ được chấp nhận." in text


async def test_the_central_office_is_addressed_by_its_name(fair: Fair):
    await fair.tell()
    text = text_of_pdf((await make(fair, addressee="tw.vpdp"))["pdf"])
    assert "Kính gửi: Văn phòng Điều phối nông thôn mới Trung ương" in text


@pytest.mark.parametrize("issued", [True, False])
async def test_the_files_carry_the_date_of_issue_and_nothing_of_now(fair: Fair, *, issued: bool):
    await fair.tell()
    files = await make(fair, issued=issued)
    day = "2020-10-26" if issued else "2020-10-12"
    meta = PdfReader(io.BytesIO(files["pdf"])).metadata
    assert meta is not None
    assert str(meta.creation_date).startswith(day)
    assert str(Document(io.BytesIO(files["docx"])).core_properties.created).startswith(day)
    assert str(openpyxl.load_workbook(io.BytesIO(files["xlsx"])).properties.created).startswith(day)


async def test_a_letter_that_no_face_has_is_told_and_nothing_is_stored(reporting: Harness, fair: Fair):
    lao = Vendor(9, None, "A01", (("ກາເຟ", 0, None),), "company", "ບໍລິສັດ ດາວ")
    await fair.tell(vendors=(lao, VENDORS[1]))
    async with reporting.client(Role.ORGANISER) as client:
        answer = await client.post(REPORTS, json={"kind": "result", "addressee_agency_code": "hn.ubnd"})
        assert (answer.status_code, answer.json()["code"]) == (409, "letter_missing")
        assert (await client.get(REPORTS)).json()["items"] == []
