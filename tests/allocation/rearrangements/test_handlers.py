"""What becomes of places when applications come and go, and editions move, shrink and end."""

from datetime import timedelta

import pytest
from tests.allocation.conftest import EDITION, Fair, about, accepted, announced, id_of, quota, street

from allocation.answers import handlers as answers
from allocation.places.domain import Outcome
from common.contracts.allocation import ApplicationClosedUnplaced, ApplicationWaitlisted, BoothOffered, BoothReleased
from common.contracts.registration import (
    ApplicationRevoked,
    ApplicationWithdrawn,
    EditionCancelled,
    EditionCapacityChanged,
    EditionEnded,
    EditionRescheduled,
    EditionStarted,
    EditionSuspended,
    RegistrationClosed,
    RegistrationOpened,
)

NEW_DATES = {"from": "2020-10-09", "to": "2020-10-12"}


async def test_first_comers_get_a_place_at_once_and_the_others_are_told_why_not(fair: Fair):
    await fair.open(booth_target=2)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    made = await fair.harness.emitted(BoothOffered)
    assert [(event.application_id, event.run_id) for event in made] == [(id_of("a"), None), (id_of("b"), None)]
    (waiting,) = await fair.harness.emitted(ApplicationWaitlisted)
    assert (waiting.application_id, waiting.position, waiting.run_id) == (id_of("c"), 1, None)
    assert (waiting.reasons[0].code, waiting.reasons[0].data) == ("no_booth_free", {"booths_missing": 1})
    assert await fair.violations() == []


async def test_a_full_quota_is_the_reason_it_names(fair: Fair):
    await fair.open(quotas=[quota("province:26", ceiling=1)])
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c", province="01"))
    (waiting,) = await fair.harness.emitted(ApplicationWaitlisted)
    assert waiting.reasons[0].code == "quota_full"
    assert waiting.reasons[0].data == {"quota": "province:26", "ceiling": 1, "held": 1, "booths_missing": 1}
    assert "tỉnh Vĩnh Phúc" in waiting.reasons[0].text.vi
    assert (await fair.place("c")).outcome is Outcome.OFFERED


async def test_booths_are_kept_for_a_floor_until_registration_closes(fair: Fair):
    await fair.open(booth_target=2, quotas=[quota("country:foreign", floor=1)])
    await fair.harness.deliver(accepted("a"), accepted("b"))
    assert (await fair.place("b")).outcome is Outcome.WAITLISTED
    (waiting,) = await fair.harness.emitted(ApplicationWaitlisted)
    assert waiting.reasons[0].code == "kept_for_quota"
    await fair.close()
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert await fair.violations() == []


async def test_whom_a_floor_is_kept_for_gets_the_booth(fair: Fair):
    await fair.open(booth_target=2, quotas=[quota("country:foreign", floor=1)])
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c", province=None))
    assert (await fair.place("c")).outcome is Outcome.OFFERED


async def test_applications_before_their_edition_and_before_its_plan_wait_for_both(fair: Fair):
    await fair.harness.deliver(accepted("a"), accepted("b"))
    await fair.harness.deliver(announced(booth_target=1))
    assert (await fair.place("a")).outcome is Outcome.AWAITING
    await fair.publish(street(3))
    assert (await fair.told())[1:] == [("BoothOffered", "a"), ("ApplicationWaitlisted", "b")]
    assert await fair.violations() == []


async def test_a_withdrawn_application_frees_its_booth_for_the_next(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), about(ApplicationWithdrawn, "a"))
    assert (await fair.told())[-2:] == [("BoothReleased", "a"), ("BoothOffered", "b")]
    assert (await fair.place("a")).outcome is Outcome.WITHDRAWN
    assert await fair.violations() == []


async def test_a_revoked_application_that_waits_leaves_the_line_without_a_word(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"), about(ApplicationRevoked, "b"))
    offer = await fair.offer_of("a")
    await fair.harness.run(answers.decline_offer, offer.offer_id)
    assert (await fair.told())[-1] == ("BoothOffered", "c")
    assert await fair.violations() == []


async def test_the_withdrawal_of_an_application_never_accepted_changes_nothing(fair: Fair):
    await fair.open()
    before = await fair.told()
    await fair.harness.deliver(about(ApplicationWithdrawn, "a"))
    assert await fair.told() == before


async def test_new_dates_ask_open_offers_and_confirmed_holders_again(fair: Fair):
    await fair.open(booth_target=2)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    first = await fair.offer_of("a")
    await fair.harness.run(answers.confirm_offer, first.offer_id)
    await fair.harness.deliver(about(EditionSuspended))
    fair.harness.clock.set(fair.harness.clock.now() + timedelta(days=100))
    await fair.harness.deliver(about(EditionRescheduled, new=NEW_DATES))
    assert (await fair.told())[-3:] == [("BoothOffered", "a"), ("BoothReleased", "b"), ("BoothOffered", "b")]
    again = await fair.offer_of("a")
    assert again.booth_codes == first.booth_codes
    assert again.reasons[0].code == "asked_again"
    assert [event.reason_code for event in await fair.harness.emitted(BoothReleased)] == ["asked_again"]
    assert (await fair.place("a")).outcome is Outcome.OFFERED
    await fair.harness.run(answers.decline_offer, again.offer_id)
    assert (await fair.told())[-1] == ("BoothOffered", "c")
    assert await fair.violations() == []


async def test_what_came_free_during_a_suspension_is_offered_after_it(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), about(EditionSuspended))
    offer = await fair.offer_of("a")
    await fair.harness.run(answers.decline_offer, offer.offer_id)
    assert (await fair.told())[-1] == ("BoothDeclined", "a")
    await fair.harness.deliver(about(EditionRescheduled, new=NEW_DATES))
    assert (await fair.told())[-1] == ("BoothOffered", "b")
    assert await fair.violations() == []


async def test_fewer_booths_send_the_last_in_standing_to_the_front_of_the_line(fair: Fair):
    await fair.open(booth_target=3)
    await fair.harness.deliver(*(accepted(name) for name in "abcd"))
    cut = about(EditionCapacityChanged, booth_target=1, zones=[])
    await fair.harness.deliver(cut)
    assert (await fair.told())[-4:] == [
        ("BoothReleased", "c"),
        ("BoothReleased", "b"),
        ("ApplicationWaitlisted", "b"),
        ("ApplicationWaitlisted", "c"),
    ]
    positions = [event.position for event in (await fair.harness.emitted(ApplicationWaitlisted))[-2:]]
    assert positions == [1, 2]
    told = (await fair.harness.emitted(ApplicationWaitlisted))[-2:]
    assert [event.released_booth_codes for event in told] == [
        event.booth_codes for event in reversed((await fair.harness.emitted(BoothReleased))[-2:])
    ]
    assert all(event.legal_document == cut.legal_document is not None for event in told)
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=2, zones=[]))
    assert (await fair.told())[-1] == ("BoothOffered", "b")
    assert await fair.violations() == []


async def test_a_zone_that_shrinks_moves_nobody_of_another(fair: Fair):
    await fair.open([*street(2, "A"), *street(2, "B")])
    await fair.harness.deliver(*(accepted(name, zones=["A"] if name in "ab" else ["B"]) for name in "abcd"))
    shrunk = about(EditionCapacityChanged, booth_target=3, zones=[{"zone_code": "A", "capacity": 1}])
    await fair.harness.deliver(shrunk)
    assert [(await fair.place(name)).outcome for name in "abcd"] == [
        Outcome.OFFERED,
        Outcome.WAITLISTED,
        Outcome.OFFERED,
        Outcome.OFFERED,
    ]
    assert await fair.violations() == []


async def test_a_floor_is_spared_by_a_cut(fair: Fair):
    await fair.open(booth_target=2, quotas=[quota("country:foreign", floor=1)])
    await fair.harness.deliver(accepted("a"), accepted("b", province=None))
    await fair.harness.deliver(about(EditionCapacityChanged, booth_target=1, zones=[]))
    assert (await fair.place("b")).outcome is Outcome.OFFERED
    assert (await fair.place("a")).outcome is Outcome.WAITLISTED


async def test_a_cancelled_edition_gives_all_places_back_and_closes_the_others(fair: Fair):
    await fair.open(booth_target=2)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of("a")).offer_id)
    await fair.harness.deliver(about(EditionCancelled))
    assert [event.reason_code for event in await fair.harness.emitted(BoothReleased)] == ["edition_cancelled"] * 2
    assert [event.application_id for event in await fair.harness.emitted(ApplicationClosedUnplaced)] == [id_of("c")]
    await fair.harness.deliver(accepted("d"))
    assert (await fair.told())[-1] == ("ApplicationClosedUnplaced", "d")
    assert await fair.violations() == []


async def test_an_edition_that_ends_takes_open_offers_back_and_leaves_holders_theirs(fair: Fair):
    await fair.open(booth_target=2)
    await fair.harness.deliver(accepted("a"), accepted("b"), accepted("c"))
    await fair.harness.run(answers.confirm_offer, (await fair.offer_of("a")).offer_id)
    await fair.harness.deliver(about(RegistrationClosed), about(EditionStarted), about(EditionEnded))
    assert (await fair.told())[-2:] == [("BoothReleased", "b"), ("ApplicationClosedUnplaced", "c")]
    assert (await fair.place("a")).outcome is Outcome.CONFIRMED
    assert await fair.violations() == []


async def test_everything_delivered_again_from_the_start_changes_nothing(fair: Fair):
    await fair.open(booth_target=1)
    await fair.harness.deliver(accepted("a"), accepted("b"), about(ApplicationWithdrawn, "a"), about(EditionSuspended))
    before = await fair.told()
    for _ in range(5):
        await fair.harness.deliver_all_again()
    assert await fair.told() == before


@pytest.mark.parametrize("policy", ["first_come", "optimal_at_close"])
async def test_events_one_by_one_and_in_one_batch_come_to_the_same(fair: Fair, policy: str):
    """A reopened registration included: what was closed goes on."""
    await fair.open(allocation_policy=policy, booth_target=2)
    events = [
        accepted("a"),
        accepted("b", points=700),
        about(RegistrationClosed),
        about(RegistrationOpened),
        accepted("c", points=600),
        about(ApplicationWithdrawn, "a"),
    ]
    for event in events:
        await fair.harness.deliver(event)
    one_by_one = [(await fair.place(name)).outcome for name in "abc"]
    assert one_by_one[0] is Outcome.WITHDRAWN
    expected = Outcome.OFFERED if policy == "first_come" else Outcome.AWAITING
    assert one_by_one[1:] == [expected, expected]
    assert (await fair.place("a")).edition_id == EDITION
