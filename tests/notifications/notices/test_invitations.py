"""An agency is told what it is invited to, once, and reminded as often as its invitation says; not after its answer."""

from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select
from tests.factories import EDITION_ID, sample
from tests.notifications.conftest import Office

from common.contracts.base import LegalDocument, agency_party_id
from common.contracts.notifications import NoticeDelivered
from common.contracts.registration import ContactRecorded, EditionAnnounced, OpenInvitation, PartyKind
from common.links import sign
from notifications.deliveries.enclosures import Enclosures
from notifications.notices.tables import NoticeRow

AGENCY, KEY = "la.embassy", "a-key-for-tests"
INVITATION_ID = UUID("01901a2b-0000-7000-8000-0000000000cc")
NIGHT = datetime(2020, 7, 8, 15, 0, tzinfo=UTC)
TRIES = 4


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


def owner(office: Office, *answers: int, most: int = 1_000) -> list[httpx.Request]:
    """Let the owner of the files answer with these statuses, then with 200; return what it is asked."""
    asked: list[httpx.Request] = []
    left = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        name = request.url.path.rpartition("/")[2]
        head = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": "application/pdf"}
        return httpx.Response(left.pop(0) if left else 200, headers=head, content=f"bytes of {name}".encode())

    office.post.enclosures = Enclosures(
        "http://registration", KEY, most, lambda: httpx.AsyncClient(transport=httpx.MockTransport(answer))
    )
    return asked


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    return {str(one.get_filename()): one.get_content() for one in mail.iter_attachments()}


async def test_letter_and_workbook_go_with_the_mail_of_an_invitation_and_with_no_other(office: Office):
    asked = owner(office)
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation(1)))
    await office.send_all()
    invited, reminder = sorted(office.server.mails, key=lambda mail: "nhắc" in str(mail["Subject"]).casefold())
    assert files_of(invited) == {
        name: f"bytes of {name}".encode() for name in ("cong-van.pdf", "cong-van.docx", "de-cu.xlsx")
    }
    assert files_of(reminder) == {}
    for mail in (invited, reminder):
        body = mail.get_body(("plain",))
        assert body is not None
        assert "/answer?token=" in body.get_content()
    assert {str(one.url.params["token"]) for one in asked} == {sign(KEY, "enclose_invitation", str(INVITATION_ID))}


async def test_a_mail_waits_for_its_files_a_while_and_then_goes_without_them(office: Office):
    asked = owner(office, *[503] * 3 * TRIES)
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation()))
    await office.send_all()
    for wait in (2, 7, 30):
        assert office.server.mails == []
        await office.send_after(timedelta(minutes=wait))
    assert [files_of(mail) for mail in office.server.mails] == [{}]
    assert len(asked) == 3 * TRIES  # its three files at once


@pytest.mark.parametrize(("answers", "most"), [((404,), 1_000), ((), 20)])
async def test_files_that_are_refused_or_too_large_for_a_mail_are_left_to_its_link(
    office: Office, answers: tuple[int, ...], most: int
):
    owner(office, *answers, most=most)
    await office.service.deliver(sample(EditionAnnounced), a_contact(an_invitation()))
    await office.send_all()
    assert [files_of(mail) for mail in office.server.mails] == [{}]


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
