"""The link of a draft is mailed once for each time it was asked for, at any hour, and to nobody once it is forgotten."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from tests.factories import EDITION_ID, sample
from tests.notifications.conftest import Office

from common.contracts.notifications import NoticeDelivered, NoticeFailed
from common.contracts.registration import ContactRecorded, EditionAnnounced, OpenDraft, PartyKind
from common.links import sign
from notifications.notices.tables import NoticeRow

DRAFT_ID = UUID("01901a2b-0000-7000-8000-0000000000dd")
ADDRESS = "mau@example.com"
NIGHT = datetime(2020, 7, 8, 15, 30, tzinfo=UTC)


def a_contact(mails: int = 1, language: str = "vi") -> ContactRecorded:
    contact = sample(ContactRecorded, party_id=DRAFT_ID, display_name=ADDRESS, email=ADDRESS)
    return contact.model_copy(
        update={
            "kind": PartyKind.OTHER,
            "language": language,
            "may_be_told": ("draft_saved",),
            "drafts": (OpenDraft(draft_id=DRAFT_ID, edition_id=EDITION_ID, mails=mails),),
        }
    )


async def test_each_asking_is_one_mail_however_often_it_is_told(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact())
    await office.service.deliver(a_contact())
    await office.send_all()
    assert office.server.addresses == [ADDRESS]
    await office.service.deliver(a_contact(2))
    await office.service.deliver(a_contact(2))
    await office.send_all()
    told = await office.service.emitted(NoticeDelivered)
    assert [(one.purpose, one.recipient.kind, one.recipient.id) for one in told] == [
        ("draft_saved", "other", str(DRAFT_ID))
    ] * 2
    assert ADDRESS not in str([one.model_dump_json() for one in told])


async def test_the_mail_leads_to_the_form_by_a_link_that_registration_opens(office: Office):
    await office.service.deliver(sample(EditionAnnounced), a_contact(language="ja"))
    await office.send_all()
    body = office.server.mails[0].get_body(("plain",))
    assert body is not None
    text = body.get_content()
    token = sign("a-key-for-tests", "open_draft", f"{EDITION_ID}/drafts/{DRAFT_ID}")
    assert text.count(f"/registration/editions/{EDITION_ID}/drafts/{DRAFT_ID}/form?token={token}") == 3
    for words in ("下書きを開く", "Open the draft", "Mở lại bản nháp"):
        assert words in text


async def test_what_its_reader_has_just_asked_for_does_not_wait_for_the_morning(office: Office):
    office.service.clock.set(NIGHT)
    await office.service.deliver(sample(EditionAnnounced), a_contact())
    await office.send_all()
    assert office.server.addresses == [ADDRESS]


async def test_a_draft_that_was_forgotten_meanwhile_is_mailed_to_nobody(office: Office):
    await office.service.deliver(a_contact())
    later = office.service.clock.now() + timedelta(seconds=1)
    await office.service.deliver_records([office.service.tombstone(ContactRecorded, DRAFT_ID, time=later)])
    await office.service.deliver(sample(EditionAnnounced))
    await office.send_all()
    assert office.server.mails == []
    [row] = await office.service.rows(select(NoticeRow))
    assert (row.state, row.reason_code) == ("suppressed", "not_allowed")
    assert [one.reason_code for one in await office.service.emitted(NoticeFailed)] == ["not_allowed"]
