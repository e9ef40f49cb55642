"""An agency is told what it is invited to, once, and reminded as often as its invitation says; not after its answer."""

from datetime import UTC, date, datetime
from uuid import UUID

from sqlalchemy import select
from tests.factories import EDITION_ID, sample
from tests.notifications.conftest import Office

from common.contracts.base import LegalDocument, agency_party_id
from common.contracts.notifications import NoticeDelivered
from common.contracts.registration import ContactRecorded, EditionAnnounced, OpenInvitation, PartyKind
from common.links import sign
from notifications.notices.tables import NoticeRow

AGENCY = "la.embassy"
INVITATION_ID = UUID("01901a2b-0000-7000-8000-0000000000cc")
NIGHT = datetime(2020, 7, 8, 15, 0, tzinfo=UTC)


def an_invitation(reminders: int = 0) -> OpenInvitation:
    return OpenInvitation(
        invitation_id=INVITATION_ID,
        edition_id=EDITION_ID,
        agency_code=AGENCY,
        legal_document=LegalDocument(
            type="CV",
            number="2223",
            notation="SNN-VPĐP",
            issued_on=date(2020, 7, 3),
            issuing_agency_code="hn.snn",
            title="Mời đề cử chủ thể tham gia sự kiện OCOP",
        ),
        reply_by_at=datetime(2020, 7, 20, 10, tzinfo=UTC),
        floor=2,
        ceiling=4,
        reminders=reminders,
    )


def a_contact(*invitations: OpenInvitation, language: str = "vi") -> ContactRecorded:
    contact = sample(ContactRecorded, party_id=agency_party_id(AGENCY), display_name="Embassy", email="emb@example.net")
    return contact.model_copy(update={"kind": PartyKind.AGENCY, "invitations": invitations, "language": language})


async def test_an_invitation_told_again_is_one_mail_and_each_reminder_one_more(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation()))
    await office.service.deliver(a_contact(an_invitation()))
    await office.send_all()
    assert len(office.server.mails) == 1
    for _ in range(2):
        await office.service.deliver(a_contact(an_invitation(1)))
        await office.send_all()
    await office.service.deliver(a_contact(an_invitation(2)))
    await office.send_all()
    told = await office.service.emitted(NoticeDelivered)
    assert [one.purpose for one in told] == ["nomination_invited", "nomination_reminder", "nomination_reminder"]
    assert {(one.recipient.kind, one.recipient.id) for one in told} == {("agency", AGENCY)}
    assert len({one.about_id for one in told}) == 3


async def test_the_mail_leads_to_the_letter_by_a_signed_link_and_quotes_its_number(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation(), language="lo"))
    await office.send_all()
    body = office.server.mails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    token = sign("a-key-for-tests", "open_invitation", str(INVITATION_ID))
    assert f"/registration/invitations/{INVITATION_ID}/answer?token={token}&lang=lo" in text
    assert "2223/SNN-VPĐP" in text
    assert "ຈຳນວນຮ້ານຫຼາຍສຸດ: 4" in text


async def test_a_reminder_that_waits_for_the_morning_is_not_sent_once_the_agency_has_answered(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation()))
    await office.send_all()
    office.service.clock.set(NIGHT)
    await office.service.deliver(a_contact(an_invitation(1)))
    await office.send_all()
    waiting = await office.service.rows(select(NoticeRow).where(NoticeRow.purpose == "nomination_reminder"))
    assert [row.state for row in waiting] == ["due"]
    await office.service.deliver(a_contact())
    assert await office.service.rows(select(NoticeRow).where(NoticeRow.purpose == "nomination_reminder")) == []
