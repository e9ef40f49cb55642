"""A nominated vendor is told once, in its language, with the link by which it completes its application and hands it in."""

from datetime import timedelta
from uuid import UUID

from tests.factories import APPLICATION_ID, EDITION_ID, VENDOR_ID, sample
from tests.notifications.conftest import Office

from common.contracts.base import LocalText
from common.contracts.notifications import NoticeDelivered, NoticeFailed
from common.contracts.registration import ContactRecorded, EditionAnnounced, OpenNomination
from common.links import sign

ANOTHER = UUID("01901a2b-0000-7000-8000-0000000000ab")
NAME = LocalText(vi="Sở Công Thương Hà Giang", en="Department of Industry and Trade of Hà Giang")


def a_contact(*application_ids: UUID, language: str = "vi", told: tuple[str, ...] = ("all",)) -> ContactRecorded:
    nominations = tuple(
        OpenNomination(application_id=one, edition_id=EDITION_ID, agency_code="hg.sct", agency_name=NAME)
        for one in application_ids
    )
    contact = sample(ContactRecorded, party_id=VENDOR_ID)
    return contact.model_copy(update={"language": language, "may_be_told": told, "nominations": nominations})


async def test_each_nomination_is_one_mail_with_the_link_of_its_page_however_often_it_is_told(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact(APPLICATION_ID, language="lo"))
    await office.service.deliver(a_contact(APPLICATION_ID))
    await office.send_all()
    [mail] = office.server.mails
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    token = sign("a-key-for-tests", "open_application", str(APPLICATION_ID))
    assert f"/registration/applications/{APPLICATION_ID}/status?token={token}" in text
    for words in ("Sở Công Thương Hà Giang đã đề cử", "Department of Industry and Trade of Hà Giang nominated you"):
        assert words in text
    await office.service.deliver(a_contact(APPLICATION_ID, ANOTHER))
    await office.send_all()
    told = await office.service.emitted(NoticeDelivered)
    assert [(one.purpose, one.recipient.id) for one in told] == [("application_nominated", str(VENDOR_ID))] * 2
    assert len({one.about_id for one in told}) == 2


async def test_a_contact_without_a_nomination_and_one_that_may_not_be_told_get_no_mail(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact())
    await office.send_all()
    office.service.clock.set(office.service.clock.now() + timedelta(seconds=1))
    await office.service.deliver(a_contact(APPLICATION_ID, told=()))
    await office.send_all()
    assert office.server.mails == []
    assert [one.reason_code for one in await office.service.emitted(NoticeFailed)] == ["not_allowed"]
