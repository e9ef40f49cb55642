"""Whether figures are stored as they were told, and are the same when they are made anew. Reads evidence alone."""

from collections.abc import Iterator

from tests.faults.evidence import Evidence, Row

MEASURES = ("visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda")


def check_figures(evidence: Evidence) -> Iterator[str]:
    """Part of I6: the entries that count are those told last, and each is stored as it was told."""
    told: dict[str, Row] = {}
    current: set[str] = set()
    for event in evidence.events("reporting", "day_figures_recorded"):
        entry_id = str(event["data"]["entry_id"])
        current.discard(str(event["data"].get("replaces_entry_id")))
        current.add(entry_id)
        told[entry_id] = event["data"]
    rows = {row["entry_id"]: row for row in evidence.of("reporting", "day_entries")}
    counting = {entry_id for entry_id, row in rows.items() if row["is_current"]}
    if counting != current:
        yield f"{len(counting ^ current)} day figures count in one place alone"
    for entry_id in sorted(set(rows) & set(told)):
        if _figures_of(told[entry_id]) != _stored_figures(rows[entry_id]):
            yield f"the day figures {entry_id} are stored otherwise than they were told"


def check_rebuilt(evidence: Evidence) -> Iterator[str]:
    """Part of I6: read models made anew from the history are those that grew with it, beside live traffic."""
    for entry in (one for one in evidence.history if one["what"] == "rebuilt"):
        if entry["code"]:
            yield f"the rebuild of reporting ended with code {entry['code']}"
        if not entry["announced"]:
            yield "nothing was told while reporting was rebuilt"
        after = next((one["after"] for one in evidence.history if one["what"] == "after_rebuild"), {})
        for what in sorted(set(entry["before"]) | set(after)):
            before, now = entry["before"].get(what), after.get(what)
            if before != now:
                yield f"{what} of reporting: {before} before the rebuild, {now} after it"


def find_unjudged(evidence: Evidence) -> Iterator[str]:
    """Say whether nobody made the read models anew."""
    if not any(entry["what"] == "rebuilt" for entry in evidence.history):
        yield "I6: reporting was not rebuilt"


def _figures_of(data: Row) -> Row:
    place = next((kind, data[f"{kind}_code"]) for kind in ("booth", "zone", "gate") if data.get(f"{kind}_code"))
    figures = {name: data[name] for name in MEASURES if data.get(name) is not None}
    return {"on": data["on"], "place": place, "source": data["source"], "figures": figures}


def _stored_figures(row: Row) -> Row:
    return {name: row[name] for name in ("on", "source", "figures")} | {"place": (row["place"], row["code"])}
