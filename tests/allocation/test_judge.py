"""The judge itself: each rule is seen broken once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from tests.allocation.conftest import about, accepted, announced, id_of, quota
from tests.allocation.judge import judge
from tests.factories import sample

from common.contracts.allocation import (
    AllocationRunCompleted,
    AllocationRunReleased,
    ApplicationClosedUnplaced,
    ApplicationWaitlisted,
    BoothConfirmed,
    BoothMoved,
    BoothOffered,
    BoothOfferExpired,
    BoothReleased,
    FloorPlanPublished,
)
from common.contracts.base import Event
from common.contracts.registration import (
    ApplicationWithdrawn,
    EditionEnded,
    EditionRescheduled,
    EditionSuspended,
    RegistrationOpened,
)

START = datetime(2020, 7, 1, tzinfo=UTC)
BOOTHS = [
    {"booth_code": code, "zone_code": "A", "area_m2": 9.0, "corner": False, "power_sockets": 1, "x": x, "y": 0.0}
    for x, code in enumerate(("A1", "A2"))
]
PLAN = about(FloorPlanPublished, booths=BOOTHS)
NEW = {"from": "2020-10-09", "to": "2020-10-12"}


def log(*events: Event) -> list[dict[str, Any]]:
    """Return events as they would stand in the logs, an hour after each other; each caused by the one before it."""
    found: list[dict[str, Any]] = []
    for number, event in enumerate(events, start=1):
        found.append(
            {
                "id": str(uuid4()),
                "type": event.event_type(),
                "subject": event.subject,
                "time": (START + timedelta(hours=number)).isoformat(),
                "sequence": str(number),
                "causationid": found[-1]["id"] if found else "",
                "data": event.model_dump(mode="json", by_alias=True),
            }
        )
    return found


def offered(name: str, *booths: str, hours: int = 72) -> BoothOffered:
    ids: dict[str, Any] = {"application_id": id_of(name), "offer_id": id_of(f"offer to {name}")}
    return about(BoothOffered, **ids, booth_codes=list(booths), reply_by_at=START + timedelta(hours=hours))


def answered(kind: type[Event], name: str, *booths: str) -> Event:
    return about(kind, application_id=id_of(name), offer_id=id_of(f"offer to {name}"), booth_codes=list(booths))


def released(name: str, reason_code: str, *booths: str) -> Event:
    return about(BoothReleased, application_id=id_of(name), booth_codes=list(booths), reason_code=reason_code)


def waiting(name: str, **changes: Any) -> Event:
    return about(ApplicationWaitlisted, application_id=id_of(name), **changes)


BEGINNING = [announced(quotas=[quota("province:01", floor=1, ceiling=1)]), PLAN, accepted("a"), accepted("b")]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([offered("a", "A1"), offered("b", "A1")], "booth A1 has 2 holders"),
        ([offered("a", "A1", "A2")], "holds more than granted"),
        ([offered("a", "Z9")], "booth Z9 is on no plan"),
        ([offered("c", "A1")], "never accepted"),
        ([offered("a", "A1"), offered("a", "A1")], "second offer while one is open"),
        ([offered("a", "A1", hours=8), answered(BoothConfirmed, "a", "A1")], ""),
        (
            [offered("a", "A1", hours=6), about(RegistrationOpened), answered(BoothConfirmed, "a", "A1")],
            "after the deadline",
        ),
        ([offered("a", "A1"), answered(BoothOfferExpired, "a", "A1")], "expires before its time"),
        ([answered(BoothConfirmed, "a", "A1")], "an answer to no open offer"),
        ([offered("a", "A1"), answered(BoothConfirmed, "a", "A2")], "the answer names other booths"),
        ([waiting("a"), waiting("b", reasons=[])], "without a reason"),
        ([offered("a", "A1"), waiting("a")], "one offered is put on the waiting list"),
        ([about(ApplicationClosedUnplaced, "a")], "closed before the edition is over"),
        ([offered("a", "A1"), about(EditionSuspended), answered(BoothOfferExpired, "a", "A1")], "while the edition is"),
        ([offered("a", "A1"), about(EditionRescheduled, new=NEW), waiting("b"), waiting("b")], "not asked again"),
        (
            [offered("a", "A1"), about(EditionRescheduled, new=NEW), released("a", "asked_again", "A1"), waiting("b")],
            "not followed by its offer",
        ),
        (
            [offered("a", "A1"), about(ApplicationWithdrawn, "a"), waiting("b"), waiting("b")],
            "is gone and holds booths",
        ),
        ([offered("a", "A1"), about(EditionEnded)], "is offered after the edition is over"),
        ([about(AllocationRunReleased)], "not completed or did not pass"),
        ([about(AllocationRunCompleted), about(AllocationRunReleased)], "the seed is not the one committed to"),
    ],
)
def test_a_broken_rule_is_named(events: list[Event], words: str):
    found = judge(log(*BEGINNING, *events))
    assert any(words in violation for violation in found) if words else found == []


def test_a_ceiling_passed_is_named():
    events = [accepted("c", province="01"), accepted("d", province="01"), offered("c", "A1"), offered("d", "A2")]
    assert any("province:01 holds 2 of 1" in violation for violation in judge(log(*BEGINNING, *events)))


def test_a_floor_missed_in_silence_is_named():
    seed = {"seed": "hn-2020-2", "seed_commitment": None}
    run = sample(AllocationRunCompleted, edition_id=BEGINNING[0].edition_id, **seed)
    release = sample(AllocationRunReleased, edition_id=BEGINNING[0].edition_id)
    events = [accepted("c", province="01"), run, release, offered("a", "A1"), waiting("c"), waiting("b"), waiting("b")]
    assert any("province:01 lacks 1 of its floor" in violation for violation in judge(log(*BEGINNING, *events)))


def moved(name: str, old: str, new: str) -> Event:
    return about(BoothMoved, application_id=id_of(name), old_booth_codes=[old], new_booth_codes=[new])


@pytest.mark.parametrize(
    ("moves", "causes", "words"),
    [
        ([("a", "A1", "A2"), ("b", "A2", "A1")], "xx", ""),
        (
            [("a", "A1", "A2"), ("b", "A2", "A1")],
            "xy",
            "booth A2 has 2 holders",
        ),  # two steps: between them both hold A2
        ([("a", "A1", "A2")], "x", "booth A2 has 2 holders"),
        ([("a", "A2", "A1"), ("b", "A2", "A1")], "xx", "a move from other booths"),
        ([("c", "A1", "A2")], "x", "one awaiting is moved"),
    ],
)
def test_moves_of_one_cause_are_one_step_and_those_of_two_are_not(moves: list[Any], causes: str, words: str):
    held = [accepted("c"), offered("a", "A1"), answered(BoothConfirmed, "a", "A1"), offered("b", "A2")]
    events = log(*BEGINNING, *held, answered(BoothConfirmed, "b", "A2"), *(moved(*each) for each in moves))
    for event, cause in zip(events[-len(moves) :], causes, strict=True):
        event["causationid"] = cause
    found = judge(events)
    assert any(words in violation for violation in found) if words else found == []
