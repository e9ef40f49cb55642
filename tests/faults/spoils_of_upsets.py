"""Ways in which what befalls an edition or an application has not what must follow from it, each under its invariant."""

from typing import Any

from tests.faults.evidence import Evidence, Row
from tests.faults.spoiling import add, log, spoils
from tests.faults.states import APPLICATION, EDITION, OFFER, OTHER, VENDOR

ABOUT = {"edition_id": EDITION, "application_id": APPLICATION, "vendor_id": VENDOR}
HELD = {**ABOUT, "offer_id": OFFER, "booth_codes": ["A1"]}
MOVED = {**ABOUT, "old_booth_codes": ["A1"], "new_booth_codes": ["A2"], "reason_code": "swap", "run_id": None}
NEW_DATES = {"edition_id": EDITION, "new": {"from": "2020-10-09", "to": "2020-10-12"}}


def tell(evidence: Evidence, owner: str, name: str, data: dict[str, Any], cause: str = "") -> str:
    """Let a service tell an event with everything that follows but what is to be missed; return its id."""
    subject = data.get("application_id", EDITION)
    add(evidence, owner, name, subject, data, cause)
    event_id = str(log(evidence, owner)[-1]["event_id"])
    if owner == "registration" and name.startswith("edition_"):
        evidence.of("reporting", "edition_steps").append({"event_id": event_id})
    evidence.of("notifications", "notices").append(notice(name, event_id))
    return event_id


def notice(name: str, event_id: str, recipient: str = VENDOR) -> Row:
    notice_id = f"{name} {event_id} {recipient}"
    told = {"purpose": name, "about_id": event_id, "recipient_kind": "vendor", "recipient_id": recipient}
    return {"notice_id": notice_id, **told, "state": "suppressed", "unknowns": 0}


def free(evidence: Evidence, outcome: str) -> None:
    """Let the one place be stored as held by nobody."""
    evidence.of("allocation", "held_booths").clear()
    evidence.of("allocation", "places")[0].update(outcome=outcome, booth_codes=[])
    evidence.of("reporting", "places")[0].update(state=outcome, booth_codes=[])


def hold(evidence: Evidence, booth: str) -> None:
    evidence.of("allocation", "held_booths")[0]["booth_code"] = booth
    for service in ("allocation", "reporting"):
        evidence.of(service, "places")[0]["booth_codes"] = [booth]


def swap_back(evidence: Evidence) -> None:
    """Let another hold A2, and both change booths at once."""
    evidence.of("allocation", "applications").append({"application_id": OTHER, "province_code": "01"})
    other = {**HELD, "application_id": OTHER, "vendor_id": OTHER, "booth_codes": ["A2"], "run_id": None}
    tell(evidence, "allocation", "booth_offered", other)
    tell(evidence, "allocation", "booth_moved", MOVED, "request")
    back = {**MOVED, "application_id": OTHER, "old_booth_codes": ["A2"], "new_booth_codes": ["A1"]}
    tell(evidence, "allocation", "booth_moved", back, "request")
    hold(evidence, "A2")
    held = evidence.of("allocation", "held_booths")
    held.append({**held[0], "booth_code": "A1", "application_id": OTHER})
    for service, name, value in (("allocation", "outcome", "offered"), ("reporting", "state", "offered")):
        place = {"application_id": OTHER, "edition_id": EDITION, "booth_codes": ["A1"], name: value}
        evidence.of(service, "places").append(place)


@spoils("I4")
def a_holder_moves_to_a_booth_that_another_holds(evidence: Evidence) -> None:
    swap_back(evidence)
    log(evidence, "allocation")[-1]["cause"] = "another request"


@spoils("I4")
def a_holder_moved_and_is_stored_where_it_was(evidence: Evidence) -> None:
    tell(evidence, "allocation", "booth_moved", MOVED)


@spoils("I4")
def a_holder_moves_from_a_booth_that_it_does_not_hold(evidence: Evidence) -> None:
    tell(evidence, "allocation", "booth_moved", {**MOVED, "old_booth_codes": ["B1"]})


@spoils("I4")
def a_booth_is_given_back_by_who_does_not_hold_it(evidence: Evidence) -> None:
    tell(evidence, "allocation", "booth_declined", {**HELD, "booth_codes": ["B1"]})


@spoils("I4")
def more_booths_are_held_than_a_cut_left(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_capacity_changed", {"edition_id": EDITION, "booth_target": 0, "zones": []})


@spoils("I4")
def more_booths_of_a_zone_are_held_than_a_cut_left(evidence: Evidence) -> None:
    plan = {"edition_id": EDITION, "booths": [{"booth_code": "A1", "zone_code": "A"}]}
    cut = {"edition_id": EDITION, "booth_target": 9, "zones": [{"zone_code": "A", "capacity": 0}]}
    tell(evidence, "allocation", "floor_plan_published", plan)
    tell(evidence, "registration", "edition_capacity_changed", cut)


@spoils("I4")
def more_booths_were_held_for_a_moment_than_a_cut_had_left(evidence: Evidence) -> None:
    size = {"edition_id": EDITION, "booth_target": 1, "zones": []}
    cut = tell(evidence, "registration", "edition_capacity_changed", size)
    tell(evidence, "allocation", "application_waitlisted", {**ABOUT, "application_id": OTHER}, cut)
    other = {**HELD, "application_id": OTHER, "booth_codes": ["A2"], "run_id": None}
    tell(evidence, "allocation", "booth_offered", other)
    tell(evidence, "allocation", "booth_declined", other)


@spoils("I4")
def somebody_holds_a_booth_of_a_cancelled_edition(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_cancelled", {"edition_id": EDITION})


@spoils("I4")
def somebody_waits_in_an_edition_that_is_over(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_ended", {"edition_id": EDITION})
    evidence.of("allocation", "places").append(
        {"application_id": OTHER, "edition_id": EDITION, "outcome": "waitlisted"}
    )
    evidence.of("allocation", "places")[-1]["booth_codes"] = []
    evidence.of("reporting", "places").append({"application_id": OTHER, "state": "waitlisted", "booth_codes": []})


@spoils("I4")
def a_booth_is_offered_after_the_end(evidence: Evidence) -> None:
    end = tell(evidence, "registration", "edition_ended", {"edition_id": EDITION})
    tell(evidence, "allocation", "application_closed_unplaced", {**ABOUT, "application_id": OTHER}, end)
    other = {**HELD, "application_id": OTHER, "booth_codes": ["A2"], "run_id": None}
    tell(evidence, "allocation", "booth_offered", other)
    tell(evidence, "allocation", "booth_declined", other)


def leave(evidence: Evidence, name: str, state: str) -> None:
    tell(evidence, "registration", name, ABOUT)
    evidence.of("registration", "applications")[0]["state"] = state
    evidence.of("reporting", "applications")[0]["state"] = state


@spoils("I4")
def who_was_revoked_holds_a_booth(evidence: Evidence) -> None:
    leave(evidence, "application_revoked", "revoked")


@spoils("I4")
def who_has_withdrawn_holds_a_booth(evidence: Evidence) -> None:
    leave(evidence, "application_withdrawn", "withdrawn")


def _stand_still(evidence: Evidence, after: dict[str, str]) -> None:
    note = {"at": 5, "what": "stood_still", "edition_id": EDITION, "before": {OFFER: "open"}, "after": after}
    evidence.history.append(note)


@spoils("I4")
def an_offer_expired_while_its_edition_was_suspended(evidence: Evidence) -> None:
    _stand_still(evidence, {OFFER: "expired"})


@spoils("I4")
def an_offer_expired_that_new_dates_should_have_released(evidence: Evidence) -> None:
    _stand_still(evidence, {OFFER: "open"})
    tell(evidence, "allocation", "booth_offer_expired", HELD)
    free(evidence, "expired")


@spoils("I4")
def an_offer_was_made_while_its_edition_was_suspended(evidence: Evidence) -> None:
    _stand_still(evidence, {OFFER: "open", OTHER: "open"})


@spoils("I4")
def somebody_was_rejected_by_nobody_while_its_edition_was_suspended(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
    tell(evidence, "registration", "application_rejected", {**ABOUT, "application_id": OTHER})


def ask_again(evidence: Evidence, booth: str = "A1", times: int = 1) -> None:
    """Tell new dates, and ask the holder again by them."""
    dates = tell(evidence, "registration", "edition_rescheduled", NEW_DATES)
    other = {**ABOUT, "application_id": OTHER, "vendor_id": OTHER}
    tell(evidence, "allocation", "application_waitlisted", other, dates)
    for _ in range(times):
        offer = {
            **HELD,
            "offer_id": OTHER,
            "booth_codes": [booth],
            "run_id": None,
            "reasons": [{"code": "asked_again"}],
        }
        tell(evidence, "allocation", "booth_offered", offer, dates)


@spoils("I4")
def a_holder_is_asked_again_for_another_booth(evidence: Evidence) -> None:
    ask_again(evidence, booth="A2")


@spoils("I4")
def a_holder_is_asked_again_twice(evidence: Evidence) -> None:
    ask_again(evidence, times=2)


@spoils("I4")
def a_holder_is_not_asked_again(evidence: Evidence) -> None:
    ask_again(evidence, times=0)


@spoils("I4")
def nobody_is_asked_again(evidence: Evidence) -> None:
    tell(evidence, "registration", "edition_rescheduled", NEW_DATES)
    evidence.of("allocation", "places")[0]["offer_id"] = OFFER
    about = {"edition_id": EDITION, "first_on": "2020-10-09", "held": {APPLICATION: OFFER}}
    evidence.history.append({"at": 5, "what": "ok", "kind": "edition_rescheduling", **about})
    evidence.of("registration", "edition_acts").append({"edition_id": EDITION, "act": "reschedule"})
