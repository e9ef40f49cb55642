"""Ways in which a good round goes bad, each under the invariant that must find it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.faults.evidence import Evidence, Record
from tests.faults.states import (
    APPLICATION,
    EDITION,
    ENTRY,
    NOTICE,
    OFFER,
    OTHER,
    PLANTED,
    RUN,
    event,
    record,
)

Spoil = Callable[[Evidence], Any]
SPOILS: dict[str, tuple[str, Spoil]] = {}


def spoils(invariant: str) -> Callable[[Spoil], Spoil]:
    """Register a way in which a good round goes bad under the invariant that must find it."""

    def register(spoil: Spoil) -> Spoil:
        SPOILS[spoil.__name__] = (invariant, spoil)
        return spoil

    return register


def log(evidence: Evidence, service: str) -> list[dict[str, Any]]:
    return evidence.services[service].log


def add(evidence: Evidence, service: str, name: str, subject: str, data: dict[str, Any], cause: str = "") -> None:
    """Let a service tell one more event, complete with everything that delivery does with it."""
    rows = log(evidence, service)
    row = event(len(rows) + 1, name, subject, data, cause)
    rows.append(row)
    evidence.topics[f"ocop.{service}.events"].append(record(service, row, len(rows) - 1))
    evidence.of(service, "event_log_head")[0].update(position=len(rows), published=len(rows))
    evidence.of(service, "event_log_keys")[0]["last"] = len(rows)
    for state in evidence.services.values():
        for memory in state.rows("inbox"):
            if memory["source"] == f"/ocop/{service}":
                memory["last"] = len(rows)


@spoils("I1")
def an_acknowledged_submission_left_no_event(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "ok", "kind": "submit", "application_id": OTHER})


@spoils("I1")
def an_acknowledged_confirmation_had_two_effects(evidence: Evidence) -> None:
    data = {"edition_id": EDITION, "application_id": APPLICATION, "offer_id": OFFER, "booth_codes": ["A1"]}
    add(evidence, "allocation", "booth_confirmed", APPLICATION, data)


@spoils("I1")
def a_refused_decline_had_an_effect(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "failed", "kind": "decline", "offer_id": OTHER})
    add(evidence, "allocation", "booth_declined", OTHER, {"offer_id": OTHER, "booth_codes": []})


@spoils("I1")
def an_acknowledged_application_is_gone(evidence: Evidence) -> None:
    evidence.of("registration", "applications").clear()


@spoils("I1")
def an_accepted_application_did_not_reach_allocation(evidence: Evidence) -> None:
    evidence.of("allocation", "applications").clear()


@spoils("I1")
def acknowledged_figures_are_gone(evidence: Evidence) -> None:
    evidence.of("reporting", "day_entries").clear()


@spoils("I1")
def a_vendor_was_not_told(evidence: Evidence) -> None:
    evidence.of("notifications", "notices").pop()


@spoils("I1")
def a_vendor_has_two_notices_of_one_event(evidence: Evidence) -> None:
    notices = evidence.of("notifications", "notices")
    notices.append({**notices[1], "notice_id": "again"})


@spoils("I2")
def a_reader_lost_an_effect(evidence: Evidence) -> None:
    evidence.of("reporting", "edition_steps").clear()


@spoils("I2")
def a_reader_has_an_effect_of_nothing(evidence: Evidence) -> None:
    evidence.of("reporting", "edition_steps").append({"event_id": OTHER})


@spoils("I2")
def a_reader_answered_one_event_twice(evidence: Evidence) -> None:
    first = log(evidence, "allocation")[0]
    add(evidence, "allocation", first["name"], first["subject"], first["data"], first["cause"])


@spoils("I2")
def a_request_sent_twice_was_answered_otherwise(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "duplicate", "kind": "apply", "end": "ok", "same": False})


@spoils("I3")
def a_memory_is_behind(evidence: Evidence) -> None:
    evidence.of("notifications", "inbox")[0]["last"] -= 1


@spoils("I3")
def a_memory_is_ahead(evidence: Evidence) -> None:
    evidence.of("notifications", "inbox")[0]["last"] += 1


@spoils("I4")
def a_booth_had_two_holders_for_a_moment(evidence: Evidence) -> None:
    rows = log(evidence, "allocation")
    rows.insert(1, event(2, "booth_offered", OTHER, {**rows[0]["data"], "application_id": OTHER}))


@spoils("I4")
def a_ceiling_was_passed(evidence: Evidence) -> None:
    evidence.of("allocation", "applications").append({"application_id": OTHER, "province_code": "48"})
    data = {"edition_id": EDITION, "application_id": OTHER, "offer_id": OTHER, "booth_codes": ["A2"], "run_id": None}
    add(evidence, "allocation", "booth_offered", OTHER, data)


@spoils("I4")
def a_booth_is_stored_for_somebody_else(evidence: Evidence) -> None:
    evidence.of("allocation", "held_booths")[0]["application_id"] = OTHER


@spoils("I4")
def the_released_run_places_otherwise(evidence: Evidence) -> None:
    evidence.of("allocation", "runs")[0]["result"]["placements"][APPLICATION] = ["B4"]


@spoils("I5")
def a_message_is_left_in_the_outbox(evidence: Evidence) -> None:
    evidence.services["allocation"].tables["outbox"] = [{"id": 1}]


@spoils("I5")
def a_position_is_missing(evidence: Evidence) -> None:
    log(evidence, "registration")[1]["position"] = 7


@spoils("I5")
def a_number_within_a_key_is_missing(evidence: Evidence) -> None:
    log(evidence, "registration")[2]["key_sequence"] = 7


@spoils("I5")
def an_event_is_in_the_log_twice(evidence: Evidence) -> None:
    log(evidence, "registration")[1]["event_id"] = log(evidence, "registration")[0]["event_id"]


@spoils("I5")
def the_mark_is_behind_the_log(evidence: Evidence) -> None:
    evidence.of("reporting", "event_log_head")[0]["published"] = 0


@spoils("I5")
def an_event_never_came_to_the_topic(evidence: Evidence) -> None:
    evidence.topics["ocop.registration.events"].pop()


@spoils("I5")
def a_topic_tells_a_number_before_the_one_below_it(evidence: Evidence) -> None:
    records = evidence.topics["ocop.registration.events"]
    records[0], records[1] = records[1], records[0]


@spoils("I5")
def a_topic_has_an_event_that_the_log_has_not(evidence: Evidence) -> None:
    row = event(9, "registration_opened", EDITION, {})
    evidence.topics["ocop.registration.events"].append(record("registration", row, 9))


@spoils("I6")
def a_report_shows_another_state(evidence: Evidence) -> None:
    evidence.of("reporting", "applications")[0]["state"] = "submitted"


@spoils("I6")
def a_report_shows_another_booth(evidence: Evidence) -> None:
    evidence.of("reporting", "places")[0]["booth_codes"] = ["B1"]


@spoils("I6")
def a_report_lacks_an_attendance(evidence: Evidence) -> None:
    evidence.of("reporting", "attendances").clear()


@spoils("I6")
def figures_count_that_were_replaced(evidence: Evidence) -> None:
    data = {"entry_id": OTHER, "visits": {"value": 6}, "replaces_entry_id": ENTRY}
    add(evidence, "reporting", "day_figures_recorded", OTHER, data)


@spoils("I7")
def a_mail_came_twice_without_a_doubt(evidence: Evidence) -> None:
    evidence.mails.append(evidence.mails[0])


@spoils("I7")
def a_delivered_notice_has_no_mail(evidence: Evidence) -> None:
    evidence.mails.clear()


@spoils("I7")
def a_mail_came_that_nobody_asked_for(evidence: Evidence) -> None:
    evidence.mails.append((f"{OTHER}@example.org", "somebody"))


@spoils("I7")
def a_notice_is_still_being_sent(evidence: Evidence) -> None:
    evidence.of("notifications", "notices")[0]["state"] = "sending"


@spoils("I7")
def a_paid_channel_was_tried(evidence: Evidence) -> None:
    evidence.of("notifications", "deliveries").append({"notice_id": NOTICE, "channel": "sms", "number": 1})


@spoils("I8")
def an_offset_ran_ahead_of_the_memory_for_a_moment(evidence: Evidence) -> None:
    look = next(entry for entry in evidence.history if entry["what"] == "committed")
    look["memory"][f"/ocop/registration {EDITION}"] = 1


@spoils("I9")
def an_event_is_nowhere(evidence: Evidence) -> None:
    evidence.of("allocation", "inbox")[0]["last"] -= 1


@spoils("I9")
def a_message_waits_behind_nothing(evidence: Evidence) -> None:
    row = {"source": "/ocop/registration", "key": EDITION, "subject": APPLICATION}
    evidence.services["allocation"].tables["parked_messages"] = [row]


@spoils("I9")
def a_subject_is_parked_for_ever(evidence: Evidence) -> None:
    row = {"source": "/ocop/registration", "key": EDITION, "subject": APPLICATION}
    evidence.services["allocation"].tables["parked"] = [row]


@spoils("I9")
def an_unreadable_record_left_no_dead_letter(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "unreadable", "records": 1})


@spoils("I10")
def a_name_is_on_a_public_topic(evidence: Evidence) -> None:
    records = evidence.topics["ocop.registration.events"]
    records[0] = replace(records[0], value=f'{{"name": "{PLANTED}"}}'.encode())


@spoils("I10")
def a_name_is_in_a_dead_letter(evidence: Evidence) -> None:
    evidence.topics["ocop.allocation.dlq"].append(Record("ocop.allocation.dlq", 0, 0, PLANTED, {}, None))


@spoils("I10")
def a_name_is_in_a_log(evidence: Evidence) -> None:
    evidence.texts["allocation-001.log"] += PLANTED


@spoils("I11")
def a_service_never_came_back(evidence: Evidence) -> None:
    entry = {"at": 5, "what": "not_recovered", "fault": "kill", "detail": "", "target": "allocation", "behind": ["x"]}
    evidence.history.append(entry)


@spoils("I11")
def a_service_took_too_long(evidence: Evidence) -> None:
    next(entry for entry in evidence.history if entry["what"] == "recovered")["level_seconds"] = 31.0


@spoils("I11")
def the_round_never_came_to_rest(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "not_quiet", "open": ["allocation: 1 runs open"]})


@spoils("I12")
def the_same_run_gives_other_places(evidence: Evidence) -> None:
    evidence.resolved[RUN] = {"placements": {APPLICATION: ["B4"]}}
