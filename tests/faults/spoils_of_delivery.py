"""Ways in which delivery goes wrong, each under the invariant that must find it."""

from dataclasses import replace

from tests.faults.evidence import CONTACTS, Evidence, Record
from tests.faults.spoiling import add, log, spoils
from tests.faults.states import EDITION, OTHER, PLANTED, event, record


@spoils("I2")
def a_reader_lost_an_effect(evidence: Evidence) -> None:
    evidence.of("reporting", "edition_steps").clear()


@spoils("I2")
def a_reader_has_an_effect_of_nothing(evidence: Evidence) -> None:
    evidence.of("reporting", "edition_steps").append({"event_id": OTHER})


@spoils("I2")
def a_step_is_stored_twice(evidence: Evidence) -> None:
    rows = evidence.of("reporting", "edition_steps")
    rows.append(rows[0])


@spoils("I2")
def an_attendance_is_stored_twice(evidence: Evidence) -> None:
    rows = evidence.of("reporting", "attendances")
    rows.append({**rows[0], "booth_code": "B1"})


@spoils("I2")
def a_notice_is_counted_twice(evidence: Evidence) -> None:
    rows = evidence.of("reporting", "notices")
    rows.append(rows[0])


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


@spoils("I3")
def a_memory_is_of_an_epoch_that_nobody_told(evidence: Evidence) -> None:
    row = evidence.of("notifications", "inbox")[0]
    evidence.of("notifications", "inbox").append({**row, "source": f"{row['source']}/2"})


@spoils("I3")
def a_memory_is_of_a_key_that_nobody_told(evidence: Evidence) -> None:
    row = evidence.of("notifications", "inbox")[0]
    evidence.of("notifications", "inbox").append({**row, "key": OTHER, "last": 1})


@spoils("I3")
def a_reader_knows_of_an_epoch_less_than_was_told(evidence: Evidence) -> None:
    log(evidence, "registration")[-1]["source"] += "/1"
    row = evidence.of("allocation", "inbox")[0]
    evidence.of("allocation", "inbox").append({**row, "source": row["source"] + "/1", "last": 2})


@spoils("I3")
def a_contact_did_not_reach_notifications(evidence: Evidence) -> None:
    evidence.of("notifications", "contacts").clear()


@spoils("I3")
def notifications_knows_an_earlier_contact(evidence: Evidence) -> None:
    evidence.of("notifications", "contacts")[0]["email"] = "earlier@example.org"


@spoils("I5")
def the_topic_of_contacts_is_empty(evidence: Evidence) -> None:
    evidence.topics[CONTACTS].clear()


@spoils("I5")
def the_topic_has_an_earlier_contact_alone(evidence: Evidence) -> None:
    [contact] = evidence.topics[CONTACTS]
    evidence.topics[CONTACTS] = [replace(contact, headers={"ce_time": "2020-06-30T00:00:00Z"})]


@spoils("I5")
def the_topic_tells_another_address(evidence: Evidence) -> None:
    [contact] = evidence.topics[CONTACTS]
    evidence.topics[CONTACTS] = [replace(contact, value=b'{"email": "other@example.org"}')]


@spoils("I5")
def nobody_has_a_contact(evidence: Evidence) -> None:
    evidence.of("registration", "contacts").clear()


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
def the_time_of_a_key_goes_back(evidence: Evidence) -> None:
    log(evidence, "registration")[2]["time"] = "2020-06-30T00:00:00+00:00"


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
