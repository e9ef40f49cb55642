"""An agency reads the same number of booths and the same date in its letter, its workbook and on the pages."""

import io
import re

from openpyxl import load_workbook
from pypdf import PdfReader
from tests.registration.conftest import EDITION, OPEN, PAPER, World, a_row
from tests.registration.invitations.test_api import CONTACT, Round
from tests.registration.workbooks.conftest import Desk

from common.tokens import Role

QUOTAS = [*EDITION["quotas"], {"dimension": "province", "code": "02", "floor": 1, "ceiling": 15}]


async def invite(world: World, ceiling: int = 15) -> Round:
    """Return the round that invites one agency without places of its own; its letter is numbered."""
    quotas = [*EDITION["quotas"], {**QUOTAS[-1], "ceiling": ceiling}]
    world.edition_id = (await world.plan(quotas=quotas)).json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    entry = {"name_vi": "Sở NN&PTNT Hà Giang", "level": "province", "province_code": "02", "valid_from": "2020-01-01"}
    await world.ok("PUT", "/agencies/hg.snn", Role.ORGANISER, {**entry, "contact": CONTACT})
    invited = Round(world)
    assert (await invited.set(agencies=[{"agency_code": "hg.snn"}])).is_success
    await invited.number()
    return invited


def said_in(content: bytes) -> str:
    """Return what a workbook says, cell by cell."""
    book = load_workbook(io.BytesIO(content))
    return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


async def test_an_agency_without_places_of_its_own_reads_those_of_its_province_everywhere(world: World):
    invited = await invite(world)
    async with world.harness.client() as client:
        letter = PdfReader(io.BytesIO((await client.get(invited.link("files/cong-van.pdf"))).content))
        book = said_in((await client.get(invited.link("files/de-cu.xlsx"))).content)
    said = " ".join(" ".join(page.extract_text() for page in letter.pages).split())
    assert "từ 01 đến 15 gian hàng (chung cho các cơ quan đề cử của tỉnh, thành phố)" in said
    shared = "Tối thiểu 1 gian, tối đa 15 gian (chung cho các cơ quan đề cử của tỉnh, thành phố)."
    assert shared in book
    row = await invited.row()
    assert (row["floor"], row["ceiling"], row["is_shared"]) == (1, 15, True)
    async with world.harness.client(Role.ORGANISER) as client:
        page = (await client.get(f"/registration/editions/{world.edition_id}/invitations.html")).text
    assert "0 / 15" in page
    assert "chung cả tỉnh" in page


async def test_booths_that_a_province_shares_are_counted_over_its_agencies(world: World):
    await world.add_agency("hg.sct", "02", "province")
    invited = await invite(world, ceiling=2)
    assert (await world.nominate(a_row(1, booths_wanted=2))).is_success
    assert (await world.nominate(a_row(2), agency="hg.sct")).is_success
    row = await invited.row()
    assert (row["booths"], row["province_booths"], row["over"]) == (2, 3, 1)
    async with world.harness.client(Role.ORGANISER) as client:
        page = (await client.get(f"/registration/editions/{world.edition_id}/invitations.html")).text
    assert "chung cả tỉnh: 3 gian" in page
    assert "vượt 1" in page


async def test_an_invited_agency_reads_one_date_in_its_letter_and_its_workbook_also_in_the_one_that_came_back(
    world: World,
):
    """Sent by the agency itself or through the link in the mail: not the day on which registration closes."""
    invited = await invite(world)
    async with world.harness.client() as client:
        letter = PdfReader(io.BytesIO((await client.get(invited.link("files/cong-van.pdf"))).content))
        blank = (await client.get(invited.link("files/de-cu.xlsx"))).content
    said = " ".join(" ".join(page.extract_text() for page in letter.pages).split())
    (hour, minute, day), *_ = re.findall(r"lại trước (\d+) giờ (\d+) ngày ([\d/]+)", said)
    due = f"{hour}:{minute} ngày {day} (giờ Việt Nam), theo công văn mời."
    desk = Desk(world)
    answer = await desk.send(blank)
    marked = await desk.world.call(
        "GET", f"/filled-workbooks/{answer['filled_workbook_id']}/marked", Role.PROVINCE, **desk.claims
    )
    own = await desk.world.call(
        "GET", f"/editions/{world.edition_id}/nomination-workbook?agency_code=hg.snn", Role.PROVINCE, **desk.claims
    )
    for content in (blank, own.content, marked.content):
        assert due in said_in(content)


async def test_while_the_edition_is_suspended_the_workbook_says_that_the_date_stands_still(world: World):
    invited = await invite(world)
    assert (await world.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    async with world.harness.client() as client:
        blank = (await client.get(invited.link("files/de-cu.xlsx"))).content
    assert "Kỳ sự kiện đang tạm dừng; hạn gửi mới sẽ được thông báo." in said_in(blank)


async def test_in_a_cancelled_edition_the_workbook_says_that_no_list_is_taken(world: World):
    invited = await invite(world)
    for act in ("suspension", "cancellation"):
        assert (await world.act(act, {"reason_code": "covid_19", "legal_document": PAPER})).is_success
    async with world.harness.client() as client:
        blank = (await client.get(invited.link("files/de-cu.xlsx"))).content
    assert "Kỳ sự kiện đã hủy: không nhận danh sách nữa." in said_in(blank)
