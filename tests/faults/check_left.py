"""What each acknowledged operation must have left behind, and each refused one not. Reads evidence alone."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.faults.evidence import Evidence, Row


@dataclass(frozen=True)
class Trace:
    """The event that an operation leaves in its owner's log, and the fields by which both are told to belong together.

    ``may_repeat``: what is asked again because no answer came may come to work twice, one after the other. ``reason``: only
    the events that tell it count.
    """

    owner: str
    name: str
    fields: tuple[str, ...]
    may_repeat: bool = False
    reason: str = ""


LEAVES = {
    "submit": Trace("registration", "application_submitted", ("application_id", "revision")),
    "return": Trace("registration", "application_returned", ("application_id",), may_repeat=True),
    "accept": Trace("registration", "application_accepted", ("application_id",)),
    "reject": Trace("registration", "application_rejected", ("application_id",)),
    "revoke": Trace("registration", "application_revoked", ("application_id",)),
    "withdraw": Trace("registration", "application_withdrawn", ("application_id",)),
    "confirm": Trace("allocation", "booth_confirmed", ("offer_id",)),
    "decline": Trace("allocation", "booth_declined", ("offer_id",)),
    "release": Trace("allocation", "allocation_run_released", ("run_id",)),
    "check_in": Trace("allocation", "booth_checked_in", ("application_id", "on")),
    "no_show": Trace("allocation", "booth_no_show", ("application_id", "on")),
    "re_offer": Trace("allocation", "booth_released", ("application_id",), reason="no_show"),
    "edition_rescheduling": Trace("registration", "edition_rescheduled", ("edition_id", "first_on"), may_repeat=True),
}
# Commands to editions that may come again in its life: who tells each, by which event, and as which act it is kept.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "edition_approval": ("registration", "edition_announced", "approve"),
    "edition_opening": ("registration", "registration_opened", "open"),
    "edition_closing": ("registration", "registration_closed", "close"),
    "edition_publication": ("registration", "", "publish"),
    "edition_readiness": ("registration", "", "make_ready"),
    "edition_start": ("registration", "edition_started", "start"),
    "edition_end": ("registration", "edition_ended", "end"),
    "edition_suspension": ("registration", "edition_suspended", "suspend"),
    "edition_rescheduling": ("registration", "edition_rescheduled", "reschedule"),
    "edition_capacity": ("registration", "edition_capacity_changed", "change_capacity"),
    "edition_cancellation": ("registration", "edition_cancelled", "cancel"),
    "floor_plan": ("allocation", "floor_plan_published", ""),
}


def check_left(evidence: Evidence) -> Iterator[str]:
    """Part of I1: what was acknowledged has left its event, once; what was refused has left none."""
    for kind, trace in LEAVES.items():
        yield from _check_trace(evidence, kind, trace)
    for kind, (owner, name, act) in COMMANDS.items():
        yield from _check_command(evidence, kind, owner, name, act)
    yield from _check_dates(evidence)
    yield from _check_changes(evidence)
    yield from _check_swaps(evidence)
    known = {row["edition_id"] for row in evidence.of("registration", "editions")}
    for end in evidence.ended("edition", "ok"):
        if end["answer"]["edition_id"] not in known:
            yield f"the edition {end['answer']['edition_id']} was acknowledged and is not there"


def _check_trace(evidence: Evidence, kind: str, trace: Trace) -> Iterator[str]:
    def key(row: Row) -> str:
        return " ".join(str(row.get(field)) for field in trace.fields)

    told = map(_told, evidence.events(trace.owner, trace.name))
    left = Counter(key(data) for data in told if trace.reason in {"", data.get("reason_code")})
    ok, open_ = (Counter(key(end) for end in evidence.ended(kind, how)) for how in ("ok", "unknown"))
    doubts = _doubts(evidence, kind, key) if trace.may_repeat else Counter[str]()
    for what in ok:
        if not 1 <= left[what] <= 1 + doubts[what]:
            yield f"{kind} of {what} was acknowledged and left {left[what]} {trace.name}"
    for what in set(open_) - set(ok):
        if left[what] > 1 + doubts[what]:
            yield f"{kind} of {what} was asked once, its end is unknown, and it left {left[what]} {trace.name}"
    for what in {key(end) for end in evidence.ended(kind, "failed")} - set(ok) - set(open_):
        if left[what]:
            yield f"{kind} of {what} was refused and left {left[what]} {trace.name}"


def _told(event: Row) -> Row:
    """Return what an event tells, with the first of the new days under the name that operations have for it."""
    new = event["data"].get("new") or {}
    return {**event["data"], "first_on": new.get("from")}


def _doubts(evidence: Evidence, kind: str, key: Callable[[Row], str]) -> Counter[str]:
    """Return how many tries, by what they were about, were told to nobody: each may have worked, late, beside the one that was."""
    found = Counter[str]()
    for how in ("ok", "failed", "unknown"):
        for end in evidence.ended(kind, how):
            found[key(end)] += end.get("doubts", 0)
    return found


def _check_command(evidence: Evidence, kind: str, owner: str, name: str, act: str) -> Iterator[str]:
    """An act to an edition is told, and kept, as often as it was acknowledged; of those that may have worked none or some."""
    ok, open_ = (Counter(str(end["edition_id"]) for end in evidence.ended(kind, how)) for how in ("ok", "unknown"))
    doubts = _doubts(evidence, kind, _edition_of)
    entries = (entry for entry in evidence.history if entry.get("kind") == kind and entry["what"] != "duplicate")
    asked = {_edition_of(entry) for entry in entries}
    left: dict[str, Counter[str]] = {}
    if name:
        left["told"] = Counter(_edition_of(event["data"]) for event in evidence.events(owner, name))
    if act:
        rows = evidence.of("registration", "edition_acts")
        left["kept"] = Counter(row["edition_id"] for row in rows if row["act"] == act)
    for word, times in left.items():
        for edition in sorted(asked):
            if not ok[edition] <= times[edition] <= ok[edition] + open_[edition] + doubts[edition]:
                yield f"{kind} of {edition} was acknowledged {ok[edition]} times and {word} {times[edition]} times"


def _edition_of(row: Row) -> str:
    return str(row["edition_id"])


def _check_dates(evidence: Evidence) -> Iterator[str]:
    """New dates that are in force are not told again, whoever asks; what hung may set them anew after what followed them."""
    announced = evidence.events("registration", "edition_announced")
    in_force = {_edition_of(event["data"]): str(event["data"].get("planned") or "") for event in announced}
    for event in evidence.events("registration", "edition_rescheduled", "edition_suspended"):
        edition, new = _edition_of(event["data"]), str(event["data"].get("new") or "")
        if new and in_force.get(edition) == new:
            yield f"{event['event_id']} tells {edition} new dates that are in force already: {new}"
        in_force[edition] = new


def _check_changes(evidence: Evidence) -> Iterator[str]:
    """A dossier is told as it was changed last before it was handed in; a change of unknown end may have worked."""
    told = {
        (event["subject"], event["data"].get("revision")): [one["name"] for one in event["data"].get("products", ())]
        for event in evidence.events("registration", "application_submitted")
    }
    may: dict[str, set[str]] = {}
    for entry in evidence.history:
        kind, how = entry.get("kind"), entry["what"]
        if how == "invoked" or ("product" not in entry and kind != "submit"):
            continue
        if kind == "apply" and how == "ok":
            may[entry["answer"]["application_id"]] = {entry["product"]}
        elif kind == "change" and how in {"ok", "unknown"}:
            before = may.get(entry["application_id"], set())
            may[entry["application_id"]] = {entry["product"]} | (before if how == "unknown" else set())
        elif kind == "submit" and how in {"ok", "unknown"}:
            products = told.get((entry["application_id"], entry.get("revision")))
            wanted = may.get(entry["application_id"])
            if products and wanted and products[0] not in wanted:
                yield f"{entry['application_id']} was changed to {sorted(wanted)} and handed in with {products[0]}"


def _check_swaps(evidence: Evidence) -> Iterator[str]:
    """A swap that was told to be done has moved each side once, to what the other gave."""
    moves = Counter(
        (event["subject"], *event["data"]["new_booth_codes"])
        for event in evidence.events("allocation", "booth_moved")
        if event["data"]["reason_code"] == "swap"
    )
    for end in evidence.ended("consent", "ok"):
        swap = end["answer"]
        if swap["state"] == "done":
            for side, other in ((swap["one"], swap["other"]), (swap["other"], swap["one"])):
                if moves[side["application_id"], *other["gives"]] != 1:
                    yield f"the swap {swap['swap_id']} is done and {side['application_id']} was not moved once by it"
