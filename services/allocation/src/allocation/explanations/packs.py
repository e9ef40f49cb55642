"""Puts findings into words, from the texts that come with the service."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from allocation.explanations.domain import Finding
from allocation.runs.packs import pin_words
from allocation.waiting_lists.packs import booths_in_english, group_words
from common.contracts.base import LocalText, Reason

DATES = ("lapsed_on", "valid_to")
BOOTHS = ("ceiling", "room")
LONGEST_NAME = 200
"""In a text, so that no name makes it longer than an event takes."""


@dataclass(frozen=True)
class Told:
    """What an applicant is told of a run: why, what would have given a place, and its number in the draw."""

    reasons: tuple[Reason, ...]
    changes: tuple[Reason, ...] = ()
    draw_number: int | None = None


def to_reason(words: Mapping[str, Any]) -> Reason:
    """Return a finding in words as events tell it, by the same texts."""
    return Reason(code=words["code"], text=LocalText(vi=words["vi"], en=words["en"]), data=dict(words["data"]))


def to_words(
    kind: str,
    finding: Finding,
    register: str,
    names: Mapping[str, str],
    rules: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """Return a finding with its text in both languages.

    Args:
        kind: ``reasons`` or ``changes``.
        finding: what is to be told.
        register: the register of provinces that names quotas, ``2020`` or ``2025``.
        names: trade names by application, of those who hold a place.
        rules: names of the edition's own rules.
    """
    words: dict[str, str | int] = dict(finding.data)
    words |= {f"{each}_en": booths_in_english(int(words[each])) for each in BOOTHS if each in words}
    if "quota" in words:
        words["quota_vi"], words["quota_en"] = group_words(str(words["quota"]), register)
    if "rule" in words:
        code = str(words["rule"])
        words["rule_vi"], words["rule_en"] = (rules or {}).get(code) or pin_words(code) or (code, code)
    if "application_id" in words:
        words["name"] = names.get(str(words["application_id"]), str(words["application_id"]))[:LONGEST_NAME]
    if "merits" in words:
        words["merits_vi"], words["merits_en"] = _merit_words(words)
    for each in DATES:
        if each in words:
            words[each] = f"{date.fromisoformat(str(words[each])):%d/%m/%Y}"
    texts = _texts()[kind][finding.code]
    return {
        "code": finding.code,
        "vi": texts["vi"].format(**words),
        "en": texts["en"].format(**words),
        "data": dict(finding.data),
    }


def _merit_words(words: Mapping[str, str | int]) -> tuple[str, str]:
    """Return merits as they stand in a sentence, each with the points that it would give."""
    merits, texts = str(words["merits"]).split("+"), _texts()["merits"]
    vi, en = ([texts[code][of].format(points=words[f"points_{code}"]) for code in merits] for of in ("vi", "en"))
    return ", và ".join(vi), ", and ".join(en)


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((files("allocation") / "packs" / "explanations.toml").read_text(encoding="utf-8"))
