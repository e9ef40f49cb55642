"""Whether the figures of fair days are stored as they were told. Reads evidence alone."""

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


def _figures_of(data: Row) -> Row:
    place = next((kind, data[f"{kind}_code"]) for kind in ("booth", "zone", "gate") if data.get(f"{kind}_code"))
    figures = {name: data[name] for name in MEASURES if data.get(name) is not None}
    return {"on": data["on"], "place": place, "source": data["source"], "figures": figures}


def _stored_figures(row: Row) -> Row:
    return {name: row[name] for name in ("on", "source", "figures")} | {"place": (row["place"], row["code"])}
