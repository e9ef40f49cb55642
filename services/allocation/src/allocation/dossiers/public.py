"""The public version of a dossier: numbers for who was refused, and nothing that a person wrote."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from allocation.dossiers import hiding
from allocation.dossiers.domain import Json
from allocation.dossiers.material import Material
from allocation.draws.domain import drawn_number, hand_on, in_standing
from allocation.explanations.domain import Finding
from allocation.explanations.packs import to_words
from allocation.runs.packs import rule_names

POINTS = ("points", "points_needed", "points_missing")
WITHHELD = "Nêu trong hồ sơ đầy đủ. / Told in the full dossier."


def to_public(told: dict[str, Any], material: Material) -> dict[str, Any]:
    """Return what a full dossier tells as anybody may read it."""
    numbers = _number_refused(material)
    for sealed in ("secret", "names"):
        told["draw.json"].pop(sealed, None)
    told["run.json"]["is_public"] = True
    told["input.json"]["applicants"] = shown = _hide_applicants(told["input.json"], numbers, material)
    if unseen := hiding.asked_unseen(material.run.input, shown):
        told["input.json"]["asked_unseen"] = unseen
    told["applicants.json"] = {key: who for key, who in told["applicants.json"].items() if key not in numbers}
    told["reasons.json"] = _hide_reasons(told["reasons.json"], numbers, material, shown)
    for number, each in enumerate(told.get("left_out.json", ()), start=1):
        each |= {"application_id": f"left-out-{number:04}", "trade_name": None}
    for each in told["quotas.json"]:
        del each["asked"]
    _hide_words_of_the_committee(told, numbers)
    release = told["release.json"]
    release["waiting"] = [numbers[key] for key in release["waiting"]]
    release["left"] = [_hide_departure(each, numbers) for each in release["left"]]
    return told


def _number_refused(material: Material) -> dict[str, str]:
    """Return a number for each refused application, by their standing."""
    drawn = hand_on(material.run.input.applicants, material.run.seed or "")
    refused = [each for each in drawn if each.application_id not in material.final]
    ordered = in_standing(tuple(refused), material.run.seed or "")
    return {each.application_id: f"refused-{number:04}" for number, each in enumerate(ordered, start=1)}


def _hide_applicants(told: Json, numbers: Mapping[str, str], material: Material) -> list[Json]:
    """Return the applicants; of who was refused only what rules and draw count, and of few that are alike not even that.

    Nobody is told with its rank in a province's list, but with the number that this gave it. Without any the input is whole.
    """
    if not numbers:
        return list(told["applicants"])
    given, places = material.run.input, material.result.placements
    bounded = {each.group for each in given.bounds}.union(
        *(each.groups for each in (*given.rules.requirements, *given.rules.reservations, *given.rules.priority_classes))
    )
    deciding = hiding.deciding_groups(given, [each for each in given.applicants if each.application_id in places])
    seed = material.run.seed or ""
    drawn = {each.application_id: drawn_number(seed, each.key) for each in hand_on(given.applicants, seed)}
    shown = [_hide_rank(each, drawn, seed) for each in told["applicants"] if each["application_id"] not in numbers]
    none = {"zone_codes": None, "corner": False, "power": False, "not_beside_group": None}
    refused: list[Json] = []
    for each in (each for each in told["applicants"] if each["application_id"] in numbers):
        number = numbers[each["application_id"]]
        kept = {
            "application_id": number,
            "draw": drawn[each["application_id"]],
            "booths": each["booths"],
            "points": each["points"],
        }
        bound = {name: each[name] for name in ("needs", "entitled") if name in each}
        row = {**kept, "product_group": "", "wishes": none, **bound}
        if each["application_id"] in places:  # an override took its place: the run counted it
            counted = {"key": number, "product_group": each["product_group"], "wishes": each["wishes"]}
            shown.append({**row, **counted, "groups": [group for group in each["groups"] if group in bounded]})
        else:
            refused.append({**row, "groups": [group for group in each["groups"] if group in deciding]})
    hiding.blur(refused)
    return sorted([*shown, *refused], key=lambda each: each["application_id"])


def _hide_rank(row: Json, drawn: Mapping[str, int], seed: str) -> Json:
    """Return a line without its rank; where its number is that of another's key, with the number and without its own key.

    By that key the line of who was refused with its number would be known to be of the same province.
    """
    number = drawn[row["application_id"]]
    kept = {name: value for name, value in row.items() if name not in {"nominated_by", "rank"}}
    return kept if number == drawn_number(seed, row["key"]) else {**kept, "key": row["application_id"], "drawn": number}


def _hide_words_of_the_committee(told: Json, numbers: Mapping[str, str]) -> None:
    """Put numbers for ids where pins and overrides speak of who was refused, and of persons; leave out what was written.

    What a person wrote may name anybody, in any spelling: of it the public version says that it is there.
    """
    places = told["result.json"]["placements"]
    told["result.json"]["placements"] = {numbers.get(key, key): codes for key, codes in places.items()}
    said = [*told["input.json"].get("pins", ()), *told["pins.json"]]
    changes = [change for each in told["overrides.json"] for change in each["changes"]]
    for each in [*said, *changes]:
        each["application_id"] = numbers.get(each["application_id"], each["application_id"])
    people: dict[str, str] = {}
    for each in [*told["pins.json"], *told["overrides.json"]]:
        for role in ("made_by", "proposer", "approver"):
            if role in each:
                each[role] = people.setdefault(each[role], f"person-{len(people) + 1}")
        _withhold(each, "reason")
        _withhold(each.get("legal_document") or {}, "title")


def _withhold(told: Json, name: str) -> None:
    if told.get(name):
        told[name] = WITHHELD


def _hide_reasons(
    told: list[Json], numbers: Mapping[str, str], material: Material, shown: Sequence[Json]
) -> list[Json]:
    """Return the reasons without who was refused, in the order of what they are told under."""
    blurred = {row["application_id"]: row for row in shown if row.get("is_blurred")}
    ranked = [{**each, "reasons": _hide_ranks(each["reasons"], material)} for each in told]
    hidden = [_hide_reason(each, numbers) for each in _hide_losers(ranked, numbers, material)]
    found = [
        hiding.blur_reasons(each, blurred[each["application_id"]]) if each["application_id"] in blurred else each
        for each in hidden
    ]
    return sorted(found, key=lambda each: each["application_id"])


def _hide_ranks(reasons: Sequence[Json], material: Material) -> list[Json]:
    """Return reasons that tell the draw alone where a province's list gave the numbers."""
    names = {key: str(who["trade_name"]) for key, who in material.facts["applicants"].items()}
    found: list[Json] = []
    for each in (each for each in reasons if each["code"] != "number_by_rank"):
        data = {name: value for name, value in each["data"].items() if not name.startswith("rank")}
        is_ranked = each["code"] == "ranked_before"
        found.append(to_words("reasons", Finding("drawn_before", data), "2025", names) if is_ranked else each)
    return found


def _hide_losers(reasons: list[Json], numbers: Mapping[str, str], material: Material) -> list[Json]:
    """Put numbers for ids and names of whose place an override took: others' reasons name it as a holder before them."""
    losers = {key: numbers[key] for key in material.result.placements if key in numbers}
    register, rules = str(material.facts["edition"]["province_register"]), rule_names(material.facts.get("rules", {}))

    def hide(reason: Json) -> Json:
        number = losers.get(reason["data"].get("application_id", ""))
        if number is None:
            return reason
        return to_words(
            "reasons", Finding(reason["code"], {**reason["data"], "application_id": number}), register, {}, rules
        )

    return [{**each, "reasons": [hide(reason) for reason in each["reasons"]]} for each in reasons]


def _hide_departure(left: Json, numbers: Mapping[str, str]) -> Json:
    """Return who left without what the public events tell of it, where it was refused."""
    number = numbers.get(left["application_id"])
    return left if number is None else {"application_id": number, "outcome": left["outcome"]}


def _hide_reason(told: Json, numbers: Mapping[str, str]) -> Json:
    """Return a reason without who was refused; nor what its points are made of, nor the day its certificate lapsed on."""
    number = numbers.get(told["application_id"])
    if number is None:
        return told
    return {**told, "application_id": number, "trade_name": None, "changes": _hide_changes(told["changes"])}


def _hide_changes(changes: Sequence[Json]) -> list[Json]:
    """Return changes; of merits, and of points that no merit gives, only how many points are lacking, once."""
    own = [each for each in changes if "merits" in each["data"] or each["code"] == "points_lacking"]
    kept = [_hide_day(each) for each in changes if each not in own]
    facts = [{name: each["data"][name] for name in POINTS} for each in own]
    least = min(facts, key=lambda each: each["points_needed"], default=None)
    return kept if least is None else [*kept, to_words("changes", Finding("points_withheld", least), "2025", {})]


def _hide_day(change: Json) -> Json:
    lapsed = change["data"].get("lapsed_on")
    if lapsed is None:
        return change
    day = f"{date.fromisoformat(lapsed):%d/%m/%Y}"
    data = {name: value for name, value in change["data"].items() if name != "lapsed_on"}
    return {**change, "data": data, "vi": change["vi"].replace(day, "…"), "en": change["en"].replace(day, "…")}
