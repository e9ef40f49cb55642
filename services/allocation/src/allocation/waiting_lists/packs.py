"""Reads how texts name the groups that quotas bound."""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


def group_words(group: str, register: str) -> tuple[str, str]:
    """Return a group, ``dimension:code``, in Vietnamese and English; a code that is not listed stands for itself.

    Args:
        group: as a quota names it.
        register: the register of provinces, ``2020`` or ``2025``.
    """
    dimension, _, code = group.partition(":")
    if dimension == "province":
        return _provinces(register).get(code, (f"tỉnh {code}", f"province {code}"))
    if dimension == "zone":
        return f"khu {code}", f"zone {code}"
    found = _names().get(dimension, {}).get(code)
    return (code, code) if found is None else (found["vi"], found["en"])


def booths_in_english(number: int) -> str:
    """Return how many booths, in English."""
    return f"{number} booth{'' if number == 1 else 's'}"


def known_codes(register: str) -> Mapping[str, frozenset[str]]:
    """Return the codes that a group can have, by dimension, but for zones, which a plan has, and countries.

    Args:
        register: the register of provinces, ``2020`` or ``2025``.
    """
    named = ("region", "product_group", "vendor_type", "star_class", "first_timer", "need")
    return {"province": frozenset(_provinces(register)), **{each: frozenset(_names()[each]) for each in named}}


@cache
def _names() -> Mapping[str, Any]:
    return tomllib.loads((files("allocation") / "packs" / "group_names.toml").read_text(encoding="utf-8"))


@cache
def _provinces(register: str) -> dict[str, tuple[str, str]]:
    source = files("allocation") / "packs" / f"provinces_{register}.csv"
    cities = _names()["cities"][register]
    words: dict[str, tuple[str, str]] = {}
    for row in csv.DictReader(source.read_text(encoding="utf-8").splitlines()):
        vi, en = ("thành phố", "city") if row["code"] in cities else ("tỉnh", "province")
        words[row["code"]] = f"{vi} {row['name_vi']}", f"{row.get('name_en') or row['name_vi']} {en}"
    return words
