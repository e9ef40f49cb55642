"""The services are at rest only when nothing is queued, unpublished, unread or due."""

from datetime import UTC, datetime, timedelta

import pytest

from scenario.doors.quiet import earliest_due, find_open_points
from scenario.doors.system import SERVICES, Json, StoryFailedError

NOW = datetime(2020, 8, 5, 2, tzinfo=UTC)


def at_rest(**changes: object) -> Json:
    return {
        "busy": 0,
        "outbox": 0,
        "log_position": 7,
        "published": 7,
        "parked": 0,
        "timers": [{"name": "expire", "last_run_at": NOW.isoformat()}],
        "keys": {"edition": 7},
        "consumed": {},
        "next_due_at": None,
        **changes,
    }


def statuses(**changes: Json) -> dict[str, Json]:
    read = {f"/ocop/{service}": {"edition": 7} for service in SERVICES}
    of = {service: at_rest() for service in SERVICES}
    of["allocation"]["consumed"] = {"/ocop/registration": read["/ocop/registration"]}
    of["notifications"]["consumed"] = {name: read[name] for name in ("/ocop/registration", "/ocop/allocation")}
    of["reporting"]["consumed"] = {name: read[name] for name in read if name != "/ocop/reporting"}
    return {**of, **changes}


def test_services_that_have_done_all_are_at_rest():
    assert find_open_points(statuses(), NOW) == []


@pytest.mark.parametrize(
    "change",
    [
        {"busy": 1},
        {"outbox": 2},
        {"published": 6},
        {"timers": [{"name": "expire", "last_run_at": None}]},
        {"timers": [{"name": "expire", "last_run_at": (NOW - timedelta(seconds=1)).isoformat()}]},
        {"keys": {"edition": 8}},
        {"keys": {"edition": 7, "other": 1}},
    ],
)
def test_one_open_thing_is_enough_to_wait_for(change: Json):
    assert len(find_open_points(statuses(registration=at_rest(**change)), NOW)) >= 1


def test_housekeeping_is_not_waited_for():
    tidying = {"name": "forget", "tidies": True, "last_run_at": None}

    assert find_open_points(statuses(registration=at_rest(timers=[tidying])), NOW) == []


def test_an_owner_whose_events_nobody_has_read_yet_is_not_overlooked():
    unread = statuses(allocation=at_rest(consumed={}))

    assert any("allocation" in point and "registration" in point for point in find_open_points(unread, NOW))


def test_what_was_read_of_an_owner_counts_over_its_epochs():
    early, late = {"/ocop/registration": {"edition": 5}}, {"/ocop/registration/2": {"edition": 7}}

    assert find_open_points(statuses(allocation=at_rest(consumed=early | late)), NOW) == []
    assert find_open_points(statuses(allocation=at_rest(consumed=early)), NOW) != []


def test_a_parked_subject_ends_the_play():
    with pytest.raises(StoryFailedError, match="parked"):
        find_open_points(statuses(reporting=at_rest(parked=1)), NOW)


def test_the_earliest_deadline_of_all_services_is_next():
    later, sooner = NOW + timedelta(days=3), NOW + timedelta(days=1)
    found = statuses(
        allocation=at_rest(next_due_at=later.isoformat()), notifications=at_rest(next_due_at=sooner.isoformat())
    )

    assert earliest_due(found) == sooner
    assert earliest_due(statuses()) is None
