"""Anybody may begin a draft, so their number has bounds: of one contact, of an edition, within an hour."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import func, select
from tests.registration.conftest import OPEN, PAPER, World, a_row
from tests.registration.drafts.test_api import HALF, Desk, of_draft
from tests.registration.drafts.test_pages import Form, Phone

from registration.drafts.handlers import forget_drafts
from registration.drafts.tables import DraftRow

OF_CONTACT, OF_EDITION, IN_AN_HOUR = 2, 6, 4
BOUNDS = {"drafts_per_contact": OF_CONTACT, "drafts_per_edition": OF_EDITION, "drafts_per_hour": IN_AN_HOUR}


@asynccontextmanager
async def narrow_edition(make_harness: Callable[..., Any], bounds: dict[str, Any]) -> AsyncGenerator[World]:
    """Open an edition with little room for drafts."""
    async with make_harness("registration", **bounds) as harness:
        world = World(harness)
        for code in ("hn.ubnd", "hn.snn", "hn.vpdp"):
            await world.add_agency(code)
        world.edition_id = (await world.plan()).json()["edition_id"]
        assert (await world.act("approval", {"legal_document": PAPER})).is_success
        harness.clock.set(OPEN)
        assert (await world.act("opening")).is_success
        yield world


@pytest.fixture
async def narrow(make_harness: Callable[..., Any]) -> AsyncGenerator[World]:
    async with narrow_edition(make_harness, BOUNDS) as world:
        yield world


async def begin(world: World, number: int, **changes: Any) -> httpx.Response:
    return await Phone(world).save(contact__email=f"mau{number}@example.com", **changes)


async def stored(world: World) -> int:
    [count] = await world.harness.rows(select(func.count()).select_from(DraftRow))
    return int(count)


async def test_more_than_so_many_within_an_hour_wait_and_keep_what_was_typed(narrow: World) -> None:
    for number in range(IN_AN_HOUR):
        assert (await begin(narrow, number)).status_code == 200
    late = Phone(narrow)
    refused = await late.save(contact__email="late@example.com", vendor__address="Hoàng Su Phì")
    assert refused.status_code == 429
    assert "Đang có quá nhiều người bắt đầu hồ sơ" in refused.text
    form = Form(refused.text).fields
    assert (form["vendor.address"], form["version"]) == (["Hoàng Su Phì"], [""])
    assert await stored(narrow) == IN_AN_HOUR
    with narrow.harness.at(OPEN + timedelta(hours=1)):
        assert (await late.post("form", {**form, "do": "save"})).status_code == 200


async def test_an_edition_keeps_so_many_unsent_ones_and_those_sent_or_forgotten_make_room(narrow: World) -> None:
    first = Phone(narrow)
    assert (await first.sent()).status_code == 200
    for number in range(OF_EDITION):
        with narrow.harness.at(OPEN + timedelta(hours=number)):
            assert (await begin(narrow, number)).status_code == 200
    with narrow.harness.at(OPEN + timedelta(days=1)):
        refused = await begin(narrow, 99)
        assert refused.status_code == 429
        assert "quá nhiều bản nháp chưa gửi" in refused.text
    with narrow.harness.at(OPEN + timedelta(days=14)):
        assert await narrow.harness.run(forget_drafts, 13, 100) == OF_EDITION
        assert (await begin(narrow, 99)).status_code == 200


async def test_a_contact_has_so_many_unsent_drafts_however_its_address_is_written(narrow: World) -> None:
    for _ in range(OF_CONTACT):
        assert (await Phone(narrow).save(contact__email="Mau@Example.com")).status_code == 200
    third = Phone(narrow)
    refused = await third.save(contact__email=" mau@example.com ")
    assert refused.status_code == 429
    assert 'id="e-contact.email"' in refused.text
    assert "Địa chỉ này đã có 2 bản nháp chưa gửi" in refused.text
    assert (await third.save(contact__email="")).status_code == 200  # half typed
    changed = await third.save("1", contact__email="mau@example.com")
    assert (changed.status_code, Form(changed.text).fields["contact.email"]) == (429, ["mau@example.com"])


async def test_without_an_email_the_phone_tells_contacts_apart(narrow: World) -> None:
    for phone in ("0912 345 678", "+84912345678"):
        assert (await begin(narrow, 0, contact__phone=phone, **{"contact.email": ""})).status_code == 200
    assert (await begin(narrow, 0, contact__phone="0912.345.678", **{"contact.email": ""})).status_code == 429
    assert (await begin(narrow, 0, contact__phone="0987 345 678", **{"contact.email": ""})).status_code == 200


async def test_of_many_at_once_no_more_than_the_room_there_is_are_stored(narrow: World) -> None:
    answers = await asyncio.gather(*(begin(narrow, number) for number in range(IN_AN_HOUR + 6)))
    assert sorted(answer.status_code for answer in answers) == [200] * IN_AN_HOUR + [429] * 6
    same = [Phone(narrow) for _ in range(OF_CONTACT + 2)]
    with narrow.harness.at(OPEN + timedelta(hours=2)):
        answers = await asyncio.gather(*(one.save(contact__email="one@example.com") for one in same))
    assert sorted(answer.status_code for answer in answers) == [200] * OF_CONTACT + [429] * 2


async def test_who_has_begun_goes_on_saving_and_sends(narrow: World) -> None:
    early = Phone(narrow)
    assert (await early.save()).status_code == 200
    for number in range(IN_AN_HOUR - 1):
        assert (await begin(narrow, number)).status_code == 200
    assert (await begin(narrow, 9)).status_code == 429
    assert (await early.save(version="1", what="review", vendor__address="Hoàng Su Phì")).status_code == 200
    sent = await early.post("review", {"version": "2", "undertaking": "1", "consent": "1"})
    assert "Hồ sơ đã nộp" in sent.text


async def test_a_page_that_saves_by_itself_is_told_in_short_and_when_to_come_again(narrow: World) -> None:
    for number in range(IN_AN_HOUR):
        await begin(narrow, number)
    typed = {"contact.email": "x@example.com", "version": "", "save_key": "a"}
    with narrow.harness.at(OPEN + timedelta(minutes=20)):
        answer = await Phone(narrow).post("form", typed, X_Autosave="1")
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_drafts")
    assert answer.json()["detail_vi"]
    assert answer.headers["Retry-After"] == str(40 * 60)


async def test_a_vendor_that_signed_in_has_so_many_and_takes_nobody_elses_room(narrow: World) -> None:
    for number in range(IN_AN_HOUR):
        await begin(narrow, number)
    for _ in range(OF_CONTACT):
        assert (await Desk(narrow).save(of_draft(a_row()))).status_code == 200
    refused = await Desk(narrow).save(HALF)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_drafts")
    assert refused.json()["errors"][0]["en"].startswith("This contact has 2 drafts that were not sent")
    assert (await Desk(narrow, str(uuid4()), "another").save(HALF)).status_code == 200


async def test_a_first_save_sent_again_is_not_counted_twice(narrow: World) -> None:
    phones = [Phone(narrow) for _ in range(IN_AN_HOUR)]
    for number, phone in enumerate(phones):
        typed = {"contact.email": f"{number}@example.com", "version": "", "save_key": "a"}
        for _ in range(2):
            assert (await phone.post("form", typed, X_Autosave="1")).status_code == 200
