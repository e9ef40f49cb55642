"""Reads the texts that notices take from data packs: booth terms, reasons, types of papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from common.contracts.base import Reason
from notifications.editions.domain import Words
from notifications.notices.packs import read_pack, version_on

PAPER_LAPSES = "certificate_expired"
PAPER_UNSEEN = "paper_unseen"


@dataclass(frozen=True)
class BoothTerms:
    """What a standard booth comes with, and what its holder undertakes."""

    kit: tuple[Words, ...]
    terms: tuple[Words, ...]


@cache
def booth_terms(on: date) -> BoothTerms:
    """Return the terms in force on a local day; raises LookupError."""
    found = version_on("booth_terms", on)
    return BoothTerms(
        kit=tuple(Words(**text) for text in found["kit"]), terms=tuple(Words(**text) for text in found["terms"])
    )


def reason_words(code: str | None) -> Words | None:
    """Return the text of a reason that an event gives as a code; None where there is none."""
    text = read_pack("reason_codes")["texts"].get(code)
    return None if text is None else Words(**text)


def reason_translations(code: str) -> Mapping[str, str]:
    """Return a reason's text in Lao, Thai and Japanese; empty where it is not translated."""
    return read_pack("reason_translations")["texts"].get(code, {})


def translations_of(reason: Reason) -> Mapping[str, str]:
    """Return a reason's text in Lao, Thai and Japanese.

    A paper that a person found wrong, that nobody has seen or that lapses is told as such, whichever is asked for.
    """
    if reason.data.get("refuted"):
        return reason_translations(f"paper_{reason.data['finding']}")
    if reason.data.get("unseen"):
        return reason_translations(PAPER_UNSEEN)
    return reason_translations(PAPER_LAPSES if reason.data.get("lapsing") else reason.code)


def paper_type_words(code: str) -> Words:
    """Return the name of a type of papers; a type not listed is named by its code."""
    name = read_pack("paper_types")["names"].get(code)
    return Words(code, code) if name is None else Words(**name)
