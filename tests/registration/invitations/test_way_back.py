"""The way back for the filled-in workbook: whoever has the invitation's link alone sends it, corrects it, and sees it taken."""

import io
import re
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook
from tests.harness import Harness
from tests.registration.conftest import World
from tests.registration.invitations.test_api import CONTACT, KEY, LETTER, ROUND
from tests.registration.workbooks.conftest import LETTER as COVER
from tests.registration.workbooks.conftest import PAPER_LABELS, PAPER_SHEET, ROWS, fill, first_free, to_bytes

from allocation.floor_plans import handlers as floor_plans
from allocation.floor_plans.domain import PlannedBooth, Zone
from common.contracts.allocation import BoothOffered
from common.contracts.registration import (
    ApplicationAccepted,
    ContactRecorded,
    EditionAnnounced,
    RegistrationOpened,
)
from common.links import sign
from common.tokens import Role

EMBASSY = "la.embassy"
ABROAD = {
    **PAPER_LABELS,
    "vn_sublabel": "Nhãn phụ tiếng Việt",
    "import_inspection": "Giấy kiểm tra hàng nhập khẩu",
}
COFFEE: dict[str, Any] = {
    "Thứ tự ưu tiên": 1,
    "Tên chủ thể": "Dao Coffee",
    "Tên trên biển gian hàng": "Dao Coffee",
    "Loại hình chủ thể": "Doanh nghiệp",
    "Quốc gia (nếu ở nước ngoài)": "LA",
    "Địa chỉ": "Paksong, sample address",
    "Người liên hệ": "Bounmy Tuayang",
    "Điện thoại": "+856 20 5555 0000",
    "Thư điện tử": "dao@example.org",
    "Ngôn ngữ thông báo": "Tiếng Lào",
    "Số gian hàng": 1,
    "Tên sản phẩm": "Cà phê Lào",
    "Nhóm sản phẩm": "Đồ uống",
    "Chế biến, đóng gói": "Có",
    "Hàng nhập khẩu": "Có",
    "Xuất xứ": "Paksong",
}


class Embassy:
    """An embassy that knows nothing but its link, and reads English."""

    def __init__(self, fair: World, invitation_id: str) -> None:
        self.fair, self.invitation_id = fair, invitation_id

    def path(self, page: str, key: str = KEY) -> str:
        token = sign(key, "open_invitation", self.invitation_id)
        return f"/registration/invitations/{self.invitation_id}/{page}?token={token}&lang=en"

    async def get(self, page: str) -> httpx.Response:
        async with self.fair.harness.client() as client:
            return await client.get(self.path(page))

    async def send(self, content: bytes, key: str = KEY) -> httpx.Response:
        async with self.fair.harness.client() as client:
            return await client.post(self.path("workbook", key), files={"file": ("list.xlsx", content)})

    async def filled(self, **changes: Any) -> bytes:
        book = load_workbook(io.BytesIO((await self.get("files/de-cu.xlsx")).content))
        for cell, value in COVER.items():
            book[ROWS][cell] = value
        fill(book, first_free(book), **{**COFFEE, **changes})
        row = first_free(book, PAPER_SHEET)
        for place, label in enumerate(ABROAD.values()):
            fill(book, row + place, PAPER_SHEET, **{"Thứ tự ưu tiên": 1, "Loại giấy tờ": label})
        return to_bytes(book)


@pytest.fixture
async def embassy(fair: World) -> Embassy:
    """The Lao embassy, invited by a numbered letter."""
    contact = {**CONTACT, "display_name": "Embassy of Laos", "email": "emb@example.org", "language": "en"}
    entry = {"name_vi": "Đại sứ quán Lào", "name_en": "Embassy of Laos", "level": "embassy", "country": "LA"}
    await fair.ok(
        "PUT", f"/agencies/{EMBASSY}", Role.ORGANISER, {**entry, "valid_from": "2020-01-01", "contact": contact}
    )
    body = {**ROUND, "agencies": [{"agency_code": EMBASSY, "ceiling": 6}]}
    made = await fair.ok("PUT", f"/editions/{fair.edition_id}/invitation-round", Role.ORGANISER, body)
    [one] = made["invitations"]
    assert (await fair.call("POST", f"/invitations/{one['invitation_id']}/numbering", Role.CLERK, LETTER)).is_success
    return Embassy(fair, one["invitation_id"])


async def test_an_embassy_comes_from_its_invitation_in_english_to_a_booth(
    embassy: Embassy, allocation: Harness
) -> None:
    fair = embassy.fair
    page = await embassy.get("answer")
    assert "Send the workbook back" in page.text
    assert "Embassy of Laos" in page.text
    taken = await embassy.send(await embassy.filled())
    assert 'data-taken="1" data-refused="0"' in taken.text, taken.text
    assert "Your nominations have arrived." in taken.text
    [draft] = (await fair.ok("GET", f"/editions/{fair.edition_id}/applications", Role.ORGANISER))["items"]
    assert (draft["state"], draft["nominating_agency_code"], draft["vendor"]["country"]) == ("draft", EMBASSY, "LA")
    told = [one for one in await fair.harness.emitted(ContactRecorded) if one.language == "lo"]
    assert [one.email for one in told] == ["dao@example.org"]
    submitted = await fair.submit(draft)
    assert submitted.json()["evaluation"]["outcome"] == "accept", submitted.text
    assert (await fair.decide(submitted.json(), "accept")).status_code == 201
    wanted = (EditionAnnounced, RegistrationOpened, ApplicationAccepted)
    events = [one for one in await fair.harness.emitted() if isinstance(one, wanted)]
    first_come = [
        one.model_copy(update={"allocation_policy": "first_come"}) if isinstance(one, EditionAnnounced) else one
        for one in events
    ]
    await allocation.deliver(first_come[0])
    booth = PlannedBooth("E01", "E", 9, True, 1, 3.0, 0.0)  # a corner
    zone = Zone("E", "Khu E", None, "international")
    await allocation.run(floor_plans.publish_plan, first_come[0].edition_id, [zone], [booth])
    await allocation.deliver(*first_come[1:])
    [offered] = await allocation.emitted(BoothOffered)
    assert (str(offered.application_id), offered.booth_codes) == (draft["application_id"], ("E01",))


async def test_a_mistake_is_told_in_english_with_its_cell_marked_and_the_corrected_list_taken(embassy: Embassy) -> None:
    answer = await embassy.send(await embassy.filled(**{"Quốc gia (nếu ở nước ngoài)": "TH"}))
    assert (answer.status_code, 'data-taken="0" data-refused="1"' in answer.text) == (200, True)
    assert "An embassy nominates vendors of its country only" in answer.text
    marked = answer.text.partition('href="marked/')[2].partition("?")[0]
    book = load_workbook(io.BytesIO((await embassy.get(f"marked/{marked}")).content))
    assert any(cell.comment for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert 'data-taken="1"' in (await embassy.send(await embassy.filled())).text


async def test_the_link_names_nobody_who_is_not_in_the_file_and_turns_no_ones_notices_elsewhere(
    embassy: Embassy,
) -> None:
    assert 'data-taken="1"' in (await embassy.send(await embassy.filled())).text
    told = await embassy.fair.harness.emitted(ContactRecorded)
    other = {"Tên chủ thể": "Other", "Tên trên biển gian hàng": "Other", "Thư điện tử": "o@example.org"}
    answer = await embassy.send(await embassy.filled(**other, **{"Quốc gia (nếu ở nước ngoài)": "TH"}))
    marked = answer.text.partition('href="marked/')[2].partition("?")[0]
    book = load_workbook(io.BytesIO((await embassy.get(f"marked/{marked}")).content))
    said = [str(cell.value) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [one for one in said if COFFEE["Tên chủ thể"] in one or COFFEE["Tên trên biển gian hàng"] in one]
    refused = await embassy.send(await embassy.filled(**{"Thư điện tử": "elsewhere@example.net"}))
    assert "How a vendor is reached" in refused.text
    assert await embassy.fair.harness.emitted(ContactRecorded) == told
    changed = await embassy.send(await embassy.filled(**{"Số gian hàng": 2}))
    assert 'data-taken="0" data-refused="0"' in changed.text, changed.text


async def test_what_is_no_workbook_is_refused_in_words_and_nothing_is_lost(embassy: Embassy) -> None:
    refused = await embassy.send(b"not a workbook")
    assert (refused.status_code, "Nothing could be taken from this file." in refused.text) == (422, True)
    assert (await embassy.get("answer")).status_code == 200


async def test_another_links_holder_sends_nothing_and_reads_no_marked_workbook(embassy: Embassy) -> None:
    assert (await embassy.send(await embassy.filled(), key="another-key")).status_code == 403
    found = await embassy.fair.ok("GET", f"/editions/{embassy.fair.edition_id}/applications", Role.ORGANISER)
    assert found["items"] == []


LAO = re.compile("[\u0e80-\u0eff]")
CHOSEN = {
    "Loại hình chủ thể": "Doanh nghiệp",
    "Ngôn ngữ thông báo": "Tiếng Lào",
    "Nhóm sản phẩm": "Đồ uống",
    "Chế biến, đóng gói": "Có",
    "Hàng nhập khẩu": "Có",
}


async def test_an_embassys_headings_guide_and_lists_are_in_its_language_and_english_below_vietnamese(
    embassy: Embassy,
) -> None:
    book = load_workbook(io.BytesIO((await embassy.get("files/de-cu.xlsx")).content))
    for sheet in (ROWS, PAPER_SHEET):
        for cell in book[sheet][5]:
            vi, en, lao = str(cell.value).split("\n")
            assert vi
            assert re.search("[A-Za-z]", en)
            assert LAO.search(lao), cell.value
    labels = [str(cell.value) for cell in book[ROWS][3] if cell.value]
    assert [label.count("\n") for label in labels] == [2, 2, 2, 2]
    guide = {str(row[0].value): str(row[1].value) for row in book["Hướng dẫn"].iter_rows(min_row=3)}
    assert list(guide)[:2] == ["English", "ລາວ"]
    assert "10:00, 20/07/2020" not in guide["English"]
    assert "17:00, 20/07/2020" in guide["English"]
    assert LAO.search(guide["ລາວ"])
    offered = [str(cell.value) for row in book["Danh mục"].iter_rows(min_row=2) for cell in row if cell.value]
    for vi in ("Doanh nghiệp", "Đồ uống", "Nhãn phụ tiếng Việt", "Đặc sản vùng miền"):
        [label] = [one for one in offered if one.partition(" / ")[0] == vi]
        assert LAO.search(label), label


async def test_a_list_filled_in_by_translated_choices_is_read_as_one_in_vietnamese(embassy: Embassy) -> None:
    book = load_workbook(io.BytesIO((await embassy.get("files/de-cu.xlsx")).content))
    offered = [str(cell.value) for row in book["Danh mục"].iter_rows(min_row=2) for cell in row if cell.value]
    chosen = {heading: next(one for one in offered if one.startswith(f"{vi} / ")) for heading, vi in CHOSEN.items()}
    first = await embassy.send(await embassy.filled(**chosen))
    assert 'data-taken="1" data-refused="0"' in first.text, first.text
    again = await embassy.send(await embassy.filled())
    assert 'data-taken="0" data-refused="0"' in again.text, again.text
    path = f"/editions/{embassy.fair.edition_id}/applications"
    [draft] = (await embassy.fair.ok("GET", path, Role.ORGANISER))["items"]
    assert [product["product_group"] for product in draft["products"]] == ["beverage"]


async def test_headings_that_a_program_put_into_one_line_are_read_the_same(embassy: Embassy) -> None:
    book = load_workbook(io.BytesIO(await embassy.filled()))
    for sheet in (ROWS, PAPER_SHEET):
        for column, cell in enumerate(book[sheet][5], start=1):
            book[sheet].cell(5, column, str(cell.value).replace("\n", " "))
    assert 'data-taken="1" data-refused="0"' in (await embassy.send(to_bytes(book))).text
