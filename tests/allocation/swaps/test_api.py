"""Two holders change booths: proposed, consented to by both, moved in one step, told once."""

import asyncio
from typing import Any

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, id_of, street, vendor_of

from allocation.answers import handlers as answers
from allocation.swaps import handlers
from common.contracts.allocation import BoothMoved, BoothReleased
from common.contracts.registration import (
    ApplicationWithdrawn,
    EditionCancelled,
    EditionEnded,
    EditionEvent,
    EditionSuspended,
)
from common.errors import DomainError
from common.tokens import Role

PATH = f"/allocation/editions/{EDITION}/swaps"


@pytest.fixture
async def held(fair: Fair) -> Fair:
    """Five booths: a and b hold one each, c two, all confirmed; d has an open offer."""
    await fair.open(street(5), booth_target=5)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c", booths_granted=2), accepted("d"))
    for name in "abc":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    return fair


async def booth_of(fair: Fair, name: str) -> str:
    return (await fair.place(name)).booth_codes[0]


async def post(fair: Fair, path: str, name: str | None, body: Any = None, expected: int = 200) -> Any:
    """Post as a vendor, or without a name as the organiser."""
    claims = {} if name is None else {"vendor_id": vendor_of(name)}
    async with fair.harness.client(Role.ORGANISER if name is None else Role.VENDOR, **claims) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == expected, answer.text
    return answer.json()


async def propose(fair: Fair, one: str, other: str, by: str | None, expected: int = 201) -> Any:
    entry = {"booth_code": await booth_of(fair, one), "other_booth_code": await booth_of(fair, other)}
    return await post(fair, PATH, by, entry, expected)


async def test_a_vendor_proposes_the_other_consents_and_both_are_moved_in_one_step(held: Fair):
    before = {name: (await held.place(name)).booth_codes for name in "ab"}
    proposed = await propose(held, "a", "b", "a")
    assert proposed["one"]["consented_at"] is not None
    assert proposed["one"]["link"] is proposed["other"]["link"] is None
    assert await held.harness.emitted(BoothMoved) == []
    address = f"/allocation/swaps/{proposed['swap_id']}/consent"
    assert (await post(held, address, "a"))["state"] == "proposed"
    assert [(await post(held, address, "b"))["state"] for _ in range(2)] == ["done", "done"]
    moved = await held.harness.emitted(BoothMoved)
    assert [(event.application_id, event.old_booth_codes, event.new_booth_codes) for event in moved] == [
        (id_of("a"), before["a"], before["b"]),
        (id_of("b"), before["b"], before["a"]),
    ]
    causes = {
        row.headers["ce_causationid"] for row in await held.harness.outbox() if "booth_moved" in row.headers["ce_type"]
    }
    assert len(causes) == 1
    assert await held.violations() == []


async def test_the_organiser_proposes_and_each_answers_by_its_own_link_without_script(held: Fair):
    proposed = await propose(held, "a", "b", None)
    links = [proposed[side]["link"] for side in ("one", "other")]
    async with held.harness.client() as client:
        page = await client.get(links[0])
        assert "<script" not in page.text
        assert "HTX b" in page.text
        turned = links[0].replace(str(id_of("a")), str(id_of("b")))
        assert (await client.get(turned)).status_code == 403
        address, _, query = links[0].partition("?")
        fields = dict(part.split("=") for part in query.split("&"))
        unclear = await client.post(address, data={**fields, "answer": "maybe"})
        assert unclear.status_code == 422
        assert "hãy bấm một trong hai nút" in unclear.text
        assert (await client.get(links[0].replace("/answer", "=/answer"))).status_code == 403
        told = ""
        for link in links:
            address, _, query = link.partition("?")
            fields = dict(part.split("=") for part in query.split("&"))
            told = (await client.post(address, data={**fields, "answer": "consent"})).text
    assert "đã đổi xong" in told
    assert len(await held.harness.emitted(BoothMoved)) == 2


@pytest.mark.parametrize(
    ("one", "other", "by", "status", "code"),
    [
        ("a", "c", None, 409, "not_swappable"),  # one booth against two
        ("a", "d", None, 409, "not_swappable"),  # d has not confirmed
        ("a", "a", None, 409, "not_swappable"),
        ("a", "b", "b", 403, "swap_of_others"),  # a vendor names its own booth first
    ],
)
async def test_what_cannot_change_hands_is_refused(
    held: Fair, one: str, other: str, by: str | None, status: int, code: str
):
    assert (await propose(held, one, other, by, expected=status))["code"] == code


async def test_a_third_vendor_neither_sees_nor_answers_a_swap(held: Fair):
    swap_id = (await propose(held, "a", "b", "a"))["swap_id"]
    assert (await post(held, f"/allocation/swaps/{swap_id}/consent", "c", expected=403))["code"] == "swap_of_others"
    async with held.harness.client(Role.VENDOR, vendor_id=vendor_of("c")) as client:
        assert (await client.get(f"/allocation/swaps/{swap_id}")).status_code == 403


async def test_a_swap_lapses_where_a_booth_is_another_by_then_and_nothing_moves(held: Fair):
    swap_id = (await propose(held, "a", "b", "a"))["swap_id"]
    await held.harness.deliver(about(ApplicationWithdrawn, "a"))
    assert (await post(held, f"/allocation/swaps/{swap_id}/consent", "b"))["state"] == "lapsed"
    assert await held.harness.emitted(BoothMoved) == []
    assert (await post(held, f"/allocation/swaps/{swap_id}/consent", "b", expected=409))["code"] == "swap_ended"


async def test_a_refused_swap_is_over_and_one_of_an_edition_that_is_over_is_not_carried_out(held: Fair):
    refused = (await propose(held, "a", "b", "a"))["swap_id"]
    assert (await post(held, f"/allocation/swaps/{refused}/refusal", "b"))["state"] == "refused"
    assert (await post(held, f"/allocation/swaps/{refused}/consent", "b", expected=409))["code"] == "swap_ended"
    late = (await propose(held, "a", "b", "a"))["swap_id"]
    await held.harness.deliver(about(EditionEnded))
    told = await post(held, f"/allocation/swaps/{late}/consent", "b", expected=409)
    assert told["code"] == "edition_not_ready"


async def test_two_swaps_of_one_booth_consented_to_at_the_same_moment_move_it_once(held: Fair):
    """b consents to both at once; only one of them finds the booths as agreed."""
    await held.harness.run(answers.confirm_offer, (await held.offer_of("d")).offer_id)
    one = (await propose(held, "a", "b", "a"))["swap_id"]
    other = (await propose(held, "d", "b", "d"))["swap_id"]

    async def consent(swap_id: str) -> str:
        try:
            return str((await held.harness.run(handlers.consent, swap_id, id_of("b"))).state)
        except DomainError as error:
            return error.code

    assert sorted(await asyncio.gather(consent(one), consent(other), consent(one))) in (
        ["done", "done", "lapsed"],
        ["done", "lapsed", "swap_ended"],
        ["done", "lapsed", "lapsed"],
    )
    assert len(await held.harness.emitted(BoothMoved)) == 2
    assert await held.harness.emitted(BoothReleased) == []
    assert await held.violations() == []


@pytest.mark.parametrize(
    ("event", "matter", "has_buttons"),
    [(EditionSuspended, "is suspended", True), (EditionCancelled, "was cancelled", False)],
)
async def test_the_page_of_a_swap_says_that_the_event_is_suspended_or_cancelled(
    held: Fair,
    event: type[EditionEvent],
    matter: str,
    has_buttons: bool,  # noqa: FBT001
):
    proposed = await propose(held, "a", "b", None)
    await held.harness.deliver(about(event))
    async with held.harness.client() as client:
        page = (await client.get(f"{proposed['one']['link']}&lang=en")).text
    assert (matter in page, "<button" in page) == (True, has_buttons)
