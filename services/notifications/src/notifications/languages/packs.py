"""Reads how a language words notices."""

from collections.abc import Mapping, Sequence
from functools import cache

from notifications.notices.packs import read_pack
from notifications.translations.domain import Wording

TRANSLATED = ("lo", "th", "ja")
"""Languages with packs of their own; Vietnamese and English are the templates."""


def common_words(language: str) -> Mapping[str, str]:
    """Return the words that all notices of a language share."""
    return read_pack(f"notices_{language}")["common"]


def date_words(language: str) -> tuple[str, Sequence[str]]:
    """Return the form of a day, and the names of the months as CLDR has them; babel would bring 4 MB for them."""
    found = read_pack(f"notices_{language}")["dates"]
    return found["form"], found["months"]


@cache
def wording_of(language: str, purpose: str) -> Wording:
    """Return how a language words a purpose; raises KeyError where it does not."""
    found = read_pack(f"notices_{language}")["purposes"][purpose]
    return Wording(found["subject"], tuple(found["body"]))
