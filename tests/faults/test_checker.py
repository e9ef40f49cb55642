"""The checker is itself checked: for every invariant each planted violation is found, and a good round passes."""

import random
from dataclasses import replace

import pytest
from tests.faults import (
    bodies,
    spoils_of_delivery,
    spoils_of_faults,
    spoils_of_offsets,
    spoils_of_promises,
    spoils_of_telling,
    spoils_of_upsets,
)
from tests.faults.check_offsets import GONE, NOT_SEEN
from tests.faults.checker import INVARIANTS, MISSED, find_unjudged, judge
from tests.faults.evidence import CONTACTS, Evidence
from tests.faults.gather import PLANTED
from tests.faults.spoiling import SPOILS, add, send_unreadable
from tests.faults.states import EDITION, NOTICE, VENDOR, well

# Each registers what it spoils.
SPOILERS = (
    *(spoils_of_delivery, spoils_of_faults, spoils_of_offsets),
    *(spoils_of_promises, spoils_of_telling, spoils_of_upsets),
)


def test_a_round_in_which_all_is_well_passes():
    assert judge(well()) == {}


@pytest.mark.parametrize("name", SPOILS)
def test_a_planted_violation_is_found(name: str):
    invariant, spoil = SPOILS[name]
    evidence = well()
    spoil(evidence)
    assert invariant in judge(evidence)


def test_two_who_change_booths_at_once_hold_one_each():
    evidence = well()
    spoils_of_upsets.swap_back(evidence)
    assert "I4" not in judge(evidence)


def test_a_holder_that_is_asked_again_for_its_booth_by_new_dates_passes():
    evidence = well()
    spoils_of_upsets.ask_again(evidence)
    assert "I4" not in judge(evidence)


def test_an_act_that_was_asked_again_after_a_lost_answer_may_have_come_to_work_twice():
    evidence = well()
    about = {"kind": "edition_suspension", "edition_id": EDITION}
    for _ in range(2):
        spoils_of_upsets.tell(evidence, "registration", "edition_suspended", {"edition_id": EDITION})
        evidence.of("registration", "edition_acts").append({"edition_id": EDITION, "act": "suspend"})
    evidence.history.append({"at": 5, "what": "ok", **about})
    assert list(judge(evidence)) == ["I1"]
    evidence.history[-1]["doubts"] = 1
    assert judge(evidence) == {}


def spoilt_look(**more: object) -> tuple[Evidence, dict[str, object]]:
    """Return a round with one more look at allocation, which is bad if it is judged."""
    evidence = well()
    look = next(entry for entry in evidence.history if entry["what"] == "committed")
    spoilt = {**look, "memory": {}, **more}
    evidence.history.append(spoilt)
    return evidence, spoilt


def test_offsets_on_an_emptied_broker_are_judged_by_what_it_holds_since():
    evidence, look = spoilt_look(broker_life=2, offsets={"ocop.registration.events/0": 1})
    evidence.broker_keeps = False
    evidence.history += [{"at": 5, "what": "broker_began", "life": 2}]
    assert list(judge(evidence)) == ["I8"]
    told = [f"I8: 2 of 3 looks at committed offsets, {GONE}", f"I8: 1 of 1 looks at offsets of contacts, {GONE}"]
    assert find_unjudged(evidence) == told
    look["memory"] = {f"/ocop/registration {EDITION}": 2}
    assert judge(evidence) == {}


def test_a_place_that_is_carried_over_to_an_emptied_broker_is_told_as_not_judged_until_the_reader_begins_anew():
    evidence, look = spoilt_look(broker_life=2)
    evidence.history += [{"at": 5, "what": "broker_began", "life": 2}]
    assert judge(evidence) == {}
    assert find_unjudged(evidence)[0] == f"I8: 3 of 3 looks at committed offsets, {GONE}"
    begun_anew = {**look, "offsets": {"ocop.registration.events/0": 0}}
    evidence.history += [begun_anew, dict(look)]
    assert list(judge(evidence)) == ["I8"]
    assert find_unjudged(evidence)[0] == f"I8: 3 of 5 looks at committed offsets, {GONE}"


def test_offsets_on_a_broker_that_is_gone_are_told_as_not_judged():
    evidence, _ = spoilt_look()
    evidence.history += [{"at": 10, "what": "broker_began", "life": 2}]
    assert judge(evidence) == {}
    told = [f"I8: 3 of 3 looks at committed offsets, {GONE}", f"I8: 1 of 1 looks at offsets of contacts, {GONE}"]
    assert find_unjudged(evidence) == told


def test_offsets_before_a_loss_of_records_are_told_as_not_judged_and_those_of_contacts_are_judged():
    evidence, look = spoilt_look(at=4)
    evidence.history += [{"at": 5, "what": "records_lost", "positions": {"registration": 0}}]
    assert judge(evidence) == {}
    assert find_unjudged(evidence) == [f"I8: 1 of 3 looks at committed offsets, {GONE}"]
    look["at"] = 6
    assert list(judge(evidence)) == ["I8"]


def test_a_round_whose_offsets_nobody_looked_at_says_so():
    evidence = well()
    assert find_unjudged(evidence) == []
    evidence.history = [entry for entry in evidence.history if entry["what"] != "committed"]
    told = ["I8: nobody looked at committed offsets", "I8: nobody looked at offsets of contacts"]
    assert find_unjudged(evidence) == told


def test_an_offset_may_pass_a_contact_that_is_set_aside_or_known_as_told_later():
    evidence = well()
    look = next(one for one in evidence.looks if one["service"] == "notifications")
    look["contacts"] = {VENDOR: "2020-07-02T00:00:00+00:00"}
    assert judge(evidence) == {}
    look["contacts"], look["kept"] = {}, [f"{CONTACTS}/0/0"]
    assert judge(evidence) == {}


def test_an_offset_may_pass_an_unreadable_record_whose_dead_letter_is_stored_and_others_are_told_as_not_judged():
    evidence = well()
    send_unreadable(evidence)
    assert judge(evidence) == {}
    assert find_unjudged(evidence) == [f"I8: 2 of 3 offsets of unreadable records, {NOT_SEEN}"]
    look = next(one for one in evidence.looks if one["service"] == "allocation")
    look["dead_ends"], look["dead_waiting"] = {"0": 0}, ["ocop.registration.events/0/3"]
    assert judge(evidence) == {}


def test_a_mail_of_unknown_outcome_may_come_once_more():
    evidence = well()
    evidence.of("notifications", "notices")[0]["unknowns"] = 1
    add(evidence, "notifications", "notice_outcome_unknown", NOTICE, {"edition_id": EDITION, "notice_id": NOTICE})
    evidence.mails.append(evidence.mails[0])
    assert judge(evidence) == {}


def test_a_contact_that_was_told_again_late_counts_by_its_time():
    evidence = well()
    [contact] = evidence.topics[CONTACTS]
    earlier = replace(contact, headers={"ce_time": "2020-06-30T00:00:00Z"}, value=b"{}", offset=1)
    evidence.topics[CONTACTS] = [contact, earlier]
    assert judge(evidence) == {}


def test_whatever_is_personal_in_the_load_is_looked_for():
    who, vendor = bodies.contact("an"), bodies.application("Gian", 1, random.Random(1))["vendor"]
    for text in (who["display_name"], who["email"], who["phone"], vendor["address"], vendor["representative"]):
        assert any(word in text for word in PLANTED)


def test_a_recovery_that_was_in_time_when_the_same_was_done_again_passes():
    evidence = well()
    recovered = next(one for one in evidence.history if one["what"] == "recovered")
    recovered["seconds"] = 31.0
    evidence.history.append({**recovered, "again": True, "seconds": 9.0})
    assert judge(evidence) == {}


def test_a_fault_that_happened_when_it_was_tried_once_more_and_one_that_is_not_possible_here_are_not_missed():
    evidence = well()
    recovered = next(one for one in evidence.history if one["what"] == "recovered")
    evidence.history.append({**recovered, "number": "0 once more"})
    recovered["happened"] = False
    fault = {"at": 5, "fault": "disk_full", "detail": ""}
    evidence.history += [
        {"at": 0, "what": "planned", "faults": ["disk_full", "hot_key"]},  # the latter was left out for want of time
        {**fault, "what": "fault"},
        {"at": 5, "what": "not_possible", "fault": "disk_full", "why": "needs root"},
    ]
    assert judge(evidence) == {}


def test_a_round_without_a_rebuild_says_so():
    evidence = well()
    evidence.history = [one for one in evidence.history if one["what"] not in {"rebuilt", "after_rebuild"}]
    assert find_unjudged(evidence) == ["I6: reporting was not rebuilt"]


def test_every_invariant_has_a_planted_violation():
    assert {invariant for invariant, _ in SPOILS.values()} == {*INVARIANTS, MISSED}
    assert {spoil.__module__ for _, spoil in SPOILS.values()} == {module.__name__ for module in SPOILERS}
