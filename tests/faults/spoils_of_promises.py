"""Ways in which what people were promised is broken, each under the invariant that must find it."""

from tests.faults.evidence import Evidence
from tests.faults.spoiling import add, log, spoils
from tests.faults.states import APPLICATION, EDITION, ENTRY, NOTICE, OFFER, OTHER, RUN, VISITS, event


@spoils("I1")
def an_acknowledged_submission_left_no_event(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "ok", "kind": "submit", "application_id": OTHER})


@spoils("I1")
def an_acknowledged_confirmation_had_two_effects(evidence: Evidence) -> None:
    data = {"edition_id": EDITION, "application_id": APPLICATION, "offer_id": OFFER, "booth_codes": ["A1"]}
    add(evidence, "allocation", "booth_confirmed", APPLICATION, data)


@spoils("I1")
def a_confirmation_of_unknown_end_had_two_effects(evidence: Evidence) -> None:
    an_acknowledged_confirmation_had_two_effects(evidence)
    confirm = next(one for one in evidence.history if one.get("kind") == "confirm")
    confirm["what"] = "unknown"
    notices = evidence.of("notifications", "notices")  # everybody was told of both: nothing else is wrong
    notices.append({**notices[-1], "notice_id": OTHER, "about_id": log(evidence, "allocation")[-1]["event_id"]})


@spoils("I1")
def figures_of_unknown_end_were_entered_twice(evidence: Evidence) -> None:
    figures = next(one for one in evidence.history if one["what"] == "ok" and one["kind"] == "figures")
    figures["what"] = "unknown"
    data = {**log(evidence, "reporting")[0]["data"], "entry_id": OTHER, "replaces_entry_id": ENTRY}
    add(evidence, "reporting", "day_figures_recorded", OTHER, data)
    rows = evidence.of("reporting", "day_entries")
    rows.append({**rows[0], "entry_id": OTHER})
    rows[0]["is_current"] = False


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
def acknowledged_figures_are_told_with_another_value(evidence: Evidence) -> None:
    log(evidence, "reporting")[0]["data"]["visits"] = {**VISITS["visits"], "value": 6}
    evidence.of("reporting", "day_entries")[0]["figures"] = {"visits": {**VISITS["visits"], "value": 6}}


@spoils("I1")
def a_vendor_was_not_told(evidence: Evidence) -> None:
    evidence.of("notifications", "notices").pop()


@spoils("I1")
def a_vendor_has_two_notices_of_one_event(evidence: Evidence) -> None:
    notices = evidence.of("notifications", "notices")
    notices.append({**notices[1], "notice_id": "again"})


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
    data = {**log(evidence, "reporting")[0]["data"], "entry_id": OTHER, "replaces_entry_id": ENTRY}
    add(evidence, "reporting", "day_figures_recorded", OTHER, data)


@spoils("I6")
def a_stored_figure_is_another(evidence: Evidence) -> None:
    evidence.of("reporting", "day_entries")[0]["figures"] = {"visits": {**VISITS["visits"], "value": 6}}


@spoils("I6")
def a_figure_was_lost_from_its_entry(evidence: Evidence) -> None:
    evidence.of("reporting", "day_entries")[0]["figures"] = {}


@spoils("I6")
def a_figure_is_stored_for_another_booth(evidence: Evidence) -> None:
    evidence.of("reporting", "day_entries")[0]["code"] = "A2"


@spoils("I7")
def a_mail_came_twice_without_a_doubt(evidence: Evidence) -> None:
    evidence.mails.append(evidence.mails[0])


def _doubt(evidence: Evidence, times: int) -> None:
    """Let the first notice have had unknown outcomes, each told."""
    evidence.of("notifications", "notices")[0]["unknowns"] = times
    for _ in range(times):
        add(evidence, "notifications", "notice_outcome_unknown", NOTICE, {"edition_id": EDITION, "notice_id": NOTICE})


@spoils("I7")
def a_mail_came_five_times_in_doubt(evidence: Evidence) -> None:
    _doubt(evidence, 4)
    evidence.mails += [evidence.mails[0]] * 4


@spoils("I7")
def a_mail_came_three_times_in_one_doubt(evidence: Evidence) -> None:
    _doubt(evidence, 1)
    evidence.mails += [evidence.mails[0]] * 2


@spoils("I7")
def a_mail_was_sent_again_before_its_doubt_was_told(evidence: Evidence) -> None:
    evidence.of("notifications", "notices")[0]["unknowns"] = 1
    evidence.mails.append(evidence.mails[0])


@spoils("I7")
def a_mail_in_doubt_was_sent_again_under_another_id(evidence: Evidence) -> None:
    _doubt(evidence, 1)
    evidence.mails.append((f"{NOTICE}@example.net", "somebody"))


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


@spoils("I12")
def the_same_run_gives_other_places(evidence: Evidence) -> None:
    evidence.resolved[RUN] = {"placements": {APPLICATION: ["B4"]}}
