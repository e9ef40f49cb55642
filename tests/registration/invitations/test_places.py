"""An agency reads the same number of booths in its letter, in its workbook and on the organiser's page."""

import io

from openpyxl import load_workbook
from pypdf import PdfReader
from tests.registration.conftest import EDITION, OPEN, PAPER, World
from tests.registration.invitations.test_api import CONTACT, Round

from common.tokens import Role

QUOTAS = [*EDITION["quotas"], {"dimension": "province", "code": "02", "floor": 1, "ceiling": 15}]


async def test_an_agency_without_places_of_its_own_reads_those_of_its_province_everywhere(world: World):
    world.edition_id = (await world.plan(quotas=QUOTAS)).json()["edition_id"]
    assert (await world.act("approval", {"legal_document": PAPER})).is_success
    world.harness.clock.set(OPEN)
    assert (await world.act("opening")).is_success
    entry = {"name_vi": "Sở NN&PTNT Hà Giang", "level": "province", "province_code": "02", "valid_from": "2020-01-01"}
    await world.ok("PUT", "/agencies/hg.snn", Role.ORGANISER, {**entry, "contact": CONTACT})
    invited = Round(world)
    assert (await invited.set(agencies=[{"agency_code": "hg.snn"}])).is_success
    await invited.number()

    async with world.harness.client() as client:
        letter = PdfReader(io.BytesIO((await client.get(invited.link("files/cong-van.pdf"))).content))
        book = load_workbook(io.BytesIO((await client.get(invited.link("files/de-cu.xlsx"))).content))
    said = " ".join(" ".join(page.extract_text() for page in letter.pages).split())
    assert "từ 01 đến 15 gian hàng (chung cho các cơ quan đề cử của tỉnh, thành phố)" in said
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    shared = "Tối thiểu 1 gian, tối đa 15 gian (chung cho các cơ quan đề cử của tỉnh, thành phố)."
    assert any(shared in cell for cell in cells)
    row = await invited.row()
    assert (row["floor"], row["ceiling"], row["is_shared"]) == (1, 15, True)
    async with world.harness.client(Role.ORGANISER) as client:
        page = (await client.get(f"/registration/editions/{world.edition_id}/invitations.html")).text
    assert "0 / 15" in page
    assert "chung cả tỉnh" in page
