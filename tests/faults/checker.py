"""The judge of a round: twelve invariants over its evidence. It shares no code with the services."""

from collections.abc import Callable, Iterator

from tests.faults import check_delivery as delivery
from tests.faults import check_figures as figures
from tests.faults import check_memories as memories
from tests.faults import check_offsets as offsets
from tests.faults import check_promises as promises
from tests.faults.check_faults import find_missed
from tests.faults.check_holding import check_places
from tests.faults.check_notices import check_notices
from tests.faults.evidence import Evidence

INVARIANTS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "I1": promises.check_acknowledged,
    "I2": delivery.check_effects,
    "I3": memories.check_memories,
    "I4": check_places,
    "I5": delivery.check_logs,
    "I6": promises.check_reports,
    "I7": check_notices,
    "I8": offsets.check_offsets,
    "I9": memories.check_counts,
    "I10": delivery.check_privacy,
    "I11": delivery.check_recoveries,
    "I12": promises.check_runs,
}


MISSED = "faults"


def find_unjudged(evidence: Evidence) -> list[str]:
    """Return what cannot be judged, by invariant in words; whoever tells the verdict tells it too."""
    return [*offsets.find_unjudged(evidence), *figures.find_unjudged(evidence)]


def judge(evidence: Evidence) -> dict[str, list[str]]:
    """Return what is wrong, by invariant, and which faults never happened; nothing is in it where all is well."""
    found = {name: list(check(evidence)) for name, check in INVARIANTS.items()}
    found[MISSED] = list(find_missed(evidence))
    return {name: problems for name, problems in found.items() if problems}
