"""Ways in which a system does not come back by itself, or a round is not what it was to be."""

from tests.faults.evidence import Evidence, Row
from tests.faults.spoiling import spoils


def _recovered(evidence: Evidence) -> Row:
    return next(entry for entry in evidence.history if entry["what"] == "recovered")


@spoils("I11")
def a_service_never_came_back(evidence: Evidence) -> None:
    entry = {"at": 5, "what": "not_recovered", "fault": "kill", "detail": "", "target": "allocation", "behind": ["x"]}
    evidence.history.append(entry)


@spoils("I11")
def a_service_took_too_long_and_nobody_tried_again(evidence: Evidence) -> None:
    _recovered(evidence)["seconds"] = 31.0


@spoils("I11")
def a_service_took_too_long_twice(evidence: Evidence) -> None:
    _recovered(evidence)["seconds"] = 31.0
    evidence.history.append({**_recovered(evidence), "again": True, "seconds": 30.5})


@spoils("I11")
def a_service_took_too_long_and_another_step_was_done_again(evidence: Evidence) -> None:
    _recovered(evidence)["seconds"] = 31.0
    evidence.history.append({**_recovered(evidence), "number": "1", "again": True, "seconds": 3.0})


@spoils("I11")
def the_round_never_came_to_rest(evidence: Evidence) -> None:
    evidence.history.append({"at": 5, "what": "not_quiet", "open": ["allocation: 1 runs open"]})


@spoils("faults")
def a_fault_did_not_happen(evidence: Evidence) -> None:
    _recovered(evidence)["happened"] = False


@spoils("faults")
def a_failpoint_was_not_reached(evidence: Evidence) -> None:
    entry = {"at": 5, "number": "1", "fault": "failpoint", "detail": "relay.after_send", "target": "allocation"}
    evidence.history += [
        {"at": 0, "what": "planned", "faults": ["failpoint:relay.after_send"]},
        {**entry, "what": "fault"},
        {**entry, "what": "recovered", "happened": False, "seconds": 3.0},
    ]


@spoils("faults")
def the_end_of_a_migration_was_not_what_was_planned(evidence: Evidence) -> None:
    migration = {"fault": "failpoint", "detail": "migration.before_commit"}
    evidence.history += [
        {"at": 0, "what": "planned", "faults": ["failpoint:migration.before_commit"]},
        {"at": 0, "what": "fault", **migration},
        {"at": 1, "what": "migration_killed", "service": "allocation", "code": 0},
    ]


@spoils("faults")
def a_demanded_fault_was_left_out(evidence: Evidence) -> None:
    evidence.demanded = ("replay",)
    evidence.history.append({"at": 0, "what": "planned", "faults": ["replay", "hot_key"]})


@spoils("I6")
def a_rebuilt_read_model_is_another(evidence: Evidence) -> None:
    next(one for one in evidence.history if one["what"] == "after_rebuild")["after"] = {"places": "2 rows"}


@spoils("I6")
def a_rebuild_failed(evidence: Evidence) -> None:
    next(one for one in evidence.history if one["what"] == "rebuilt")["code"] = 1
