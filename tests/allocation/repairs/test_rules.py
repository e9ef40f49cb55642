"""Repairs and the waiting list hold the edition's own rules, and say in words which of them they cannot hold."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tests.allocation.conftest import EDITION, OPTIMAL, Fair, about, accepted, id_of, street
from tests.allocation.repairs.test_api import ask, carry_out
from tests.allocation.rules.test_api import bounds, named, put

from allocation.answers import handlers as answers
from allocation.floor_plans.domain import PlannedBooth
from common.contracts.allocation import ApplicationWaitlisted, BoothMoved, BoothOffered
from common.contracts.registration import ApplicationWithdrawn
from common.tokens import Role

FLAME = named("flame", "product_group:food", zone_codes=["B"])
COLD = named("cold", "need:power", power=True)
HOST = named("host", "province:01", booth_codes=["A01"])


async def give(fair: Fair, booths: Sequence[PlannedBooth], *names: Any, **rules: Any) -> None:
    """Release a run by an edition's own rules; everybody placed confirms."""
    await fair.open(booths, booth_target=len(booths), **OPTIMAL)
    assert (await put(fair, **rules)).status_code == 200
    await fair.harness.deliver(*names)
    await fair.release()
    for offer in await fair.harness.emitted(BoothOffered):
        await fair.harness.run(answers.confirm_offer, offer.offer_id)


def two_zones(of_a: int, of_b: int) -> list[PlannedBooth]:
    return [*street(of_a), *street(of_b, "B")]


def moves_of(preview: Any) -> tuple[int, int]:
    """Return the value of the pass of moves, and its bound."""
    (found,) = [each for each in preview["objectives"] if each["name"] == "moves"]
    return found["value"], found["bound"]


def waits(fair_events: Sequence[ApplicationWaitlisted], name: str) -> Any:
    return [event for event in fair_events if event.application_id == id_of(name)][-1]


async def test_who_needs_a_fire_zone_moves_within_it_though_a_booth_elsewhere_is_free(fair: Fair):
    cook, other = accepted("a", group="food"), accepted("b", group="food")
    await give(fair, two_zones(3, 3), cook, other, accepted("c", zones=["B"]), requirements=[FLAME])
    held = (await fair.place("a")).booth_codes
    preview = await ask(fair, "section_closed", closed_booths=list(held))
    assert (preview["status"], preview["lost"], preview["unheld"]) == ("optimal", [], [])
    assert [len(preview["moves"]), moves_of(preview)] == [2, (2, 2)]  # who wished for the zone makes room for the flame
    await carry_out(fair, preview)
    assert {(await fair.place(name)).booth_codes[0][0] for name in "ab"} == {"B"}
    assert await fair.violations() == []


async def test_who_no_booth_is_left_for_by_a_rule_waits_and_the_rule_is_named(fair: Fair):
    await give(
        fair,
        two_zones(3, 2),
        accepted("a", group="food"),
        accepted("b", group="food", points=400),
        requirements=[FLAME],
    )
    held = (await fair.place("b")).booth_codes
    preview = await ask(fair, "section_closed", closed_booths=list(held))
    assert ([each["application_id"] for each in preview["lost"]], preview["moves"]) == ([str(id_of("b"))], [])
    await carry_out(fair, preview)
    (reason,) = waits(await fair.harness.emitted(ApplicationWaitlisted), "b").reasons
    assert (reason.code, reason.data) == ("against_rules", {"rules": "requirement:flame"})
    assert "Quy định thử" in reason.text.vi
    assert "A rule of a test" in str(reason.text.en)
    assert (await fair.place("b")).booth_codes == ()  # two booths of zone A are free, and not for a flame
    assert await fair.violations() == []


async def test_a_power_failure_takes_the_place_of_who_must_have_power_only_where_no_socket_is_left(fair: Fair):
    booths = [*street(2), *(replace(each, power_sockets=0) for each in street(2, "B"))]
    await give(fair, booths, accepted("a", power=True), accepted("b", power=True, points=400), requirements=[COLD])
    preview = await ask(fair, "power_failed", booths_without_power=["A01"])
    told = [(each["code"], each["en"]) for each in preview["unheld"]]
    assert [each["application_id"] for each in preview["lost"]] == [str(id_of("b"))]
    assert told == [("requirement:cold", "Placed only where the requirement is met: A rule of a test")]
    await carry_out(fair, preview)
    assert (await fair.place("a")).booth_codes == ("A02",)
    assert await fair.violations() == []


async def test_a_repair_that_cannot_hold_a_required_floor_is_not_to_be_carried_out_and_says_which(fair: Fair):
    floor = bounds("star_class:4", 3, required=True)
    await give(fair, street(3), *(accepted(name) for name in "abc"), bounds=[floor])
    preview = await ask(fair, "fewer_booths", closed_booths=["A03"])
    assert (preview["state"], preview["status"], preview["moves"]) == ("failed", "infeasible", [])
    ((code, vi),) = [(each["code"], each["vi"]) for each in preview["unheld"]]
    assert code == "floor:star_class:4"
    assert vi.startswith("Bắt buộc có ít nhất 3 gian")
    assert (await carry_out(fair, preview, expected=409))["code"] == "repair_not_ready"
    assert await fair.harness.emitted(BoothMoved) == []


async def test_a_withdrawal_has_a_holder_moved_for_who_waits_for_a_booth_that_a_rule_lets_it_have(fair: Fair):
    cook = accepted("a", group="food", points=300)
    wants_b = [accepted(name, zones=["B"]) for name in "bc"]
    await give(fair, two_zones(2, 2), cook, *wants_b, accepted("d"), accepted("e"), requirements=[FLAME])
    gone, *_ = [name for name in "bcde" if (await fair.place(name)).booth_codes[0][0] == "A"]
    await fair.harness.deliver(about(ApplicationWithdrawn, gone))
    assert (await fair.place("a")).booth_codes == ()
    preview = await ask(fair, "withdrawal")
    assert (len(preview["moves"]), [each["application_id"] for each in preview["joined"]]) == (1, [str(id_of("a"))])
    await carry_out(fair, preview)
    assert (await fair.place("a")).booth_codes[0][0] == "B"
    assert await fair.violations() == []


async def test_a_reserved_booth_that_comes_free_is_not_given_to_the_next_in_line(fair: Fair):
    await give(
        fair, street(2), accepted("h", province="01"), accepted("a"), accepted("b", points=400), reservations=[HOST]
    )
    await fair.harness.deliver(about(ApplicationWithdrawn, "h"))
    assert (await fair.place("b")).booth_codes == ()
    await fair.harness.deliver(accepted("i", province="01", points=100))
    assert (await fair.place("i")).booth_codes == ("A01",)
    assert await fair.violations() == []


async def test_who_the_committee_forbids_a_place_does_not_come_up_from_the_line(fair: Fair):
    await fair.open(street(1), booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a"), accepted("b", points=700), accepted("c", points=400))
    pin = {"application_id": str(id_of("b")), "rule": "forbid", "target": "place", "code": None, "reason": "Nợ giấy tờ"}
    async with fair.harness.client(Role.COMMITTEE) as client:
        assert (await client.post(f"/allocation/editions/{EDITION}/pins", json=pin)).status_code == 201
    await fair.release()
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"))
    assert ((await fair.place("b")).booth_codes, (await fair.place("c")).booth_codes) == ((), ("A01",))
    assert await fair.violations() == []
