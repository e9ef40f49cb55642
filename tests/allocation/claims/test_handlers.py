"""What keeps somebody from a place, as it is told and read."""

import dataclasses
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import update
from tests.allocation.conftest import OPTIMAL, PAPER_OF_RELEASE, Fair, about, accepted, id_of, quota, street
from tests.allocation.repairs.test_api import ask, carry_out
from tests.allocation.rules.test_api import named, put

from allocation.places.domain import Outcome
from allocation.runs import releasing
from allocation.runs.tables import RunRow
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.registration import ApplicationWithdrawn, EditionSuspended
from common.tokens import Role


async def reads(fair: Fair, name: str) -> list[dict[str, Any]]:
    """Return why somebody waits, as it reads it now."""
    async with fair.harness.client(Role.ORGANISER) as client:
        return (await client.get(f"/allocation/applications/{id_of(name)}/waiting")).json()["reasons"]


async def told(fair: Fair, name: str) -> list[str]:
    """Return the first reasons of what somebody was told of its waiting."""
    found = [each for each in await fair.harness.emitted(ApplicationWaitlisted) if each.application_id == id_of(name)]
    return [each.reasons[0].code for each in found]


async def test_without_any_quota_nobody_reads_that_booths_are_kept_for_one(fair: Fair):
    await fair.open(street(1), booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=300), accepted("b", points=700, booths_granted=2))
    await fair.release()
    [reason] = await reads(fair, "b")
    assert (reason["code"], reason["data"]) == ("no_booth_free", {"booths_missing": 2})


@pytest.mark.parametrize("points", [100, 500, 900])
async def test_who_is_accepted_after_the_release_is_told_that_and_not_compared_with_the_run(fair: Fair, points: int):
    await fair.open(street(1), booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=500))
    await fair.release()
    await fair.harness.deliver(accepted("b", points=points))
    assert await told(fair, "b") == ["came_later"]


async def test_who_came_before_the_release_and_gets_what_it_left_is_not_told_to_wait(fair: Fair):
    await fair.open(street(2), booth_target=2, **OPTIMAL)
    await fair.harness.deliver(accepted("a"))
    await fair.close()
    run = await fair.solve()
    await fair.explain()
    await fair.harness.deliver(accepted("b"))
    await fair.harness.run(releasing.release_run, run.run_id, PAPER_OF_RELEASE)
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await told(fair, "b") == []
    assert await fair.violations() == []


async def test_the_run_is_read_only_where_every_booth_is_taken(fair: Fair):
    """The stored input of the run is spoilt: whoever reads it fails."""
    await fair.open(street(2), quotas=[quota("province:26", ceiling=1)], booth_target=2, **OPTIMAL)
    told = (accepted(name, points=points) for name, points in {"a": 700, "b": 600}.items())
    await fair.harness.deliver(*told, accepted("c", points=100, province="01"))
    await fair.harness.deliver(accepted("d", points=50, province="01"))
    await fair.release()
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(update(RunRow).values(input={}))
    assert [each["code"] for each in await reads(fair, "b")] == ["quota_full"]
    with pytest.raises(ValidationError):
        await reads(fair, "d")


async def test_a_booth_that_is_free_while_the_edition_is_suspended_is_not_said_to_be_taken(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), about(EditionSuspended), about(ApplicationWithdrawn, "a"))
    assert [each["code"] for each in await reads(fair, "b")] == ["suspended"]


async def test_who_loses_its_place_as_the_power_fails_reads_the_rule_and_not_of_fewer_booths(fair: Fair):
    plan = [dataclasses.replace(each, power_sockets=int(each.booth_code == "A01")) for each in street(2)]
    await fair.open(plan, booth_target=2)
    await put(fair, requirements=[named("cold", "need:power", power=True)])
    await fair.harness.deliver(accepted("a", power=True), accepted("b"))
    await carry_out(fair, await ask(fair, "power_failed", booths_without_power=["A01"]))
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    assert await told(fair, "a") == ["against_rules"]
