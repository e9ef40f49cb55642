"""What becomes of a place, or of a wait, where an acceptance is told again because a certificate lapsed."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from tests.allocation.conftest import EDITION, OPTIMAL, Fair, about, accepted, id_of, street
from tests.allocation.repairs.test_api import ask, carry_out

from allocation.applications import repository as applications
from allocation.applications.domain import Application
from allocation.places.domain import Outcome
from common.contracts.allocation import ApplicationWaitlisted
from common.contracts.registration import (
    ApplicationAccepted,
    ApplicationWithdrawn,
    EditionCapacityChanged,
    EditionRescheduled,
    EditionSuspended,
)

NEW_DATES = {"from": "2020-10-09", "to": "2020-10-12"}
POINTS = {"a": 700, "b": 600, "c": 500}


def lapsed(name: str, points: int) -> ApplicationAccepted:
    """Return an acceptance told again: its only product has no stars any more."""
    told = accepted(name, points=points)
    without = [product.model_copy(update={"stars": 0}) for product in told.products] if points else []
    return told.model_copy(update={"products": tuple(without), "lapsed": told.products})


def renewed(name: str, points: int) -> ApplicationAccepted:
    """Return an acceptance told again: its product has a new certificate."""
    told = accepted(name, points=points)
    return told.model_copy(update={"renewed": told.products})


async def released(fair: Fair, booths: int, **points: int) -> None:
    await fair.open(street(booths), booth_target=booths, **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=each) for name, each in points.items()))
    await fair.release()


async def test_who_lapses_by_new_dates_is_not_given_a_place_on_the_points_of_before(fair: Fair):
    await released(fair, 1, a=700, b=600, c=500)
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(days=1))
    await fair.harness.deliver(about(EditionSuspended), about(ApplicationWithdrawn, "a"))
    await fair.harness.deliver(lapsed("b", 200), about(EditionRescheduled, new=NEW_DATES))
    assert (await fair.place("b")).outcome is Outcome.WAITLISTED
    assert (await fair.place("c")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_who_lapses_moves_behind_all_with_as_many_points_and_is_told_so(fair: Fair):
    await released(fair, 1, a=700, b=600, c=500, d=400, e=300, f=100)
    await fair.harness.deliver(lapsed("b", 300))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.position, waiting.reasons[0].code) == (4, "certificate_lapsed")
    assert waiting.reasons[0].data == {"points": 300}
    ranks = {name: (await fair.place(name)).waiting_rank or 0 for name in "bcdef"}
    assert sorted(ranks, key=lambda name: ranks[name]) == ["c", "d", "e", "b", "f"]
    assert len(set(ranks.values())) == 5
    assert await fair.violations() == []


async def test_the_applications_of_an_edition_are_read_once_for_who_moves_back_and_is_told(
    fair: Fair, monkeypatch: pytest.MonkeyPatch
):
    await released(fair, 1, a=700, b=600, c=500)
    read, reads = applications.list_applications, list[UUID]()

    async def counted(session: AsyncSession, edition_id: UUID) -> list[Application]:
        reads.append(edition_id)
        return await read(session, edition_id)

    monkeypatch.setattr(applications, "list_applications", counted)
    await fair.harness.deliver(lapsed("b", 300))
    assert (await fair.harness.emitted(ApplicationWaitlisted))[-1].position == 2
    assert reads == [EDITION]


async def test_a_lapse_that_changes_no_position_is_told_to_nobody_in_the_line(fair: Fair):
    await released(fair, 1, a=700, b=600, c=100)
    before = len(await fair.harness.emitted(ApplicationWaitlisted))
    await fair.harness.deliver(lapsed("b", 300))
    assert len(await fair.harness.emitted(ApplicationWaitlisted)) == before


async def test_a_lapsed_holder_keeps_its_place_and_leaves_first_where_there_are_fewer(fair: Fair):
    await released(fair, 2, a=700, b=600, c=500)
    await fair.harness.deliver(lapsed("a", 0))
    assert (await fair.place("a")).outcome is Outcome.OFFERED
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_a_lapsed_holder_that_had_to_leave_waits_by_its_points_and_not_in_front(fair: Fair):
    await released(fair, 2, a=700, b=600, c=500, d=100)
    held = (await fair.place("a")).booth_codes
    await fair.harness.deliver(lapsed("a", 200), about(EditionCapacityChanged, booth_target=1, zones=[]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position) == (id_of("a"), 2)
    assert (waiting.reasons[0].code, waiting.released_booth_codes) == ("certificate_lapsed", tuple(held))
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=2, zones=[]))
    assert (await fair.place("c")).outcome is Outcome.OFFERED
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    assert await fair.violations() == []


async def test_a_lapsed_holder_of_a_full_zone_moves_to_another_only_after_who_has_more_points(fair: Fair):
    plan = [*street(2, "A"), *street(1, "B")]
    await fair.open(plan, booth_target=2, **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=each, zones=["A"]) for name, each in POINTS.items()))
    await fair.release()
    cut = about(EditionCapacityChanged, booth_target=2, zones=[{"zone_code": "A", "capacity": 1}])
    await fair.harness.deliver(lapsed("a", 200), cut)
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    assert (await fair.place("c")).booth_codes == ("B01",)
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("a"), 2, "certificate_lapsed")
    assert await fair.violations() == []


async def test_a_lapsed_holder_of_a_full_zone_moves_to_another_ahead_of_who_has_fewer_points(fair: Fair):
    plan = [*street(2, "A"), *street(1, "B")]
    await fair.open(plan, booth_target=2, **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=each, zones=["A"]) for name, each in POINTS.items()))
    await fair.release()
    cut = about(EditionCapacityChanged, booth_target=2, zones=[{"zone_code": "A", "capacity": 1}])
    await fair.harness.deliver(lapsed("a", 550), cut)
    assert (await fair.place("a")).booth_codes == ("B01",)
    assert (await fair.place("c")).outcome is Outcome.WAITLISTED
    assert await fair.violations() == []


async def test_with_a_new_certificate_a_free_booth_may_be_given_again(fair: Fair):
    await released(fair, 1, a=700, b=600)
    await fair.harness.deliver(lapsed("b", 0), about(EditionCapacityChanged, booth_target=2, zones=[]))
    await fair.publish(street(2))
    assert (await fair.place("b")).outcome is Outcome.WAITLISTED
    await fair.harness.deliver(renewed("b", 600))
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_a_new_certificate_pushes_nobody_out_and_moves_nobody_in_the_line(fair: Fair):
    await released(fair, 1, a=700, b=600, c=500, d=400)
    await fair.harness.deliver(lapsed("b", 300))
    before = [await fair.place(name) for name in "abcd"]
    told = len(await fair.harness.emitted(ApplicationWaitlisted))
    await fair.harness.deliver(renewed("b", 900))
    assert [await fair.place(name) for name in "abcd"] == before
    assert len(await fair.harness.emitted(ApplicationWaitlisted)) == told
    assert await fair.violations() == []


async def test_a_holder_with_a_new_certificate_keeps_its_booth(fair: Fair):
    await released(fair, 2, a=700, b=600, c=500)
    await fair.harness.deliver(lapsed("a", 0))
    before = await fair.place("a")
    await fair.harness.deliver(renewed("a", 700))
    assert await fair.place("a") == before


async def test_where_places_go_by_arrival_a_lapse_moves_nobody(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b", points=600), accepted("c", points=500))
    before = await fair.place("b")
    await fair.harness.deliver(lapsed("b", 0))
    assert await fair.place("b") == before


async def test_a_run_that_is_not_released_is_made_anew_with_the_points_of_now(fair: Fair):
    await fair.open(street(1), booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600))
    await fair.close()
    await fair.solve()
    await fair.harness.deliver(lapsed("a", 0))
    run = await fair.solve()
    await fair.explain()
    assert run.result is not None
    assert len(await fair.runs()) == 2
    given = {each.application_id: each.points for each in run.input.applicants}
    assert list(run.result.placements) == [key for key, points in given.items() if points == 600]


async def test_a_run_that_is_not_released_is_made_anew_with_the_points_of_a_new_certificate(fair: Fair):
    await fair.open(street(1), booth_target=1, **OPTIMAL)
    await fair.harness.deliver(accepted("a", points=700), accepted("b", points=600))
    await fair.harness.deliver(lapsed("a", 0))
    await fair.close()
    await fair.solve()
    await fair.harness.deliver(renewed("a", 700))
    run = await fair.solve()
    await fair.explain()
    assert run.result is not None
    given = {each.application_id: each.points for each in run.input.applicants}
    assert list(run.result.placements) == [key for key, points in given.items() if points == 700]


async def test_who_has_nothing_eligible_left_is_given_no_booth_however_many_are_free(fair: Fair):
    await released(fair, 1, a=700, b=600, c=500)
    await fair.harness.deliver(lapsed("b", 0), about(EditionCapacityChanged, booth_target=4, zones=[]))
    await fair.publish(street(4))
    assert (await fair.place("b")).outcome is Outcome.WAITLISTED
    assert (await fair.place("c")).outcome is Outcome.OFFERED
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.reasons[0].code) == (id_of("b"), "nothing_eligible")
    assert await fair.violations() == []


async def test_a_run_gives_no_booth_to_who_has_nothing_eligible_and_it_waits_with_the_reason(fair: Fair):
    await fair.open(street(4), **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=each) for name, each in POINTS.items()), lapsed("a", 0))
    await fair.release()
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    assert [(await fair.place(name)).outcome for name in "bc"] == [Outcome.OFFERED] * 2
    [waiting] = await fair.harness.emitted(ApplicationWaitlisted)
    assert (waiting.application_id, waiting.reasons[0].code) == (id_of("a"), "nothing_eligible")
    assert await fair.violations() == []


async def test_a_holder_with_nothing_eligible_left_that_must_leave_its_zone_is_moved_to_no_other(fair: Fair):
    plan = [*street(2, "A"), *street(2, "B")]
    await fair.open(plan, booth_target=2, **OPTIMAL)
    await fair.harness.deliver(*(accepted(name, points=POINTS[name], zones=["A"]) for name in "ab"))
    await fair.release()
    cut = about(EditionCapacityChanged, booth_target=3, zones=[{"zone_code": "A", "capacity": 1}])
    await fair.harness.deliver(lapsed("a", 0), cut)
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED
    [waiting] = await fair.harness.emitted(ApplicationWaitlisted)
    assert (waiting.application_id, waiting.reasons[0].code) == (id_of("a"), "nothing_eligible")
    assert await fair.violations() == []


async def test_a_lapsed_holder_whose_section_is_closed_waits_by_its_points_and_not_in_front(fair: Fair):
    await released(fair, 2, a=700, b=600, c=500, d=100)
    await fair.harness.deliver(lapsed("a", 200))
    [closed] = (await fair.place("a")).booth_codes
    found = await ask(fair, "section_closed", closed_booths=[closed])
    await carry_out(fair, found)
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position) == (id_of("a"), 2)
    assert (waiting.reasons[0].code, waiting.released_booth_codes) == ("certificate_lapsed", (closed,))
    assert await fair.violations() == []


async def placed_from_the_line_on_less(fair: Fair) -> None:
    """Let c, which had 500 points in the run, lose 300 while it waits and get a booth on the 200 that are left."""
    await released(fair, 2, a=700, b=600, c=500, d=400, e=300)
    await fair.harness.deliver(lapsed("c", 200), about(ApplicationWithdrawn, "a"), about(ApplicationWithdrawn, "b"))
    assert (await fair.place("d")).outcome is Outcome.OFFERED
    await fair.harness.deliver(about(ApplicationWithdrawn, "e"))
    assert (await fair.place("c")).outcome is Outcome.OFFERED
    await fair.harness.deliver(accepted("f", points=300))


async def test_who_got_its_place_on_the_points_it_has_leaves_as_anybody_and_waits_in_front(fair: Fair):
    await placed_from_the_line_on_less(fair)
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    assert (await fair.place("d")).outcome is Outcome.OFFERED, "it has more points, also than c has"
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("c"), 1, "capacity_changed")
    assert await fair.violations() == []


async def test_new_dates_for_a_place_change_nothing_of_the_points_on_which_it_was_given(fair: Fair):
    await placed_from_the_line_on_less(fair)
    await fair.harness.deliver(about(EditionSuspended), about(EditionRescheduled, new=NEW_DATES))
    assert (await fair.offer_of("c")).reasons[0].data == {"points": 200}
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("c"), 1, "capacity_changed")


async def test_a_lapse_after_a_place_from_the_line_is_measured_by_what_that_was_given_on(fair: Fair):
    await placed_from_the_line_on_less(fair)
    await fair.harness.deliver(lapsed("c", 100), about(EditionCapacityChanged, booth_target=1, zones=[]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("c"), 2, "certificate_lapsed")
    assert await fair.violations() == []


async def test_a_repair_measures_by_what_a_place_was_given_on_too(fair: Fair):
    await placed_from_the_line_on_less(fair)
    [closed] = (await fair.place("c")).booth_codes
    await carry_out(fair, await ask(fair, "section_closed", closed_booths=[closed]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("c"), 1, "capacity_changed")
    assert await fair.violations() == []


async def test_a_place_of_the_run_whose_points_were_not_kept_is_measured_by_the_run(fair: Fair):
    """A replica of the version before made the offer."""
    await released(fair, 2, a=700, b=600, c=500, d=100)
    async with fair.harness.unit_of_work() as uow:
        await uow.session.execute(text("UPDATE offers SET points = NULL"))
    await fair.harness.deliver(lapsed("a", 200), about(EditionCapacityChanged, booth_target=1, zones=[]))
    waiting = (await fair.harness.emitted(ApplicationWaitlisted))[-1]
    assert (waiting.application_id, waiting.position, waiting.reasons[0].code) == (id_of("a"), 2, "certificate_lapsed")
