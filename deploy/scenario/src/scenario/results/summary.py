"""Sums a play up without ids and times of the machine, so that two plays of one scenario compare byte by byte."""

import json
from collections import Counter
from collections.abc import Iterable

from scenario.doors.system import Json
from scenario.results.folding import Followed, is_told_again, name_of
from scenario.script.scenario import Scenario


def sum_up(scenario: Scenario, state: str, events: dict[str, list[Json]], followed: dict[str, Followed]) -> Json:
    """Return the state that the edition came to, figures, placements by trade name, and counts."""
    allocation = events["allocation"]
    return {
        "scenario": scenario.name,
        "edition": scenario.edition.code,
        "state": state,
        "seed": scenario.seed,
        "applications": _counted(one.state for one in followed.values()),
        "decisions": _names([one for one in events["registration"] if not is_told_again(one)], "application_"),
        "lapses": sum(bool(one["data"].get("lapsed")) for one in events["registration"] if is_told_again(one)),
        "places": _names(allocation, "booth_") | _names(allocation, "application_"),
        "runs": [_run(event["data"]) for event in allocation if name_of(event) == "allocation_run_completed"],
        "placements": {one.trade_name: list(one.booths) for one in _by_name(followed.values()) if one.booths},
        "waiting_list": [
            one.trade_name
            for one in sorted(followed.values(), key=lambda one: (one.position or 0, one.trade_name))
            if one.state in {"waitlisted", "unplaced"}
        ],
        "notices": _notices(events["notifications"]),
        "reports": [_report(event["data"]) for event in events["reporting"] if name_of(event) == "report_issued"],
        "days": sorted(
            {event["data"]["on"] for event in events["reporting"] if name_of(event) == "day_figures_recorded"}
        ),
        "events": {service: len(found) for service, found in events.items()},
    }


def to_text(summary: Json) -> str:
    """Return the summary as it is written: keys in order, one trailing newline."""
    return json.dumps(summary, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))


def _names(events: list[Json], prefix: str) -> dict[str, int]:
    return _counted(name for name in map(name_of, events) if name.startswith(prefix))


def _by_name(followed: Iterable[Followed]) -> list[Followed]:
    return sorted(followed, key=lambda one: (one.trade_name, one.booths))


def _run(data: Json) -> Json:
    kept = ("policy", "status", "objectives", "placed", "waitlisted", "moved")
    return {name: data[name] for name in kept} | {"checker_passed": data["checker"]["passed"]}


def _notices(events: list[Json]) -> dict[str, int]:
    return _counted(f"{event['data']['purpose']}: {name_of(event).removeprefix('notice_')}" for event in events)


def _report(data: Json) -> Json:
    kept = ("kind", "addressee_agency_code", "version", "covers", "number", "notation", "issued_on", "figures")
    return {name: data[name] for name in kept} | {"formats": sorted(file["format"] for file in data["files"])}
