"""Puts the hard rules of a run into words, from the texts that come with the service and the edition's own names."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from allocation.grounds.domain import RunInput
from allocation.runs.domain import RunRecord
from allocation.waiting_lists.packs import group_words


def clash_words(record: RunRecord) -> list[tuple[str, str, str]]:
    """Return the rules that clash in a run, each by code, in Vietnamese and English."""
    run, facts = record.run, record.facts or {}
    clash = run.result.clash if run.result else ()
    register = str(facts.get("edition", {}).get("province_register", "2025"))
    return [(code, *words_of(code, run.input, facts.get("rules", {}), register)) for code in clash]


def words_of(code: str, given: RunInput, rules: Mapping[str, Any], register: str) -> tuple[str, str]:
    """Return what a hard rule, ``kind:code``, asks, in Vietnamese and English, with the name the organiser gave it."""
    kind, _, of = code.partition(":")
    texts = _texts()[kind]
    vi, en = group_words(of, register)
    bounds = next((each for each in given.bounds if each.group == of), None)
    number = {
        "ceiling": bounds.ceiling if bounds else None,
        "floor": bounds.floor if bounds else None,
        "zone_room": given.zone_capacities.get(of),
        "street_room": given.target,
    }.get(kind)
    pin_vi, pin_en = pin_words(code) or ("", "")
    words = {"pin_vi": pin_vi, "pin_en": pin_en, "quota_vi": vi, "quota_en": en, "of": of, "number": number}
    name = _own_name(of, rules)
    told_vi, told_en = (texts[language].format(**words) for language in ("vi", "en"))
    return (told_vi, told_en) if name is None else (f"{told_vi}: {name['vi']}", f"{told_en}: {name['en']}")


def infeasible_words(first_seen: str) -> str:
    """Return that no placement keeps every rule, in Vietnamese and English; ``first_seen`` is the pass that found it."""
    vi, en = "Không phương án nào giữ được mọi quy định", "No placement keeps every rule"
    if first_seen:
        at_vi, at_en = objective_words(first_seen, "2025")  # a pass that bounds nobody's group: of any register
        vi, en = f"{vi}; thấy trước tiên khi xét “{at_vi}”", f"{en}; first seen at “{at_en}”"
    return f"{vi}. / {en}."


def rule_names(rules: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """Return the names of an edition's own rules, Vietnamese and English, by ``kind:code``."""
    tables = {"requirement": "requirements", "reservation": "reservations"}
    return {
        f"{kind}:{each['code']}": (str(each["name"]["vi"]), str(each["name"]["en"]))
        for kind, table in tables.items()
        for each in rules.get(table, ())
    }


def pin_words(name: str) -> tuple[str, str] | None:
    """Return what a word of the committee, ``rule:target:code``, says, in Vietnamese and English."""
    rule, _, of = name.partition(":")
    target, _, code = of.partition(":")
    if rule not in {"pin", "forbid"}:
        return None
    vi, en = {"booth": ("gian", "booth"), "zone": ("khu", "zone"), "place": ("được xếp gian", "a place")}[target]
    vi, en = f"{vi} {code}".strip(), f"{en} {code}".strip()
    return (vi, en) if rule == "pin" else (f"không {vi}", f"not {en}")


def objective_words(name: str, register: str) -> tuple[str, str]:
    """Return what an objective of a run is called, in Vietnamese and English; ``name`` as results give it."""
    code, _, group = name.partition(":")
    if group:
        vi, en = group_words(group, register)
        missed = _pack()["floor_missed"]
        return missed["vi"].format(quota_vi=vi), missed["en"].format(quota_en=en)
    names = {each["code"]: each["name"] for each in _pack()["objective"]}
    kind, _, points = code.rpartition("_")
    found = names.get(code) or names.get(kind)
    if found is None:  # a result of a version that knew another objective
        return name, name
    return found["vi"].format(points=points), found["en"].format(points=points)


def _own_name(of: str, rules: Mapping[str, Any]) -> Mapping[str, str] | None:
    """Return the name that the organiser gave a rule, if it is one of the edition's own."""
    for table in ("bounds", "requirements", "reservations"):
        for each in rules.get(table, ()):
            if of == each.get("code", each.get("group")):
                return dict(each["name"])
    return None


def _texts() -> Mapping[str, Any]:
    return dict(_pack()["clash"])


@cache
def _pack() -> Mapping[str, Any]:
    return tomllib.loads((files("allocation") / "packs" / "run_rules.toml").read_text(encoding="utf-8"))
