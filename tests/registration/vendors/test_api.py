"""Contacts over HTTP: on the restricted topic only, newer wins, erased for good."""

import json
from datetime import datetime

from tests.registration.conftest import World, a_row, errors_of

from common.contracts.base import CONTACTS_TOPIC
from common.contracts.registration import ContactRecorded
from common.tokens import Role

CONTACT = {"display_name": "Trần Văn Mẫu", "email": "moi@example.com", "phone": "0987654321"}


async def _contact_times(world: World) -> list[datetime]:
    rows = [row for row in await world.harness.outbox() if row.topic == CONTACTS_TOPIC]
    return [datetime.fromisoformat(row.headers["ce_time"]) for row in rows]


async def test_a_nominated_vendor_can_be_reached_before_it_hands_in(fair: World) -> None:
    draft = await fair.drafted()
    told = await fair.harness.emitted(ContactRecorded)
    assert [(str(one.party_id), one.phone) for one in told] == [(draft["vendor_id"], "+84912345678")]


async def test_the_time_of_a_contact_grows_while_the_clock_stands_still(fair: World) -> None:
    vendor_id = (await fair.drafted())["vendor_id"]
    path = f"/vendors/{vendor_id}/contact"
    await fair.ok("PUT", path, Role.VENDOR, CONTACT, vendor_id=vendor_id)
    assert (await fair.call("DELETE", path, Role.VENDOR, vendor_id=vendor_id)).status_code == 204
    await fair.ok("PUT", path, Role.VENDOR, CONTACT, vendor_id=vendor_id)
    times = await _contact_times(fair)
    assert len(times) == 4
    assert times == sorted(set(times))


async def test_erasure_writes_a_tombstone_and_leaves_no_contact_behind(fair: World) -> None:
    vendor_id = (await fair.drafted())["vendor_id"]
    assert (await fair.call("DELETE", f"/vendors/{vendor_id}/contact", Role.ORGANISER)).status_code == 204
    last = (await fair.harness.outbox())[-1]
    assert (last.topic, last.key.decode(), last.value) == (CONTACTS_TOPIC, vendor_id, None)


async def test_nobody_else_may_change_or_erase_a_contact(fair: World) -> None:
    mine = (await fair.drafted())["vendor_id"]
    other = (await fair.drafted(a_row(2)))["vendor_id"]
    for method in ("PUT", "DELETE"):
        body = CONTACT if method == "PUT" else None
        answer = await fair.call(method, f"/vendors/{mine}/contact", Role.VENDOR, body, vendor_id=other)
        assert answer.status_code == 403


async def test_a_contact_that_cannot_be_reached_is_refused_by_field(fair: World) -> None:
    vendor_id = (await fair.drafted())["vendor_id"]
    bad = {**CONTACT, "email": "không có", "phone": "01234567890", "language": "xx"}
    answer = await fair.call("PUT", f"/vendors/{vendor_id}/contact", Role.VENDOR, bad, vendor_id=vendor_id)
    assert answer.status_code == 422
    assert errors_of(answer) == {
        "contact.email": "email_invalid",
        "contact.phone": "phone_invalid",
        "contact.language": "unknown_value",
    }


async def test_nothing_personal_is_on_the_public_topic(fair: World) -> None:
    row = a_row(7, vendor__address="Ngõ Bí Mật 7", vendor__representative="Đặng Thị Kín", vendor__tax_id="0199900106")
    row["contact"] = {**row["contact"], "display_name": "Lò Văn Giấu", "email": "giau@example.com"}
    await fair.accepted(row)
    public = [row for row in await fair.harness.outbox() if row.topic != CONTACTS_TOPIC]
    assert len(public) == 4
    text = " ".join(json.dumps(row.headers) + bytes(row.value or b"").decode() for row in public)
    for secret in ("Bí Mật", "Kín", "0199900106", "Giấu", "giau@", "912345678"):
        assert secret not in text
