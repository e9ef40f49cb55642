"""Ways in which offsets run ahead and messages are nowhere, each under the invariant that must find it."""

from typing import Any

from tests.faults.evidence import Evidence
from tests.faults.spoiling import send_unreadable, spoils
from tests.faults.states import APPLICATION, EDITION, VENDOR


@spoils("I8")
def an_offset_ran_ahead_of_the_memory_for_a_moment(evidence: Evidence) -> None:
    look = next(entry for entry in evidence.history if entry["what"] == "committed")
    look["memory"][f"/ocop/registration {EDITION}"] = 1


def _look_of(evidence: Evidence, service: str) -> dict[str, Any]:
    return next(one for one in evidence.looks if one["service"] == service)


@spoils("I8")
def an_offset_passed_a_contact_that_nobody_knew(evidence: Evidence) -> None:
    _look_of(evidence, "notifications")["contacts"] = {}


@spoils("I8")
def an_offset_passed_a_contact_of_which_an_earlier_one_was_known(evidence: Evidence) -> None:
    _look_of(evidence, "notifications")["contacts"] = {VENDOR: "2020-06-30T00:00:00+00:00"}


@spoils("I8")
def an_offset_passed_an_unreadable_record_before_its_dead_letter(evidence: Evidence) -> None:
    send_unreadable(evidence)
    _look_of(evidence, "allocation")["dead_ends"] = {"0": 0}


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
