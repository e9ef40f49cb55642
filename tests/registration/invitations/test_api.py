"""The invitation round over HTTP: set, numbered, told, opened, answered, reminded once, watched."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.registration.conftest import OPEN, PAPER, Json, World, a_row, errors_of

from common.contracts.registration import ContactRecorded
from common.links import sign
from common.tokens import Role
from registration.invitations.handlers import find_next_due, follow_up

CONTACT: Json = {
    "display_name": "Sở NN&PTNT Hà Giang",
    "email": "so@example.com",
    "phone": None,
    "language": "vi",
    "preferred_channels": ["email"],
    "may_be_told": ["all"],
}
ROUND: Json = {
    "issuing_agency_code": "hn.snn",
    "notation": "SNN-VPĐP",
    "reply_by_at": "2020-07-20T10:00:00Z",
    "reminders_at": ["2020-07-12T02:00:00Z", "2020-07-16T02:00:00Z"],
    "bases": [PAPER],
    "signer_role": "PHÓ GIÁM ĐỐC",
    "recipients": ["UBND thành phố (để báo cáo)", "Lưu: VT, VPĐP"],
    "agencies": [{"agency_code": "hg.snn", "floor": 3, "ceiling": 9}, {"agency_code": "pt.snn"}],
}
LETTER: Json = {
    "legal_document": {
        "type": "CV",
        "number": "2223",
        "notation": "SNN-VPĐP",
        "issued_on": "2020-07-08",
        "issuing_agency_code": "hn.snn",
        "title": "Mời đề cử chủ thể tham gia sự kiện OCOP",
    },
    "signer_name": "Nguyễn Văn Mẫu",
}
FIRST, SECOND = datetime(2020, 7, 12, 2, tzinfo=UTC), datetime(2020, 7, 16, 2, tzinfo=UTC)
KEY = "a-key-for-tests"


class Round:
    """An edition that invites two agencies, and the steps with them."""

    def __init__(self, fair: World) -> None:
        self.fair = fair
        self.ids: dict[str, str] = {}

    async def set(self, **changes: Any) -> Any:
        path = f"/editions/{self.fair.edition_id}/invitation-round"
        answer = await self.fair.call("PUT", path, Role.ORGANISER, {**ROUND, **changes})
        if answer.is_success:
            self.ids = {one["agency_code"]: one["invitation_id"] for one in answer.json()["invitations"]}
        return answer

    async def number(self, agency: str = "hg.snn") -> Any:
        return await self.fair.call("POST", f"/invitations/{self.ids[agency]}/numbering", Role.CLERK, LETTER)

    async def row(self, agency: str = "hg.snn") -> Json:
        found = await self.fair.ok("GET", f"/editions/{self.fair.edition_id}/invitations", Role.ORGANISER)
        return next(one for one in found["rows"] if one["agency_code"] == agency)

    async def told(self) -> list[tuple[str, int]]:
        """Return the letter's number and the reminders of what the agency's contact said last."""
        contacts = await self.fair.harness.emitted(ContactRecorded)
        last = [one for one in contacts if one.display_name == CONTACT["display_name"]][-1]
        return [(one.legal_document.number or "", one.reminders) for one in last.invitations]

    async def follow(self, at: datetime) -> int:
        with self.fair.harness.at(at):
            return await self.fair.harness.run(follow_up, 100)

    def link(self, page: str = "answer", *, key: str = KEY) -> str:
        found = self.ids["hg.snn"]
        return f"/registration/invitations/{found}/{page}?token={sign(key, 'open_invitation', found)}"


@pytest.fixture
async def invited(fair: World) -> Round:
    """An edition's round with both letters as drafts; one agency can be reached."""
    entry = {"name_vi": "Sở NN&PTNT Hà Giang", "level": "province", "province_code": "02", "valid_from": "2020-01-01"}
    await fair.ok("PUT", "/agencies/hg.snn", Role.ORGANISER, {**entry, "contact": CONTACT})
    made = Round(fair)
    answer = await made.set()
    assert answer.status_code == 200, answer.text
    return made


async def test_an_agency_is_told_of_its_letter_when_it_is_numbered(invited: Round):
    assert await invited.told() == []
    assert (await invited.number()).status_code == 200
    assert await invited.told() == [("2223", 0)]
    assert (await invited.row())["stage"] == "silent"
    assert (await invited.row("pt.snn"))["stage"] == "not_sent"


async def test_an_agency_without_an_address_is_shown_and_told_once_it_has_one(invited: Round):
    assert (await invited.number("pt.snn")).status_code == 200
    assert (await invited.row("pt.snn"))["is_reachable"] is False
    entry = {"name_vi": "Sở Phú Thọ", "level": "province", "province_code": "25", "valid_from": "2020-01-01"}
    await invited.fair.ok("PUT", "/agencies/pt.snn", Role.ORGANISER, {**entry, "contact": CONTACT})
    assert await invited.told() == [("2223", 0)]


async def test_a_numbered_letter_stays_as_it_was_sent(invited: Round):
    await invited.number()
    assert (await invited.number()).json()["code"] == "already_invited"
    changed = await invited.set(agencies=[{"agency_code": "hg.snn", "floor": 3, "ceiling": 5}])
    assert changed.json()["code"] == "already_invited"
    added = await invited.set(agencies=[*ROUND["agencies"], {"agency_code": "hn.vpdp"}])
    assert added.status_code == 200
    assert (await invited.row())["invited_at"] is not None


async def test_the_letter_needs_its_number_and_agencies_that_are_known(invited: Round):
    bare = {**LETTER, "legal_document": {**LETTER["legal_document"], "number": None}}
    path = f"/invitations/{invited.ids['hg.snn']}/numbering"
    answer = await invited.fair.call("POST", path, Role.CLERK, bare)
    assert errors_of(answer) == {"legal_document.number": "paper_missing"}
    late = await invited.set(reply_by_at="2020-07-25T10:00:00Z", agencies=[{"agency_code": "xx.snn"}])
    assert errors_of(late) == {"agencies[0].agency_code": "unknown_agency", "reply_by_at": "after_registration"}


async def test_the_link_shows_the_letter_in_five_languages_and_notes_that_it_was_opened(invited: Round):
    await invited.number()
    async with invited.fair.harness.client() as client:
        said = [(await client.get(f"{invited.link()}&lang={language}")).text for language in ("vi", "lo", "th", "ja")]
        wrong = await client.get(invited.link(key="another key"))
        spoilt = await client.get(invited.link().replace("/answer", "=/answer"))
    assert wrong.status_code == spoilt.status_code == 403
    assert "Đường dẫn không hợp lệ" in spoilt.text
    for word, page in zip(("Mời đề cử", "ເຊີນສະເໜີຊື່", "ขอเชิญเสนอชื่อ", "出展者推薦のご案内"), said, strict=True):
        assert word in page
        assert "2223/SNN-VPĐP" in page
        assert "<script" not in page
    row = await invited.row()
    assert (row["stage"], row["downloaded_at"]) == ("opened", None)


async def test_the_link_shows_nothing_of_a_draft(invited: Round):
    async with invited.fair.harness.client() as client:
        answer = await client.get(invited.link())
    assert answer.status_code == 409
    assert "Công văn mời chưa được gửi" in answer.text


async def test_the_letter_says_its_number_its_places_and_its_papers_in_both_forms(invited: Round):
    await invited.number()
    async with invited.fair.harness.client() as client:
        pdf = await client.get(invited.link("files/cong-van.pdf"))
        docx = await client.get(invited.link("files/cong-van.docx"))
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    document = Document(io.BytesIO(docx.content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    words = " ".join([*cells, *(one.text for one in document.paragraphs)]).replace("\u2011", "-")
    for said in (" ".join(text.split()), " ".join(words.split())):
        for part in (
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Số: 2223/SNN-VPĐP",
            "ngày 08 tháng 7 năm 2020",
            "V/v mời đề cử",
            "Ủy ban nhân dân tỉnh Hà Giang",
            "Kế hoạch số 100/KH-UBND ngày 15 tháng 5 năm 2020",
            "từ 03 đến 09 gian hàng",
            "17 giờ 00 ngày 20/07/2020",
            "KT. GIÁM ĐỐC",
            "Nguyễn Văn Mẫu",
            "Lưu: VT, VPĐP.",
        ):
            assert part in said, part
    assert (await invited.row())["downloaded_at"] is not None


async def test_the_workbook_behind_the_link_has_the_agencys_places_and_nobody_in_it(invited: Round):
    await invited.number()
    assert (await invited.fair.nominate(a_row(1))).status_code == 201
    async with invited.fair.harness.client() as client:
        answer = await client.get(invited.link("files/de-cu.xlsx"))
    book = load_workbook(io.BytesIO(answer.content))
    guide = {str(label): str(text) for label, text in book["Hướng dẫn"].iter_rows(max_col=2, values_only=True)}
    assert "Tối thiểu 3 gian, tối đa 9 gian." in guide["Chỉ tiêu"]
    cells = [str(cell) for sheet in book.worksheets for row in sheet.iter_rows(values_only=True) for cell in row]
    assert not any("Phìn Hồ" in cell or "mau1@example.com" in cell for cell in cells)


async def test_what_goes_into_the_mail_is_what_the_link_leads_to_and_nobody_has_opened_it_by_that(invited: Round):
    await invited.number()
    found = invited.ids["hg.snn"]
    path = f"/registration/invitations/{found}/enclosures"
    async with invited.fair.harness.client() as client:
        letter = b""
        for name in ("cong-van.docx", "de-cu.xlsx", "cong-van.pdf"):
            enclosed = await client.get(f"{path}/{name}?token={sign(KEY, 'enclose_invitation', found)}")
            assert (await client.get(f"{path}/{name}?token={sign(KEY, 'open_invitation', found)}")).status_code == 403
            assert (enclosed.status_code, (await invited.row())["stage"]) == (200, "silent")
            letter = enclosed.content
        assert (await client.get(invited.link("files/cong-van.pdf"))).content == letter
    assert (await invited.row())["stage"] == "opened"


async def test_a_silent_agency_is_reminded_on_each_date_and_not_after_its_answer(invited: Round):
    await invited.number()
    assert await invited.fair.harness.run(find_next_due) == FIRST
    assert [await invited.follow(FIRST), await invited.follow(FIRST + timedelta(hours=1))] == [1, 0]
    assert await invited.told() == [("2223", 1)]
    assert (await invited.fair.nominate(a_row(1), a_row(2))).status_code == 201
    assert await invited.follow(SECOND) == 1
    assert await invited.told() == []
    row = await invited.row()
    assert (row["stage"], row["vendors"], row["booths"], row["ceiling"]) == ("returned", 2, 2, 9)
    assert row["next_reminder_at"] is None


async def test_dates_stand_still_while_the_edition_is_suspended(invited: Round):
    await invited.number()
    fair = invited.fair
    stop = {"reason_code": "covid_19", "legal_document": {**PAPER, "type": "TB", "number": "2", "notation": "TB-BCĐ"}}
    assert (await fair.act("suspension", stop)).is_success
    assert await invited.follow(SECOND) == 0
    assert (await fair.ok("GET", f"/editions/{fair.edition_id}/invitations", Role.ORGANISER))["reply_by_at"] is None
    fair.harness.clock.set(OPEN + timedelta(days=20))
    new = {"new": {"from": "2020-10-09", "to": "2020-10-12"}, "reason_code": "covid_19"}
    document = {**PAPER, "type": "TB", "number": "20", "notation": "TB-BCĐ", "issued_on": "2020-07-28"}
    assert (await fair.act("rescheduling", {**new, "legal_document": document})).is_success
    assert await invited.follow(FIRST + timedelta(days=19)) == 0
    assert await invited.follow(FIRST + timedelta(days=20)) == 1
    assert (await invited.row())["next_reminder_at"] == "2020-08-05T02:00:00Z"
    last = (await fair.harness.emitted(ContactRecorded))[-1]
    assert [one.reply_by_at for one in last.invitations] == [datetime(2020, 8, 9, 10, tzinfo=UTC)]


async def test_an_agency_declines_with_a_reason_and_is_not_reminded(invited: Round):
    await invited.number()
    token = invited.link().partition("token=")[2]
    page = invited.link().partition("?")[0]
    async with invited.fair.harness.client() as client:
        empty = await client.post(page, data={"token": token, "reason": " ", "lang": "vi"})
        done = await client.post(page, data={"token": token, "reason": "Trùng hội chợ của tỉnh", "lang": "vi"})
    assert (empty.status_code, done.status_code) == (422, 200)
    assert "Hãy ghi lý do" in empty.text
    row = await invited.row()
    assert (row["stage"], row["decline_reason"]) == ("declined", "Trùng hội chợ của tỉnh")
    assert await invited.told() == []
    assert await invited.follow(SECOND) == 0


async def test_who_has_nominated_does_not_decline_any_more_and_nobody_for_another(invited: Round):
    await invited.number()
    path = f"/invitations/{invited.ids['hg.snn']}/refusal"
    other = await invited.fair.call("POST", path, Role.PROVINCE, {"reason": "Không"}, agency_code="pt.snn")
    assert other.status_code == 403
    await invited.fair.nominate(a_row(1))
    own = await invited.fair.call("POST", path, Role.PROVINCE, {"reason": "Không"}, agency_code="hg.snn")
    assert own.json()["code"] == "already_nominated"


async def test_the_organisers_page_says_the_same_as_the_numbers(invited: Round):
    await invited.number()
    async with invited.fair.harness.client(Role.ORGANISER) as client:
        page = (await client.get(f"/registration/editions/{invited.fair.edition_id}/invitations.html")).text
    for part in (
        "Sở NN&amp;PTNT Hà Giang",
        "2223/SNN-VPĐP",
        "Chưa có phản hồi",
        "Chưa gửi",
        "0 / 9",
        "Chưa có địa chỉ thư",
    ):
        assert part in page, part
    assert "<script" not in page
