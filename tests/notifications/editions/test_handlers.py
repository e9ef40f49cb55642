"""What is heard of an edition shows in the next mail about it."""

from typing import Any

import pytest
from tests.factories import PAPER, RUN_ID, sample
from tests.notifications.conftest import Office

from common.contracts.allocation import AllocationRunReleased, BoothOffered, FloorPlanPublished
from common.contracts.base import Event
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationSubmitted,
    ContactRecorded,
    EditionAnnounced,
    EditionRescheduled,
)

BOOTH = {"booth_code": "A01", "zone_code": "A", "corner": True, "power_sockets": 2, "x": 0.0, "y": 0.0}
OTHER_PAPER = PAPER | {"type": "QĐ", "number": "121", "notation": "QĐ-VPĐP", "title": "Bố trí gian hàng"}


def a_plan(area_m2: float, version: int = 1) -> FloorPlanPublished:
    return sample(FloorPlanPublished, version=version, booths=[BOOTH | {"area_m2": area_m2}])


async def mail_after(office: Office, *events: Event) -> str:
    """Return the text of the offer's mail once these events were heard."""
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded), *events)
    await office.send_all()
    body = office.server.mails[-1].get_body(("plain",))
    assert body is not None
    return body.get_content()


async def test_an_offer_names_zone_size_and_power_of_its_booth(office: Office):
    text = await mail_after(office, a_plan(9.0), sample(BoothOffered))

    assert "Gian hàng: A01, Khu A, 9 m², gian góc" in text
    assert "Ổ cắm điện: 2" in text
    assert "Booth: A01, Zone A, 9 m², corner" in text


async def test_the_newest_plan_counts(office: Office):
    assert "A01, Khu A, 4,5 m²" in await mail_after(office, a_plan(9.0), a_plan(4.5, 2), sample(BoothOffered))


async def test_an_offer_is_told_even_while_its_plan_is_not_known(office: Office):
    assert "Gian hàng: A01\n" in await mail_after(office, sample(BoothOffered))


async def test_an_offer_rests_on_the_paper_of_its_run_and_on_the_plan(office: Office):
    release = sample(AllocationRunReleased, run_id=RUN_ID, legal_document=OTHER_PAPER)
    text = await mail_after(office, release, sample(BoothOffered, run_id=RUN_ID))

    assert "Quyết định số 121/QĐ-VPĐP ngày 15/05/2020: Bố trí gian hàng" in text
    assert "Kế hoạch số 100/KH-UBND ngày 15/05/2020" in text


async def test_new_dates_and_their_paper_show_in_later_mails(office: Office):
    moved = sample(EditionRescheduled, legal_document=OTHER_PAPER | {"type": "CV"})
    text = await mail_after(office, moved, sample(BoothOffered, run_id=None))

    assert "Thời gian: từ 09/10/2020 đến 12/10/2020" in text
    assert "Công văn số 121/QĐ-VPĐP" in text


async def test_who_is_asked_again_is_told_so_with_the_papers_of_the_new_dates_the_run_and_the_plan(office: Office):
    release = sample(AllocationRunReleased, run_id=RUN_ID, legal_document=OTHER_PAPER)
    moved = sample(EditionRescheduled, legal_document=OTHER_PAPER | {"type": "CV", "title": "Lịch mới"})
    reason = {"code": "asked_again", "text": {"vi": "Đề nghị xác nhận lại.", "en": "Please confirm again."}}
    text = await mail_after(office, release, moved, sample(BoothOffered, run_id=RUN_ID, reasons=[reason]))

    vietnamese, _ = text.split("Dear ")
    assert "Sự kiện có lịch mới: từ 09/10/2020 đến 12/10/2020." in vietnamese
    papers = [line.strip(" -") for line in vietnamese.split("Căn cứ:")[1].splitlines() if line.startswith("  - ")]
    assert [paper.split(" số ")[0] for paper in papers] == ["Quyết định", "Công văn", "Kế hoạch"]


@pytest.mark.parametrize(
    ("support", "said"),
    [
        ({"rate_percent": 50, "max_booths": 2, "reason": {"code": "x", "text": {"vi": "x"}}}, "hỗ trợ 50%"),
        (None, "theo thông báo của Ban Tổ chức"),
    ],
)
async def test_the_support_granted_is_named_where_it_is_known(office: Office, support: Any, said: str):
    accepted = sample(ApplicationAccepted, support=support)

    assert said in await mail_after(office, sample(ApplicationSubmitted), accepted, sample(BoothOffered))


async def test_a_vendor_is_called_by_its_trade_name(office: Office):
    text = await mail_after(office, sample(ApplicationSubmitted), sample(BoothOffered))

    assert "Kính gửi: Nguyễn Thị Đào, Công ty TNHH A&B <Đồng Tháp>" in text


async def test_who_is_known_by_its_address_alone_is_greeted_without_it(office: Office):
    unnamed = sample(ContactRecorded, display_name="vendor007@example.com")
    await office.service.deliver(sample(EditionAnnounced), unnamed, sample(ApplicationSubmitted), sample(BoothOffered))
    await office.send_all()
    body = office.server.mails[-1].get_body(("plain",))
    assert body is not None
    text = body.get_content()

    assert text.startswith("Kính gửi: Quý đơn vị, Công ty TNHH A&B <Đồng Tháp>\n")
    assert "Dear Sir or Madam, Công ty TNHH A&B <Đồng Tháp>," in text
    assert "vendor007" not in text
