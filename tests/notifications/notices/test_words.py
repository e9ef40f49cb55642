"""What the mails of a cut, a supplement, a lapse and a warning say, and to whom they give a link."""

from tests.factories import APPLICATION_ID, PAPER, PRODUCT, sample
from tests.notifications.conftest import Office
from tests.notifications.notices.told import agency_contact, whom, words_of

from common.contracts.allocation import ApplicationWaitlisted, BoothReleased
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationReturned,
    ApplicationSubmitted,
    CertificateExpiring,
    ContactRecorded,
    EditionAnnounced,
)
from common.links import sign


async def test_who_loses_its_booth_where_there_are_fewer_is_told_once_and_by_which_paper(office: Office):
    service = office.service
    paper = {**PAPER, "number": "3667", "title": "Giãn cách gian hàng"}
    await service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(ApplicationSubmitted))
    await office.send_all()
    office.server.mails.clear()
    await service.deliver(
        sample(BoothReleased, reason_code="capacity_changed"),
        sample(ApplicationWaitlisted, run_id=None, released_booth_codes=["A01"], legal_document=paper),
    )
    await office.send_all()

    assert await whom(service, "booth_released") == []
    (mail,) = [one for one in office.server.mails if "dao@example.com" in str(one["To"])]
    text = words_of(mail)
    assert "Gian hàng A01 không còn được giữ" in text
    assert "3667" in text
    assert "Giãn cách gian hàng" in text


async def test_a_supplement_is_asked_for_with_the_link_that_registration_opens_and_the_agency_gets_none(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(ApplicationReturned))
    await office.send_all()
    token = sign("a-key-for-tests", "open_application", str(APPLICATION_ID))
    link = f"/registration/applications/{APPLICATION_ID}/status?token={token}"
    of_returns = [mail for mail in office.server.mails if "bổ sung" in mail["Subject"]]
    has_link = {
        mail["To"]: all(link in str(part.get_content()) for part in mail.walk() if not part.is_multipart())
        for mail in of_returns
    }
    assert {"dao@example.com" in address: found for address, found in has_link.items()} == {True: True, False: False}


async def test_a_lapse_is_told_to_the_vendor_and_its_agency_in_words_of_its_own(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(ApplicationAccepted), sample(ApplicationAccepted, lapsed=[PRODUCT]))
    await office.send_all()
    mails = [mail for mail in office.server.mails if "hết hiệu lực" in mail["Subject"]]
    assert len(mails) == 2
    assert all("Trà xanh Phìn Hồ: có hiệu lực đến hết ngày 30/12/2022" in words_of(mail) for mail in mails)


async def test_a_warning_names_the_product_the_day_and_how_long_is_left(office: Office):
    told = (sample(EditionAnnounced), sample(ContactRecorded), agency_contact(), sample(ApplicationSubmitted))
    await office.service.deliver(*told, sample(CertificateExpiring, products=[PRODUCT], days_left=30))
    await office.send_all()
    mails = [mail for mail in office.server.mails if "sắp hết hiệu lực (còn 30 ngày)" in mail["Subject"]]
    assert len(mails) == 2
    for said in (
        "Trà xanh Phìn Hồ: có hiệu lực đến hết ngày 30/12/2022",
        "Trà xanh Phìn Hồ: valid until 30 December 2022",
    ):
        assert all(said in words_of(mail) for mail in mails)
