"""What the checker lets pass, since nobody can know in which order it came to work: who was told, new dates, a last cut."""

import pytest
from tests.faults import spoils_of_telling, spoils_of_upsets
from tests.faults.checker import judge
from tests.faults.evidence import Evidence
from tests.faults.states import APPLICATION, EDITION, OTHER, VENDOR, well


def set_aside(evidence: Evidence, subject: str, table: str = "parked_audit") -> None:
    """Let notifications have parked, for a while or still, what registration told of a subject."""
    parked = {"source": "/ocop/registration", "key": EDITION, "subject": subject}
    evidence.services["notifications"].tables[table] = [parked]


@pytest.mark.parametrize("memory", [{"registration": 3, "allocation": 2}, {"registration": 3, "allocation": 3}])
def test_who_lost_its_place_when_notifications_heard_of_a_suspension_need_not_be_told(memory: dict[str, int]):
    evidence = well()
    spoils_of_telling.lose(evidence)
    spoils_of_telling.look_between(evidence, **memory)
    spoils_of_telling.suspend_unheard(evidence)
    assert judge(evidence) == {}


def test_what_was_set_aside_says_nothing_of_who_was_to_be_told():
    evidence = well()
    spoils_of_telling.who_lost_its_place_later_is_not_told_of_a_suspension(evidence)
    set_aside(evidence, EDITION)
    assert "I1" not in judge(evidence)


def test_whose_news_were_parked_when_an_edition_was_suspended_must_have_been_told_all_the_same():
    evidence = well()
    spoils_of_telling.suspend_unheard(evidence)
    set_aside(evidence, APPLICATION)
    assert "I1" in judge(evidence)


def test_who_lost_its_place_while_its_news_were_parked_need_not_be_told_of_a_suspension_before():
    evidence = well()
    spoils_of_telling.who_lost_its_place_later_is_not_told_of_a_suspension(evidence)
    for other in (OTHER, VENDOR):
        set_aside(evidence, other)
        assert "I1" in judge(evidence)
    set_aside(evidence, APPLICATION)
    assert "I1" not in judge(evidence)


def test_whose_withdrawal_was_parked_when_an_edition_was_suspended_may_be_told():
    evidence = well()
    spoils_of_telling.who_had_left_is_told_of_a_suspension(evidence)
    assert "I1" in judge(evidence)
    set_aside(evidence, APPLICATION, "parked_messages")
    assert "I1" not in judge(evidence)


def test_new_dates_may_be_told_again_by_a_try_that_hung_over_a_suspension():
    evidence = well()
    spoils_of_telling.move_again(evidence, "suspended")
    assert "I1" not in judge(evidence)


def test_a_cut_that_came_to_work_after_the_round_and_that_allocation_has_not_heard_of_bounds_nobody():
    evidence = well()
    size = {"edition_id": EDITION, "booth_target": 9, "zones": []}
    spoils_of_upsets.tell(evidence, "registration", "edition_announced", size)
    spoils_of_upsets.more_booths_are_held_than_a_cut_left(evidence)
    assert "I4" in judge(evidence)
    [memory] = evidence.of("allocation", "inbox")
    memory["last"] -= 1
    assert "I4" not in judge(evidence)
    assert "I3" in judge(evidence)
