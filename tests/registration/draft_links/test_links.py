"""The link of a draft goes out by mail when it is asked for: to its own address, a few times, forgotten with the draft."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import select
from tests.registration.conftest import OPEN, World, a_row
from tests.registration.drafts.test_api import HALF, Desk, of_draft
from tests.registration.drafts.test_pages import Form, Phone

from common.contracts.registration import ContactRecorded, PartyKind
from common.tokens import Role
from registration.draft_links.handlers import forget_mails
from registration.draft_links.tables import DraftMailRow
from registration.drafts.handlers import forget_drafts
from registration.drafts.tables import DraftRow

ADDRESS = "mau@example.com"
MOST = 5


@pytest.fixture
def phone(fair: World) -> Phone:
    return Phone(fair)


@pytest.fixture
def desk(fair: World) -> Desk:
    return Desk(fair)


async def told(world: World) -> Sequence[ContactRecorded]:
    return await world.harness.emitted(ContactRecorded)


async def erased(world: World) -> list[UUID]:
    return [UUID(row.key.decode()) for row in await world.harness.outbox() if row.value is None]


async def ask(phone: Phone, address: str = ADDRESS, version: str = "") -> httpx.Response:
    return await phone.save(version, what="mail", contact__email=address)


async def test_the_button_saves_and_has_the_link_mailed(phone: Phone) -> None:
    answer = await ask(phone)
    assert "đang được gửi vào mau@example.com" in answer.text
    assert Form(answer.text).fields["version"] == ["1"]
    [contact] = await told(phone.world)
    assert (str(contact.party_id), contact.kind, contact.email) == (phone.draft_id, PartyKind.OTHER, ADDRESS)
    assert [(str(one.draft_id), str(one.edition_id), one.mails) for one in contact.drafts] == [
        (phone.draft_id, phone.world.edition_id, 1)
    ]


async def test_nothing_typed_but_the_address_goes_into_the_mail_and_nothing_else_may_be_told(phone: Phone) -> None:
    """Whoever types a stranger's address could else write to it."""
    await phone.save(what="mail", contact__display_name="Mua ngay http://example.net", told="1")
    [contact] = await told(phone.world)
    assert (contact.display_name, contact.phone, contact.may_be_told) == (ADDRESS, None, ("draft_saved",))


@pytest.mark.parametrize("what", ["save", "review", "add"])
async def test_no_link_is_mailed_that_was_not_asked_for(phone: Phone, what: str) -> None:
    await phone.save(what=what)
    autosaved = await phone.post("form", {"contact.email": ADDRESS, "version": "1", "save_key": "b"}, X_Autosave="1")
    assert autosaved.status_code == 200
    assert await told(phone.world) == []


async def test_the_enter_key_asks_for_no_mail(phone: Phone) -> None:
    page = (await phone.open()).text
    assert page.index('name="do" value="save"') < page.index('name="do" value="mail"')


@pytest.mark.parametrize("address", ["", "mau", "mau@example", "mau @example.com"])
async def test_without_an_address_the_draft_is_saved_and_the_form_says_so(phone: Phone, address: str) -> None:
    answer = await ask(phone, address)
    assert "Đã lưu, nhưng chưa gửi được đường dẫn: hãy điền thư điện tử" in answer.text
    assert Form(answer.text).fields["version"] == ["1"]
    assert await told(phone.world) == []


async def test_an_address_is_written_to_a_few_times_a_day_from_all_drafts_together(phone: Phone) -> None:
    for _ in range(MOST):
        assert "đang được gửi" in (await ask(Phone(phone.world), "Mau@Example.com")).text
    refused = await ask(phone)
    assert "Đã lưu, nhưng không gửi thêm đường dẫn" in refused.text
    assert Form(refused.text).fields["version"] == ["1"]
    assert "đang được gửi" in (await ask(Phone(phone.world), "other@example.com")).text
    with phone.world.harness.at(OPEN + timedelta(hours=24)):
        assert "đang được gửi" in (await ask(phone, version="1")).text


async def test_of_many_askings_at_once_no_more_than_that_go_out(phone: Phone) -> None:
    answers = await asyncio.gather(*(ask(Phone(phone.world)) for _ in range(MOST + 5)))
    assert sum("đang được gửi" in answer.text for answer in answers) == MOST
    assert len(await told(phone.world)) == MOST


async def test_a_draft_is_mailed_a_few_times_whatever_the_address(desk: Desk) -> None:
    await desk.save(of_draft(a_row()))
    numbers: list[Any] = []
    for number in range(MOST):
        with desk.world.harness.at(OPEN + timedelta(days=number)):
            numbers.append((await desk.call("POST", "/link-mails")).json()["number"])
    assert numbers == [1, 2, 3, 4, 5]
    refused = await desk.call("POST", "/link-mails")
    assert (refused.status_code, refused.json()["code"], "Retry-After" in refused.headers) == (429, "too_many", False)
    assert refused.json()["errors"][0]["field"] == "contact.email"


async def test_it_is_said_when_an_address_may_be_written_to_again(desk: Desk) -> None:
    desks = [Desk(desk.world, str(uuid4())) for _ in range(MOST)]
    for number, one in enumerate([*desks, desk]):
        await one.save(of_draft(a_row()))
        if one is not desk:
            with desk.world.harness.at(OPEN + timedelta(hours=number)):
                assert (await one.call("POST", "/link-mails")).is_success
    with desk.world.harness.at(OPEN + timedelta(hours=MOST)):
        answer = await desk.call("POST", "/link-mails")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(19 * 3600))


async def test_nobody_asks_for_the_link_of_anothers_draft_or_of_one_that_was_sent(desk: Desk) -> None:
    await desk.save(of_draft(a_row()))
    other = Desk(desk.world, desk.draft_id, "somebody")
    assert (await other.call("POST", "/link-mails")).status_code == 403
    assert (await Desk(desk.world).call("POST", "/link-mails")).status_code == 404
    assert (await desk.send()).is_success
    assert (await desk.call("POST", "/link-mails")).json()["code"] == "draft_sent"


async def test_whom_it_was_mailed_to_is_forgotten_with_the_draft(desk: Desk) -> None:
    await desk.save(of_draft(a_row()))
    await desk.call("POST", "/link-mails")
    left = Phone(desk.world)
    await ask(left)
    assert (await desk.call("DELETE")).status_code == 204
    assert await erased(desk.world) == [UUID(desk.draft_id)]
    with desk.world.harness.at(OPEN + timedelta(days=31)):
        assert await desk.world.harness.run(forget_drafts, 30, 100) == 1
        assert await erased(desk.world) == [UUID(desk.draft_id), UUID(left.draft_id)]
        assert await desk.world.harness.run(forget_mails, 30, 100) == 2
    assert await desk.world.harness.rows(select(DraftMailRow)) == []
    assert await desk.world.harness.rows(select(DraftRow)) == []


async def test_whom_the_link_of_a_sent_draft_was_mailed_to_is_forgotten_in_time(desk: Desk) -> None:
    harness = desk.world.harness
    await desk.save(of_draft(a_row()))
    await desk.call("POST", "/link-mails")
    assert (await desk.send()).is_success
    assert await erased(desk.world) == []  # the mail may still be on its way
    with harness.at(OPEN + timedelta(days=29)):
        assert await harness.run(forget_mails, 30, 100) == 0
    with harness.at(OPEN + timedelta(days=31)):
        assert await harness.run(forget_mails, 30, 100) == 1
        assert await harness.run(forget_mails, 30, 100) == 0
    assert await erased(desk.world) == [UUID(desk.draft_id)]
    [row] = await harness.rows(select(DraftMailRow))
    assert (row.number, row.address_key) == (1, None)  # how often stays known


async def test_a_draft_never_mailed_is_erased_from_nothing(desk: Desk) -> None:
    await desk.save(HALF)
    await desk.call("DELETE")
    assert await erased(desk.world) == []


async def test_contacts_told_again_say_the_same_of_drafts(phone: Phone) -> None:
    await ask(phone)
    await phone.world.ok("POST", "/contacts/republication", Role.OPERATOR)
    first, again = await told(phone.world)
    assert first == again
