"""Drafts over HTTP: half an application kept, nothing newer overwritten, nothing told before it is sent, then forgotten."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select
from tests.registration.conftest import OPEN, Json, World, a_product, a_row, errors_of

from common.contracts.registration import ApplicationSubmitted, ContactRecorded
from common.tokens import Role
from registration.drafts.handlers import forget_drafts
from registration.drafts.tables import DraftRow

HALF: Json = {
    "vendor": {"legal_name": "Hợp tác xã Chè Phìn Hồ 1", "tax_id": "12"},
    "contact": {"phone": "09"},
    "products": [{"name": "Chè Shan tuyết", "decision": {"issued_on": "thang 11"}}],
}
CONSENT: Json = {"undertaking": True, "consents": [{"purpose": "take_part", "text_version": "2020-07"}]}


@dataclass
class Desk:
    """A vendor's desk with one draft."""

    world: World
    draft_id: str = field(default_factory=lambda: str(uuid4()))
    subject: str = "hop-tac-xa"

    @property
    def path(self) -> str:
        return f"/registration/editions/{self.world.edition_id}/drafts/{self.draft_id}"

    async def call(self, method: str, path: str = "", body: Json | None = None, **headers: str) -> httpx.Response:
        async with self.world.harness.client(Role.VENDOR, subject=self.subject) as client:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, self.path + path, json=body, headers=sent)

    async def save(self, content: Json, over: str | None = None, key: str = "") -> httpx.Response:
        entry = {"save_key": key or str(uuid4()), "content": content}
        return await self.call("PUT", body=entry, **({"If_Match": over} if over else {}))

    async def kept(self) -> Json:
        answer = await self.call("GET")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(self, **changes: Any) -> httpx.Response:
        return await self.call("POST", "/submission", {**CONSENT, **changes})


@pytest.fixture
def desk(fair: World) -> Desk:
    return Desk(fair)


def of_draft(content: Json) -> Json:
    return {name: content[name] for name in ("vendor", "contact", "products", "documents", "booths_wanted", "wishes")}


async def test_half_an_application_is_kept_and_says_what_is_wrong_and_what_is_missing(desk: Desk) -> None:
    answer = (await desk.save(HALF)).json()
    wrong = {one["field"]: one["code"] for one in answer["wrong"]}
    assert wrong == {
        "vendor.tax_id": "tax_id_invalid",
        "contact.phone": "phone_invalid",
        "products[0].decision.issued_on": "not_a_date",
    }
    missing = {one["field"] for one in answer["missing"]}
    assert {"vendor.trade_name", "vendor.province_code", "contact.email", "booths_wanted"} <= missing
    assert "products" not in missing
    assert not missing & wrong.keys()
    assert (await desk.kept())["content"] == HALF  # as it was typed, half a date too


async def test_nothing_of_a_draft_is_told_or_seen_by_others(desk: Desk) -> None:
    assert (await desk.save(of_draft(a_row()))).status_code == 200
    assert await desk.world.harness.emitted(ApplicationSubmitted, ContactRecorded) == []
    listed = await desk.world.ok("GET", f"/editions/{desk.world.edition_id}/applications", Role.ORGANISER)
    assert listed["items"] == []
    other = Desk(desk.world, desk.draft_id, "somebody")
    for answer in (await other.call("GET"), await other.save(HALF, '"1"'), await other.call("DELETE")):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await other.send()).status_code == 403


async def test_a_second_tab_overwrites_nothing_and_is_shown_both_versions(desk: Desk) -> None:
    first = await desk.save(HALF)
    newer = {**HALF, "booths_wanted": 2}
    assert (await desk.save(newer, first.headers["etag"])).headers["etag"] == '"2"'
    late = await desk.save({**HALF, "wishes": {"corner": True}}, first.headers["etag"])
    told = late.json()
    assert (late.status_code, told["code"], late.headers["etag"]) == (412, "draft_changed", '"2"')
    assert told["stored"]["content"] == newer
    assert told["sent"]["content"] == {**HALF, "wishes": {"corner": True}}
    assert told["differing"] == ["booths_wanted", "wishes.corner"]
    assert (await desk.kept())["content"] == newer


async def test_a_save_sent_again_changes_nothing(desk: Desk) -> None:
    first = await desk.save(HALF, key="a")
    assert (await desk.save(HALF, key="a")).headers["etag"] == first.headers["etag"]  # its answer was lost
    newer = {**HALF, "booths_wanted": 2}
    assert (await desk.save(newer, '"1"', key="b")).headers["etag"] == '"2"'
    assert (await desk.save(newer, '"1"', key="b")).headers["etag"] == '"2"'
    late = await desk.save(HALF, key="a")  # the first one, on its way until now
    assert late.status_code == 412
    assert (await desk.kept())["content"] == newer


async def test_of_two_saves_at_once_one_is_kept_and_the_other_is_told(desk: Desk) -> None:
    await desk.save(HALF)
    for version in ('"1"', '"3"', '"5"'):
        answers = await asyncio.gather(*(desk.save({**HALF, "booths_wanted": n}, version) for n in range(1, 13)))
        assert sorted(answer.status_code for answer in answers) == [200, *[412] * 11]
        [won] = [answer.json()["content"] for answer in answers if answer.status_code == 200]
        assert (await desk.kept())["content"] == won
        await desk.save({**HALF, "booths_wanted": 99}, f'"{int(version[1]) + 1}"')


async def test_two_first_saves_at_once_make_one_draft(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.save({**HALF, "booths_wanted": n}) for n in range(1, 4)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    assert (await desk.kept())["version"] == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ({"colour": "red"}, ("content.colour", "extra_forbidden")),
        ({"vendor": {"address": "x" * 2001}}, ("content.vendor.address", "too_long")),
        ({"products": [{"origin": "x" * 2000}] * 40}, ("content", "too_long")),
    ],
)
async def test_what_is_no_draft_is_refused_by_field(desk: Desk, content: Json, problem: tuple[str, str]) -> None:
    answer = await desk.save(content)
    assert (answer.status_code, errors_of(answer)) == (422, dict([problem]))


async def test_a_draft_becomes_an_application_with_all_its_checks(desk: Desk) -> None:
    row = a_row(products=[a_product(decision={**a_product()["decision"], "issued_on": "11/11/2019"})])
    saved = await desk.save(of_draft(row))
    assert (saved.json()["wrong"], saved.json()["missing"]) == ([], [])
    sent = await desk.send()
    assert sent.status_code == 200, sent.text
    assert (sent.json()["state"], sent.json()["channel"]) == ("submitted", "self")
    [told] = await desk.world.harness.emitted(ApplicationSubmitted)
    assert told.vendor.trade_name == "HTX Chè Phìn Hồ 1"
    kept = await desk.kept()
    assert (kept["content"], kept["application_id"]) == (None, sent.json()["application_id"])
    for again in (await desk.send(), await desk.save(HALF, f'"{kept["version"]}"'), await desk.call("DELETE")):
        assert (again.status_code, again.json()["code"]) == (409, "draft_sent")


async def test_a_refused_draft_stays_and_every_field_is_named(desk: Desk) -> None:
    await desk.save(HALF)
    refused = await desk.send(undertaking=False)
    assert refused.status_code == 422
    found = errors_of(refused)
    assert found["undertaking"] == "consent_missing"
    assert found["products[0].decision.issued_on"] == "not_a_date"
    assert {"vendor.trade_name", "contact.email", "booths_wanted", "vendor.tax_id"} <= found.keys()
    kept = await desk.kept()
    assert (kept["version"], kept["content"], kept["application_id"]) == (1, HALF, None)
    assert await desk.world.harness.emitted(ApplicationSubmitted, ContactRecorded) == []


async def test_a_second_application_of_the_vendor_is_refused_and_the_draft_kept(desk: Desk) -> None:
    await desk.world.submitted()
    await desk.save(of_draft(a_row()))
    refused = await desk.send()
    assert errors_of(refused) == {"vendor": "duplicate_vendor"}
    assert (await desk.kept())["content"] == of_draft(a_row())


async def test_a_draft_left_alone_is_deleted_with_all_that_was_typed(desk: Desk) -> None:
    assert (await desk.save(HALF)).json()["deleted_after"] == (OPEN + timedelta(days=30)).isoformat().replace(
        "+00:00", "Z"
    )
    sent = Desk(desk.world)
    await sent.save(of_draft(a_row()))
    assert (await sent.send()).is_success
    harness = desk.world.harness
    with harness.at(OPEN + timedelta(days=29)):
        assert await harness.run(forget_drafts, 30, 100) == 0
    with harness.at(OPEN + timedelta(days=31)):
        assert await harness.run(forget_drafts, 30, 100) == 1
        assert (await desk.call("GET")).status_code == 404
    [row] = await harness.rows(select(DraftRow))
    assert (str(row.draft_id), row.content) == (sent.draft_id, None)


async def test_a_vendor_deletes_its_draft(desk: Desk) -> None:
    await desk.save(HALF)
    assert (await desk.call("DELETE")).status_code == 204
    assert (await desk.call("GET")).status_code == 404
    assert (await desk.save(HALF, '"1"')).status_code == 404  # a late autosave does not bring it back


async def test_drafts_end_with_the_registration(desk: Desk) -> None:
    await desk.save(HALF)
    with desk.world.harness.at(datetime(2020, 7, 24, 10, 0, 1, tzinfo=UTC)):
        late = await desk.save({**HALF, "booths_wanted": 1}, '"1"')
        assert (late.status_code, late.json()["code"]) == (409, "late")
        assert (await desk.send()).json()["code"] == "late"
        assert (await desk.kept())["content"] == HALF
