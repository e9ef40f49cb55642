"""What a foreign body's workbook says beside Vietnamese: in English, and for an embassy in the language of its country."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from common.languages import LANGUAGES as NAMES
from registration.agencies.domain import Agency
from registration.drafts import wording
from registration.translations.packs import page_catalogue, read_texts
from registration.vendors.domain import name_key
from registration.vetting.paper_names import PAPER_NAMES
from registration.workbooks.cells import Choices, Lists
from registration.workbooks.headings import AT_HOME, ENGLISH, OF_COUNTRIES, Tongues


def tongues_of(agency: Agency) -> Tongues:
    """Return the languages beside Vietnamese; none for agencies at home."""
    own = OF_COUNTRIES.get(agency.country or "")
    return AT_HOME if not agency.brings_foreign else (ENGLISH,) if own is None else (ENGLISH, own)


def lists_in(lists: Lists, tongues: Tongues) -> Lists:
    """Return lists whose choices are told in these languages too, and may be typed in each."""
    return replace(lists, by_name={name: _in(name, one, tongues) for name, one in lists.by_name.items()})


def _in(name: str, choices: Choices, tongues: Tongues) -> Choices:
    said = {code: list(dict.fromkeys(_say(name, code, vi, tongues))) for code, vi in choices.labels.items()}
    ways = {name_key(way): code for code, words in said.items() for way in chain(words, [" / ".join(words)])}
    return Choices({code: " / ".join(words) for code, words in said.items()}, {**ways, **choices.also})


def _say(name: str, code: str, vi: str, tongues: Tongues) -> Iterator[str]:
    yield vi
    en = _english(name, code)
    texts = read_texts("workbook")
    for tongue in tongues:
        if name == "languages":
            yield NAMES[code]
        elif f"{name}:{code}" in texts:
            yield texts[f"{name}:{code}"][tongue]
        elif en is not None:
            yield page_catalogue().say(tongue, vi, en)


def _english(name: str, code: str) -> str | None:
    """Return a choice in English; None for what is a name or a number."""
    pairs = {"vendor_types": wording.VENDOR_TYPES, "levels": wording.LEVELS, "paper_kinds": PAPER_NAMES}.get(name, {})
    if name == "groups":
        return wording.GROUPS.get(code)
    return pairs[code][1] if code in pairs else None


def guide_in(tongues: Tongues, due: str) -> list[tuple[str, str]]:
    """Return the guide in other languages: a line for each."""
    texts = read_texts("workbook")
    return [(NAMES[code], f"{texts['how'][code]} {texts['guide'][code].format(due=due)}") for code in tongues]
