"""The languages that people read here, and texts in them: Vietnamese and English stand in place, others in catalogues."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path

LANGUAGES = {"vi": "Tiếng Việt", "en": "English", "lo": "ລາວ", "th": "ไทย", "ja": "日本語"}
"""Each language by its own name; Vietnamese is read where nothing else is known."""
BLANK = re.compile(r"\{(\w+)\}")

Texts = Mapping[str, Mapping[str, str]]
"""Texts of a catalogue: by the English one the others by language; ``{name}`` stands for what is filled in."""


class Catalogue:
    """The other languages of texts, found by the English one, also where its blanks are filled in already."""

    def __init__(self, *parts: Texts) -> None:
        self._texts = {en: others for part in parts for en, others in part.items()}
        self._forms = [(_form_of(en), others) for en, others in self._texts.items() if BLANK.search(en)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def say(self, language: str, vi: str, en: str, **facts: object) -> str:
        """Return a text in a language, with ``facts`` in its blanks; one without a translation is English."""
        said = vi if language == "vi" else en if language == "en" else self._find(language, en)
        return said.format(**facts) if facts else said

    def knows(self, en: str) -> bool:
        """Tell whether there are translations of an English text, as it stands or filled in."""
        return en in self._texts or any(form.fullmatch(en) for form, _ in self._forms)

    def _find(self, language: str, en: str) -> str:
        if en in self._texts:
            return self._texts[en][language]
        for form, others in self._forms:
            if found := form.fullmatch(en):
                filled = {name: self._find(language, value) for name, value in found.groupdict().items()}
                return others[language].format(**filled)
        return en


def _form_of(en: str) -> re.Pattern[str]:
    """Return what an English text looks like when its blanks are filled in."""
    escaped = re.split(r"\{\w+\}", en)
    names = [f"(?P<{name}>.+?)" for name in BLANK.findall(en)]
    return re.compile(
        "".join(re.escape(part) + name for part, name in zip(escaped, [*names, ""], strict=True)), re.DOTALL
    )


@cache
def read_catalogue(package: str, *names: str) -> Catalogue:
    """Return the texts of a package's ``templates`` folder, and those that every service says."""
    own = (tomllib.loads(files(package).joinpath("templates", f"{name}.toml").read_text("utf-8")) for name in names)
    shared = (Path(__file__).parent / "web" / "templates" / "texts.toml").read_text("utf-8")
    return Catalogue(tomllib.loads(shared), *own)
