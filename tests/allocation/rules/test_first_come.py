"""An edition's own rules where places go in order of arrival: held at each place given, or refused with the reason."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.allocation.conftest import EDITION, Fair, about, accepted, announced, id_of, quota, street
from tests.allocation.rules.test_api import NAME, bounds, named, put

from allocation.answers import handlers as answers
from allocation.editions import repository as editions
from allocation.grounds.domain import RunInput
from allocation.grounds.handlers import read_grounds
from allocation.places import repository as places
from allocation.places.domain import Outcome
from allocation.runs import checker
from common.contracts.allocation import ApplicationWaitlisted, BoothReleased
from common.contracts.base import Reason
from common.contracts.registration import ApplicationWithdrawn, EditionCapacityChanged
from common.errors import DomainError
from common.tokens import Role

FLAME = named("flame", "need:cooking", zone_codes=["B"])
COLD = named("cold", "need:power", power=True)
HOST = named("host", "province:01", booth_codes=["A02"])


async def held(fair: Fair, names: str) -> dict[str, tuple[str, ...]]:
    return {name: (await fair.place(name)).booth_codes for name in names}


async def why_waits(fair: Fair, name: str) -> Reason:
    """Return what an applicant was last told of why it waits."""
    told = [each for each in await fair.harness.emitted(ApplicationWaitlisted) if each.application_id == id_of(name)]
    return told[-1].reasons[0]


async def test_each_place_keeps_the_rules_whatever_who_comes_would_like(fair: Fair):
    await fair.open([*street(2), *street(2, "B")])
    assert (await put(fair, requirements=[FLAME], reservations=[HOST])).json()["version"] == 1
    await fair.harness.deliver(
        accepted("a", cooking=True, zones=["A"]),
        accepted("b"),
        accepted("c", zones=["A"]),
        accepted("d", province="01"),
    )
    places_held = await held(fair, "abcd")
    assert places_held["a"][0][0] == "B"
    assert (places_held["b"], places_held["d"]) == (("A01",), ("A02",))
    assert places_held["c"][0][0] == "B"  # the only booth left where it wished to stand is kept for others
    assert await fair.violations() == []


async def test_who_no_rule_leaves_a_booth_waits_and_reads_the_rule_by_its_name(fair: Fair):
    await fair.open([*street(2), *street(1, "B")], booth_target=3)
    await put(fair, requirements=[FLAME], reservations=[HOST])
    await fair.harness.deliver(accepted("a", cooking=True), accepted("b", cooking=True))
    reason = await why_waits(fair, "b")
    assert (reason.code, reason.data) == ("against_rules", {"rules": "requirement:flame reservation:host"})
    assert NAME["vi"] in reason.text.vi
    assert NAME["en"] in str(reason.text.en)
    await fair.harness.deliver(accepted("c"), about(ApplicationWithdrawn, "a"))
    assert await held(fair, "bc") == {"b": ("B01",), "c": ("A01",)}  # the line is served by the rules too
    assert await fair.violations() == []


async def test_a_socket_is_had_where_a_rule_asks_for_it_and_not_only_wished_for(fair: Fair):
    await fair.open([replace(each, power_sockets=0) for each in street(2)], booth_target=2)
    await put(fair, requirements=[COLD])
    await fair.harness.deliver(accepted("a", power=True), accepted("b"))
    assert (await why_waits(fair, "a")).data == {"rules": "requirement:cold"}
    assert (await fair.place("b")).outcome is Outcome.OFFERED


async def test_a_ceiling_of_its_own_is_never_passed_and_the_tighter_one_holds(fair: Fair):
    await fair.open(quotas=[quota("province:26", ceiling=3)])
    await put(fair, bounds=[bounds("province:26", None, 1), bounds("star_class:4", None, 2)])
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c", province="01"), accepted("d", province="48"))
    assert [bool(codes) for codes in (await held(fair, "abcd")).values()] == [True, False, True, False]
    assert (await why_waits(fair, "b")).data["quota"] == "province:26"
    assert (await why_waits(fair, "d")).data["quota"] == "star_class:4"


async def test_two_booths_are_side_by_side_between_those_reserved(fair: Fair):
    await fair.open(street(5), booth_target=5)
    await put(fair, reservations=[named("host", "province:01", booth_codes=["A02", "A04"])])
    await fair.harness.deliver(accepted("a", booths_granted=2), accepted("b", province="01", booths_granted=2))
    assert (await why_waits(fair, "a")).data == {"rules": "reservation:host"}
    assert (await fair.place("b")).booth_codes == ("A02", "A03")


async def test_neighbours_of_one_product_group_are_kept_apart_where_it_can_be_helped(fair: Fair):
    await fair.open(street(5), booth_target=5)
    await put(fair, is_varied=True)
    await fair.harness.deliver(accepted("a", group="food"), accepted("b", group="food"), accepted("c", group="craft"))
    assert await held(fair, "abc") == {"a": ("A02",), "b": ("A04",), "c": ("A03",)}


async def test_a_floor_keeps_booths_until_registration_closes(fair: Fair):
    await fair.open(booth_target=3)
    await put(fair, bounds=[bounds("first_timer:yes", 2)])
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c", is_first_event=True))
    assert (await why_waits(fair, "b")).code == "kept_for_quota"
    assert (await fair.place("c")).outcome is Outcome.OFFERED
    await fair.close()
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_a_booth_reserved_for_others_serves_no_floor_so_another_is_kept_for_it(fair: Fair):
    await fair.open(street(4), booth_target=4)
    host = named("host", "province:01", booth_codes=["A02", "A03"])
    await put(fair, bounds=[bounds("first_timer:yes", 2)], reservations=[host])
    await fair.harness.deliver(accepted("a"), accepted("b", province="01", corner=True))
    reason = await why_waits(fair, "a")
    assert (reason.code, reason.data) == ("kept_for_quota", {"booths_kept": 2, "booths_missing": 1})
    assert (await fair.place("b")).booth_codes == ("A02",)  # a corner would be a booth less for the floor
    await fair.harness.deliver(accepted("c", is_first_event=True), accepted("d", is_first_event=True))
    assert set((await held(fair, "cd")).values()) == {("A01",), ("A04",)}
    await fair.close()
    assert (await why_waits(fair, "a")).code == "kept_for_quota"
    assert await fair.violations() == []


async def test_a_booth_reserved_for_the_group_of_a_floor_serves_it(fair: Fair):
    await fair.open(street(2), booth_target=2)
    own = named("new", "first_timer:yes", booth_codes=["A02"])
    await put(fair, bounds=[bounds("first_timer:yes", 1)], reservations=[own])
    await fair.harness.deliver(accepted("a"))
    assert (await fair.place("a")).booth_codes == ("A01",)


async def test_whom_a_floor_is_for_gets_its_place_though_the_floor_lacks_more_than_is_free(fair: Fair):
    await fair.open(street(2), booth_target=2)
    await put(fair, bounds=[bounds("first_timer:yes", 4)])
    await fair.harness.deliver(accepted("a"), accepted("b", is_first_event=True))
    assert [bool(codes) for codes in (await held(fair, "ab")).values()] == [False, True]


async def test_what_cannot_be_held_by_arrival_is_refused_with_the_rule_and_the_reason(fair: Fair):
    await fair.open()
    refused = await put(
        fair,
        bounds=[bounds("first_timer:yes", 2, required=True), bounds("zone:A", 2), bounds("zone:A", None, 2)],
        priority_classes=[named("guests", "country:foreign", points=100)],
    )
    assert refused.status_code == 422
    errors = {each["field"]: each for each in refused.json()["errors"]}
    assert {field: each["code"] for field, each in errors.items()} == {
        "bounds[0].is_required": "required_floor_by_arrival",
        "bounds[1].floor": "zone_floor_by_arrival",
        "bounds[2].group": "code_twice",
        "priority_classes[0]": "priority_by_arrival",
    }
    for each in (errors["bounds[0].is_required"], errors["bounds[1].floor"], errors["priority_classes[0]"]):
        assert each["vi"].startswith(f"“{NAME['vi']}”: ")
        assert each["en"].startswith(f"“{NAME['en']}”: ")
    async with fair.harness.client() as anybody:
        assert (await anybody.get(f"/allocation/editions/{EDITION}/rules")).json()["version"] == 0


async def test_rules_may_change_until_the_first_has_its_place_by_them(fair: Fair):
    await fair.harness.deliver(announced(), accepted("a", zones=["A"]))  # waits for the plan
    assert (await put(fair, is_varied=True)).status_code == 200
    assert (await put(fair, reservations=[named("host", "province:01", booth_codes=["A01", "A02"])])).status_code == 200
    await fair.publish(street(3))
    assert (await fair.place("a")).booth_codes == ("A03",)
    refused = await put(fair, is_varied=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "edition_not_ready")
    assert "order of arrival" in refused.json()["detail"]


@pytest.mark.parametrize("left", [1, 2])
async def test_fewer_booths_and_swaps_keep_the_rules_too(fair: Fair, left: int):
    await fair.open([*street(2), *street(2, "B")])
    await put(fair, requirements=[FLAME], reservations=[HOST])
    await fair.harness.deliver(accepted("a", cooking=True), accepted("b", cooking=True), accepted("c"))
    for name in "abc":
        await fair.harness.run(answers.confirm_offer, (await fair.offer_of(name)).offer_id)
    async with fair.harness.client(Role.ORGANISER) as client:
        entry = {"booth_code": "A01", "other_booth_code": (await fair.place("a")).booth_codes[0]}
        refused = await client.post(f"/allocation/editions/{EDITION}/swaps", json=entry)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_swappable")
    zones = [{"zone_code": "B", "capacity": left}]
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=4, zones=zones))
    released = [each.application_id for each in await fair.harness.emitted(BoothReleased)]
    assert released == [id_of("b")][left - 1 :]
    assert await fair.violations() == []


# Whoever comes and goes: nobody stands against a rule, and nobody waits without one that keeps it out.

NAMES = "abcdefgh"
STEPS = st.lists(
    st.tuples(st.sampled_from(["accept"] * 4 + ["confirm", "decline", "withdraw"]), st.integers(0, 7)), max_size=20
)
OWN_RULES = st.fixed_dictionaries(
    {
        "bounds": st.lists(
            st.sampled_from(
                [bounds("province:26", None, 2), bounds("first_timer:no", None, 3), bounds("zone:A", None, 2)]
            ),
            unique_by=lambda each: each["group"],
        ),
        "requirements": st.lists(st.sampled_from([FLAME, COLD]), unique_by=lambda each: each["code"]),
        "reservations": st.lists(
            st.sampled_from([HOST, named("new", "first_timer:yes", booth_codes=["A01", "B01"])]),
            unique_by=lambda each: each["code"],
        ),
        "is_varied": st.booleans(),
    }
)


def applicant_of(number: int) -> Any:
    return accepted(
        NAMES[number],
        province=("26", "01", "48")[number % 3],
        cooking=number in (1, 4),
        power=number in (2, 4, 6),
        is_first_event=number in (3, 5),
        booths_granted=1 + (number in (5, 6)),
    )


def once_each(steps: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Return the steps that registration would let happen: each is accepted once, and withdraws once after that."""
    done: set[tuple[str, int]] = set()
    possible: list[tuple[str, int]] = []
    for act, number in steps:
        is_known = ("accept", number) in done
        if (act == "accept") is not is_known and (act, number) not in done:
            possible.append((act, number))
            if act in {"accept", "withdraw"}:
                done.add((act, number))
    return possible


async def step(fair: Fair, act: str, number: int) -> None:
    if act == "accept":
        await fair.harness.deliver(applicant_of(number))
    elif act == "withdraw":
        await fair.harness.deliver(about(ApplicationWithdrawn, NAMES[number]))
    else:
        with suppress(DomainError, IndexError):  # nobody was offered a place, or has answered
            offer = await fair.offer_of(NAMES[number])
            command = answers.confirm_offer if act == "confirm" else answers.decline_offer
            await fair.harness.run(command, offer.offer_id)


async def read(fair: Fair) -> tuple[RunInput, dict[str, tuple[str, ...]], list[str]]:
    """Return the grounds, who holds what, and who waits."""
    async with fair.harness.unit_of_work() as uow:
        grounds = await read_grounds(uow, await editions.get_edition(uow.session, EDITION))
        known = await places.list_places(uow.session, EDITION)
    holders = {str(each.application_id): each.booth_codes for each in known if each.is_held}
    return grounds, holders, [str(each.application_id) for each in known if each.outcome is Outcome.WAITLISTED]


def may_stand(grounds: RunInput, holders: Mapping[str, tuple[str, ...]], name: str) -> list[tuple[str, ...]]:
    """Return every free spot on which the auditor's check would let somebody stand, by trying them all."""
    taken = {code for codes in holders.values() for code in codes}
    (size,) = [each.booths for each in grounds.applicants if each.application_id == name]
    free = [each for each in grounds.booths if each.booth_code not in taken]
    spots = [(each.booth_code,) for each in free]
    if size > 1:
        spots = [(one.booth_code, two.booth_code) for one in free for two in free if one.booth_code < two.booth_code]
    return [codes for codes in spots if not checker.rules_broken(grounds, {**holders, name: codes})]


@settings(
    max_examples=int(os.environ.get("ALLOCATION_STORIES", "10")),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rules=OWN_RULES, steps=STEPS)
async def test_nobody_stands_against_a_rule_and_nobody_waits_without_one(
    make_harness: Callable[..., Any], rules: dict[str, Any], steps: list[tuple[str, int]]
):
    async with make_harness("allocation") as harness:
        fair = Fair(harness)
        await fair.open([*street(3), *street(3, "B")], booth_target=5)
        assert (await put(fair, **rules)).status_code == 200
        for act, number in once_each(steps):
            await step(fair, act, number)
            grounds, holders, waiting = await read(fair)
            assert checker.rules_broken(grounds, holders) == ()
            assert {name: may_stand(grounds, holders, name) for name in waiting} == {name: [] for name in waiting}
        assert await fair.violations() == []
