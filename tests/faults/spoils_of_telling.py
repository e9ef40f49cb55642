"""Ways in which what was asked for, and acknowledged, is not what was done or told, each found by I1."""

from typing import Any

from tests.faults.evidence import Evidence
from tests.faults.spoiling import log, spoils
from tests.faults.spoils_of_upsets import ABOUT, HELD, NEW_DATES, free, leave, nobody_is_asked_again, notice, tell
from tests.faults.states import APPLICATION, EDITION, OTHER


@spoils("I1")
def new_dates_are_told_twice(evidence: Evidence) -> None:
    nobody_is_asked_again(evidence)
    evidence.of("allocation", "places")[0]["offer_id"] = OTHER
    tell(evidence, "registration", "edition_rescheduled", NEW_DATES)


def _command(evidence: Evidence, how: str) -> None:
    evidence.history.append({"at": 5, "what": how, "kind": "edition_suspension", "edition_id": EDITION})


@spoils("I1")
def an_acknowledged_suspension_is_told_to_nobody(evidence: Evidence) -> None:
    _command(evidence, "ok")
    evidence.of("registration", "edition_acts").append({"edition_id": EDITION, "act": "suspend"})


@spoils("I1")
def a_refused_suspension_is_told(evidence: Evidence) -> None:
    _command(evidence, "failed")
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
    evidence.of("registration", "edition_acts").clear()


@spoils("I1")
def an_acknowledged_suspension_is_kept_nowhere(evidence: Evidence) -> None:
    _command(evidence, "ok")
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})


def _ended(evidence: Evidence, kind: str, how: str = "ok", **about: Any) -> None:
    evidence.history.append({"at": 5, "what": how, "kind": kind, **ABOUT, **about})


@spoils("I1")
def an_acknowledged_check_in_left_no_event(evidence: Evidence) -> None:
    _ended(evidence, "check_in", on="2020-07-24")


@spoils("I1")
def a_refused_no_show_is_told(evidence: Evidence) -> None:
    _ended(evidence, "no_show", "failed", on="2020-07-24")
    tell(evidence, "allocation", "booth_no_show", {**HELD, "on": "2020-07-24"})


@spoils("I1")
def an_acknowledged_re_offer_took_nothing_back(evidence: Evidence) -> None:
    _ended(evidence, "re_offer")
    tell(evidence, "allocation", "booth_released", {**HELD, "reason_code": "application_withdrawn"})
    free(evidence, "released")


@spoils("I1")
def an_acknowledged_return_left_no_event(evidence: Evidence) -> None:
    _ended(evidence, "return")


@spoils("I1")
def an_acknowledged_rejection_was_told_twice(evidence: Evidence) -> None:
    _ended(evidence, "reject")
    for _ in range(2):
        tell(evidence, "registration", "application_rejected", ABOUT)
    free(evidence, "released")


@spoils("I1")
def a_change_is_not_in_what_was_handed_in(evidence: Evidence) -> None:
    for event in log(evidence, "registration"):
        if event["name"] == "application_submitted":
            event["data"] = {**event["data"], "revision": 1, "products": [{"name": "Chè số 1"}]}
    submit = next(one for one in evidence.history if one.get("kind") == "submit")
    submit["revision"] = 1
    change = {"at": 0, "what": "ok", "kind": "change", "application_id": APPLICATION, "product": "Chè số 2"}
    evidence.history.insert(0, change)


@spoils("I1")
def a_swap_is_done_and_nobody_moved(evidence: Evidence) -> None:
    sides = {
        "one": {"application_id": APPLICATION, "gives": ["A1"]},
        "other": {"application_id": OTHER, "gives": ["A2"]},
    }
    _ended(evidence, "consent", answer={"swap_id": OTHER, "state": "done", **sides})


@spoils("I1")
def an_acknowledged_edition_is_gone(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "ok", "kind": "edition", "answer": {"edition_id": OTHER}})


@spoils("I1")
def a_release_that_a_new_offer_tells_has_a_notice_of_its_own(evidence: Evidence) -> None:
    tell(evidence, "allocation", "booth_released", {**HELD, "reason_code": "asked_again"})
    free(evidence, "released")


@spoils("I1")
def who_takes_part_is_not_told_of_a_suspension(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
    evidence.of("notifications", "notices").pop()


@spoils("I1")
def who_takes_part_is_told_twice_of_a_suspension(evidence: Evidence) -> None:
    event_id = tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
    evidence.of("notifications", "notices").append({**notice("edition_suspended", event_id), "notice_id": "again"})


@spoils("I1")
def who_had_left_is_told_of_a_suspension(evidence: Evidence) -> None:
    leave(evidence, "application_withdrawn", "withdrawn")
    tell(evidence, "allocation", "booth_released", {**HELD, "reason_code": "application_withdrawn"})
    free(evidence, "withdrawn")
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})


def look_between(evidence: Evidence, **memory: int) -> None:
    """Let somebody look at what notifications has taken in of each owner, before it takes in the rest."""
    look = next(one for one in evidence.looks if one["service"] == "notifications")
    taken = {f"/ocop/{owner} {EDITION}": last for owner, last in memory.items()}
    evidence.history.append({**look, "memory": taken})


def suspend_unheard(evidence: Evidence) -> None:
    """Suspend the edition, and tell nobody."""
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
    evidence.of("notifications", "notices").pop()


def lose(evidence: Evidence) -> None:
    tell(evidence, "allocation", "booth_declined", HELD)
    free(evidence, "declined")


@spoils("I1")
def who_lost_its_place_later_is_not_told_of_a_suspension(evidence: Evidence) -> None:
    suspend_unheard(evidence)
    look_between(evidence, registration=4, allocation=2)
    lose(evidence)


@spoils("I1")
def who_had_a_place_again_is_not_told_of_a_suspension(evidence: Evidence) -> None:
    lose(evidence)
    tell(evidence, "allocation", "booth_offered", {**HELD, "offer_id": OTHER, "run_id": None})
    look_between(evidence, registration=3, allocation=4)
    suspend_unheard(evidence)


@spoils("I1")
def new_dates_in_force_are_told_again_after_a_lost_answer(evidence: Evidence) -> None:
    move_again(evidence)


def move_again(evidence: Evidence, *between: str) -> None:
    """Let new dates be told, something else, and the same dates once more by a try that hung; each holder is asked each time."""
    nobody_is_asked_again(evidence)
    evidence.history[-1]["doubts"] = 1
    for act in between:
        _command(evidence, "ok")
        tell(evidence, "registration", f"edition_{act}", {"edition_id": EDITION})
        evidence.of("registration", "edition_acts").append({"edition_id": EDITION, "act": "suspend"})
    evidence.of("registration", "edition_acts").append({"edition_id": EDITION, "act": "reschedule"})
    tell(evidence, "registration", "edition_rescheduled", NEW_DATES)
