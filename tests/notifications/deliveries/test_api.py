from uuid import uuid4

from tests.factories import EDITION_ID, VENDOR_ID, sample
from tests.notifications.conftest import Office

from common.contracts.allocation import BoothConfirmed, BoothOffered
from common.contracts.registration import ContactRecorded, EditionAnnounced
from common.tokens import Role


async def test_the_organiser_sees_what_was_told_and_each_try(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(BoothOffered))
    office.server.answers = ["550 5.7.1 Content refused: dao@example.com"]
    await office.send_all()

    async with office.service.client(Role.ORGANISER) as client:
        answer = await client.get("/notifications/notices", params={"edition_id": str(EDITION_ID)})
        (notice,) = answer.json()["items"]
        detail = (await client.get(f"/notifications/notices/{notice['notice_id']}")).json()

    assert answer.json()["next_cursor"] is None
    assert notice["purpose"] == "booth_offered"
    assert notice["recipient"] == {"kind": "vendor", "id": str(VENDOR_ID)}
    assert (notice["state"], notice["reason_code"], notice["attempts"]) == ("failed", "refused", 1)
    (attempt,) = detail["deliveries"]
    assert (attempt["state"], attempt["reply_code"], len(attempt["content_sha256"])) == ("failed", 550, 64)
    assert "dao@" not in str(detail)


async def test_notices_come_in_pages_and_by_state(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(BoothOffered), sample(BoothConfirmed))

    async with office.service.client(Role.ORGANISER) as client:
        first = (await client.get("/notifications/notices", params={"limit": 1})).json()
        second = (await client.get("/notifications/notices", params={"cursor": first["next_cursor"]})).json()
        none = (await client.get("/notifications/notices", params={"state": "delivered"})).json()
        wrong = await client.get("/notifications/notices", params={"cursor": "bm90LWEtdXVpZA=="})

    assert [page["items"][0]["purpose"] for page in (first, second)] == ["booth_offered", "booth_confirmed"]
    assert second["next_cursor"] is None
    assert none["items"] == []
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "cursor"


async def test_the_summary_counts_by_purpose_and_state(office: Office):
    await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded))
    await office.service.deliver(sample(BoothOffered), sample(BoothConfirmed))
    await office.service.deliver(sample(BoothOffered, vendor_id=uuid4(), application_id=uuid4()))
    await office.send_all()

    async with office.service.client(Role.ORGANISER) as client:
        summary = (await client.get(f"/notifications/editions/{EDITION_ID}/notices/summary")).json()

    assert summary["total"] == 3
    assert summary["by_state"] == {"delivered": 2, "waiting_contact": 1}
    assert {"purpose": "booth_offered", "state": "waiting_contact", "notices": 1} in summary["by_purpose"]


async def test_nobody_but_the_organiser_sees_notices_and_an_unknown_one_is_not_found(office: Office):
    async with office.service.client(Role.VENDOR) as client:
        assert (await client.get("/notifications/notices")).status_code == 403
    async with office.service.client(Role.ORGANISER) as client:
        assert (await client.get(f"/notifications/notices/{uuid4()}")).status_code == 404


async def test_the_status_says_when_work_is_open_and_when_more_is_due(office: Office):
    async with office.service.client(Role.OPERATOR) as client:
        await office.service.deliver(sample(EditionAnnounced), sample(ContactRecorded), sample(BoothOffered))
        before = (await client.get("/notifications/status")).json()
        office.server.answers = ["451 4.7.1 Try again later"]
        await office.send_all()
        after = (await client.get("/notifications/status")).json()

    assert (before["busy"], after["busy"]) == (1, 0)
    assert after["next_due_at"] == "2020-06-01T02:01:00Z"
