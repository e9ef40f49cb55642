"""Whether a round was what it was to be: the faults happened that were planned. Reads evidence alone."""

import signal
from collections.abc import Iterator

from tests.faults.evidence import Evidence, Row


def find_missed(evidence: Evidence) -> Iterator[str]:
    """Say which planned faults never happened: begun and tried once more in vain, or demanded and left out for want of time.

    What cannot be done on this machine is told elsewhere, and is no fault of the round.
    """
    happened = {_title(entry) for entry in evidence.history if entry.get("happened")}
    happened |= {
        "failpoint:migration.before_commit"
        for entry in evidence.history
        if entry["what"] == "migration_killed" and entry["code"] == -signal.SIGKILL
    }
    kinds = {title.partition(":")[0] for title in happened}
    not_possible = {entry["fault"] for entry in evidence.history if entry["what"] == "not_possible"}
    begun = {_title(entry) for entry in evidence.history if entry["what"] == "fault"}
    planned = {title for entry in evidence.history if entry["what"] == "planned" for title in entry["faults"]}
    for title in sorted(planned - happened):
        name = title.partition(":")[0]
        if name in not_possible:
            continue
        is_demanded = title in evidence.demanded or (name in evidence.demanded and name not in kinds)
        if title in begun:
            yield f"{title} did not happen, also when it was tried once more"
        elif is_demanded:
            yield f"{title} was left out for want of time"


def _title(entry: Row) -> str:
    return f"{entry['fault']}:{entry['detail']}" if entry.get("detail") else str(entry["fault"])
