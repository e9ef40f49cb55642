"""Counts a report's figures again from the public events alone; shares nothing with the services."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Json = dict[str, Any]
Figure = dict[str, Any] | None

DELTA = {"01", "26", "27", "30", "31", "33", "34", "35", "36", "37"}
CENTRE = {
    "38",
    "40",
    "42",
    "44",
    "45",
    "46",
    "48",
    "49",
    "51",
    "52",
    "54",
    "56",
    "58",
    "60",
    "62",
    "64",
    "66",
    "67",
    "68",
}
THEMES = {"red_river_delta": DELTA, "central_highlands": CENTRE}
LOOSENESS = ("exact", "more_than", "nearly", "about", "estimated")
WORDS = ("organiser", "inspector", "vendor")


def name_of(event: Json) -> str:
    return event["type"].split(".")[2]


@dataclass
class Counted:
    """What a reader remembers who has read the events up to the report's positions."""

    target: int = 0
    days: tuple[date, date] | None = None
    actual: tuple[date, date] | None = None
    theme: set[str] = field(default_factory=set[str])
    zone_of: dict[str, str] = field(default_factory=dict[str, str])
    accepted: dict[str, Json] = field(default_factory=dict[str, Json])
    manned: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    entries: dict[str, Json] = field(default_factory=dict[str, Json])

    def read(self, event: Json) -> None:
        """Take one event in, whoever told it."""
        self._read_edition(name_of(event), event["data"])
        self._read_place(name_of(event), event["data"])

    def _read_edition(self, name: str, data: Json) -> None:
        match name:
            case "edition_announced":
                self.target = data["booth_target"]
                self.days = _days(data["planned"])
                self.theme = set(data.get("theme_province_codes") or THEMES[data["theme_region"]])
            case "edition_capacity_changed":
                self.target = data["booth_target"]
            case "edition_rescheduled":
                self.days = _days(data["new"])
            case "edition_ended":
                self.actual = _days(data["actual"])
            case _:
                pass

    def _read_place(self, name: str, data: Json) -> None:
        match name:
            case "floor_plan_published":
                self.zone_of = {booth["booth_code"]: booth["zone_code"] for booth in data["booths"]}
            case "application_accepted":
                self.accepted[data["application_id"]] = data
            case "booth_checked_in":
                for booth in data["booth_codes"]:
                    self.manned[data["on"], booth] = data["application_id"]
            case "booth_no_show":
                for booth in data["booth_codes"]:
                    self.manned.pop((data["on"], booth), None)
            case "day_figures_recorded":
                self.entries.pop(data["replaces_entry_id"], None)
                self.entries[data["entry_id"]] = data
            case _:
                pass


def _days(period: Json) -> tuple[date, date]:
    return date.fromisoformat(period["from"]), date.fromisoformat(period["to"])


def recount(events: dict[str, list[Json]], positions: dict[str, int], on: str | None = None) -> dict[str, Figure]:
    """Return every figure that follows from the events up to the positions; with ``on`` those of one day."""
    counted = Counted()
    for found in events.values():
        for event in found:
            if int(event["sequence"]) <= positions.get(event["source"], 0):
                counted.read(event)
    if on is not None:
        counted.manned = {place: who for place, who in counted.manned.items() if place[0] == on}
        counted.entries = {key: entry for key, entry in counted.entries.items() if entry["on"] == on}
    return {name: value for count in (_booths, _vendors, _products, _sums) for name, value in count(counted).items()}


def _exact(value: int) -> Figure:
    return {"value": value, "qualifier": "exact", "is_estimate": False}


def _booths(counted: Counted) -> dict[str, Figure]:
    first = {booth: who for (_, booth), who in sorted(counted.manned.items(), reverse=True)}
    hanoi = sum(counted.accepted[who]["vendor"]["province_code"] == "01" for who in first.values())
    reported = {
        entry["booth_code"]
        for entry in counted.entries.values()
        if (entry["on"], entry["booth_code"]) in counted.manned
    }
    figures = {
        "booths_planned": _exact(counted.target),
        "booths_actual": _exact(len(first)),
        "booths_actual__hanoi": _exact(hanoi),
        "booths_actual__other": _exact(len(first) - hanoi),
        "fill_rate": _exact((2000 * len(first) + counted.target) // (2 * counted.target)),
    }
    for zone in set(counted.zone_of.values()):
        inside = sum(counted.zone_of[booth] == zone for booth in first)
        if inside:
            figures[f"booths_actual__{zone.lower()}"] = _exact(inside)
    if first:
        figures["coverage"] = _exact((2000 * len(reported) + len(first)) // (2 * len(first)))
    return figures


def _there(counted: Counted) -> dict[str, Json]:
    return {counted.accepted[who]["vendor_id"]: counted.accepted[who] for who in counted.manned.values()}


def _vendors(counted: Counted) -> dict[str, Figure]:
    there = _there(counted).values()
    figures = {"vendors": _exact(len(there))}
    types = [one["vendor"]["vendor_type"] for one in there]
    figures |= {f"vendors__{kind}": _exact(types.count(kind)) for kind in set(types)}
    foreign = [one for one in there if one["vendor"]["country"] != "VN"]
    figures |= {"vendors__foreign": _exact(len(foreign))} if foreign else {}
    provinces = {one["vendor"]["province_code"] for one in there} - {None}
    theme = (provinces & counted.theme) - {"01"}
    return figures | {
        "provinces": _exact(len(provinces)),
        "provinces__hanoi": _exact(len(provinces & {"01"})),
        "provinces__theme": _exact(len(theme)),
        "provinces__other": _exact(len(provinces - theme - {"01"})),
    }


def _products(counted: Counted) -> dict[str, Figure]:
    assert counted.days is not None
    last = (counted.actual or counted.days)[1].isoformat()
    products = {
        product["product_id"]: product for one in _there(counted).values() for product in one["products"]
    }.values()
    starred = [one for one in products if one["stars"] >= 3 and (one["certificate_valid_to"] or "") >= last]
    figures = {
        f"ocop_products_{stars}_star": _exact(sum(one["stars"] == stars for one in starred)) for stars in (3, 4, 5)
    }
    return figures | {
        "ocop_products": _exact(len(starred)),
        "other_products": _exact(len(products) - len(starred)),
    }


def _sums(counted: Counted) -> dict[str, Figure]:
    figures: dict[str, Figure] = {}
    for measure in ("visits", "sales_vnd", "ocop_sales_vnd", "contracts", "memoranda"):
        parts: list[tuple[str, Json]] = []
        for day in {entry["on"] for entry in counted.entries.values()}:
            said = _said(counted, measure, day)
            parts += _visits(said) if measure == "visits" else _sales(said, counted.zone_of)
        figures[measure] = _sum([figure for _, figure in parts])
        if measure == "sales_vnd":
            for zone in {zone for zone, _ in parts}:
                figures[f"sales_vnd__{zone.lower()}"] = _sum([figure for at, figure in parts if at == zone])
    return figures


def _said(counted: Counted, measure: str, day: str) -> dict[str, dict[str, Json]]:
    """Return what counts at each place: by kind of place, then code."""
    said: dict[str, dict[str, Json]] = {"gate_code": {}, "zone_code": {}, "booth_code": {}}
    for word in reversed(WORDS):
        for entry in counted.entries.values():
            if entry["on"] == day and entry["source"] == word and entry[measure] is not None:
                kind = next(kind for kind in said if entry[kind] is not None)
                said[kind][entry[kind]] = entry[measure]
    return said


def _visits(said: dict[str, dict[str, Json]]) -> list[tuple[str, Json]]:
    return list((said["gate_code"] or said["zone_code"] or said["booth_code"]).items())


def _sales(said: dict[str, dict[str, Json]], zone_of: dict[str, str]) -> list[tuple[str, Json]]:
    """Return what counts of sales, each with its zone."""
    booths = [(zone_of[booth], figure) for booth, figure in said["booth_code"].items()]
    heard = {zone for zone, _ in booths}
    return [*booths, *((zone, figure) for zone, figure in said["zone_code"].items() if zone not in heard)]


def _sum(parts: list[Json]) -> Figure:
    if not parts:
        return None
    used = {part["qualifier"] for part in parts}
    loosest = max(used, key=LOOSENESS.index)
    if {"more_than", "nearly"} <= used and loosest == "nearly":
        loosest = "about"
    return {
        "value": sum(part["value"] for part in parts),
        "qualifier": loosest,
        "is_estimate": any(part["is_estimate"] for part in parts),
    }
