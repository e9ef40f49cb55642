"""Reads the translated texts that come with the service: one file per form, each text by language."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from common.languages import LANGUAGES, Catalogue, read_catalogue

__all__ = ["LANGUAGES", "page_catalogue", "read_texts", "texts_of"]


@cache
def read_texts(form: str) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of a form: name to language to text."""
    found = files("registration.translations") / "templates" / f"{form}.toml"
    return tomllib.loads(found.read_text(encoding="utf-8"))


@cache
def texts_of(form: str, language: str) -> Mapping[str, str]:
    """Return the texts of a form in one language; raises KeyError where one is missing."""
    return {name: by_language[language] for name, by_language in read_texts(form).items()}


def page_catalogue() -> Catalogue:
    """Return what the producers' pages say: their own words, those for codes, refusals, and reasons of the rules."""
    return read_catalogue("registration.translations", "pages", "words", "refusals", "reasons")
