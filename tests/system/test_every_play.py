"""What holds after every play, judged from the outside: the small fair, and the full one with roll-outs meanwhile."""

import json
from collections import Counter

import pytest
from tests.allocation.judge import judge
from tests.system.conftest import ROLL_OUTS, MakeKafka, Played
from tests.system.recount import Json, name_of, recount

from scenario.doors.mailbox import read_heads

ROLLED = pytest.mark.real_kafka(reason="the embedded broker takes one member per group")
pytestmark = [pytest.mark.system, pytest.mark.timeout(900)]


PLAYS = ("small_fair", "first_come_fair", *(pytest.param(name, marks=ROLLED) for name in ROLL_OUTS))


@pytest.fixture(scope="module", params=PLAYS)
def played(request: pytest.FixtureRequest, make_kafka: MakeKafka) -> Played:
    found: Played = request.getfixturevalue(request.param)
    return found


def reports(played: Played) -> list[Json]:
    return [event["data"] for event in played.events("reporting") if name_of(event) == "report_issued"]


def test_who_came_first_was_offered_a_place_before_the_close_and_no_run_was_made(first_come_fair: Played):
    names = [name_of(event) for event in first_come_fair.events("allocation")]
    assert {"booth_offered", "booth_confirmed", "application_waitlisted", "booth_checked_in"} <= set(names)
    assert "allocation_run_completed" not in names
    closed = next(e["time"] for e in first_come_fair.events("registration") if name_of(e) == "registration_closed")
    first = next(e["time"] for e in first_come_fair.events("allocation") if name_of(e) == "booth_offered")
    assert first < closed


def test_every_log_is_numbered_without_gaps_and_in_order(played: Played):
    for service, events in played.all_events.items():
        assert [int(event["sequence"]) for event in events] == list(range(1, len(events) + 1)), service
        by_key: dict[str, int] = {}
        for event in events:
            key = event["data"].get("edition_id") or event["subject"]
            by_key[key] = by_key.get(key, 0) + 1
            assert int(event["keysequence"]) == by_key[key], (service, event["id"])
        assert [event["time"] for event in events] == sorted(event["time"] for event in events), service


def test_the_allocation_log_keeps_its_rules_at_every_position(played: Played):
    events = played.all_events

    assert judge([*events["registration"], *events["allocation"]]) == []


def test_the_figures_of_every_report_can_be_recounted_from_the_events(played: Played):
    events = played.all_events
    for report in reports(played):
        on = report["covers"]["from"] if report["kind"] == "daily" else None
        expected = recount(events, report["positions"], on)
        assert report["figures"] == {name: expected.get(name, "not recounted") for name in report["figures"]}
        assert report["kind"] == "daily" or report["figures"].keys() == expected.keys()


def test_each_notice_is_one_mail(played: Played):
    delivered = [event["data"] for event in played.events("notifications") if name_of(event) == "notice_delivered"]
    told = Counter((data["purpose"], data["about_id"], data["recipient"]["id"], data["channel"]) for data in delivered)
    assert max(told.values()) == 1
    assert max(Counter(data["notice_id"] for data in delivered).values()) == 1

    message_ids = [str(mail["Message-ID"]) for _, mail in read_heads(played.out / "mail")]
    assert len(set(message_ids)) == len(message_ids)
    by_mail = [data for data in delivered if data["channel"] == "email"]
    assert len(message_ids) == len(by_mail)


def test_everyone_whose_application_was_accepted_was_told_so(played: Played):
    accepted = {
        (event["id"], event["data"]["vendor_id"])
        for event in played.events("registration")
        if name_of(event) == "application_accepted"
    }
    told = {
        (event["data"]["about_id"], event["data"]["recipient"]["id"])
        for event in played.events("notifications")
        if event["data"]["purpose"] == "application_accepted" and name_of(event) == "notice_delivered"
    }
    assert accepted <= told


def test_no_public_event_has_anything_personal(played: Played):
    planted: set[str] = set()
    for row in played.scenario.applicants:
        contact = row.contact
        planted |= {contact.display_name, contact.email, contact.phone or "", (contact.phone or "")[3:]}
        planted |= {row.address or "", row.representative or "", row.tax_id or ""}
    for agency in played.scenario.agencies:
        if agency.contact:
            planted |= {agency.contact.display_name, agency.contact.email, agency.contact.phone or ""}
    planted.discard("")
    for service, events in played.all_events.items():
        text = json.dumps(events, ensure_ascii=False)
        assert [word for word in planted if word in text] == [], service
