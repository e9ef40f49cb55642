"""Who reads a page, and in which language: as chosen on it, else the reader's own, else what the browser asks for."""

from dataclasses import dataclass
from functools import partial
from typing import Protocol
from urllib.parse import urlencode

from fastapi import Request

from common.languages import LANGUAGES, Catalogue, read_catalogue

COOKIE = "ocop_language"
PARAMETER = "lang"
KEPT_SECONDS = 365 * 24 * 3600


class Say(Protocol):
    """Says a text in the reader's language."""

    def __call__(self, vi: str, en: str, **facts: object) -> str:
        """Return the text of the reader's language with its ``{facts}`` filled in."""
        ...


@dataclass(frozen=True)
class Reader:
    """The reader of a page; ``chosen``: its language was chosen just now and is to be kept, in a cookie of no other use.

    Attributes:
        switch: code, name and relative address of the page in each language.
    """

    language: str
    chosen: bool
    switch: tuple[tuple[str, str, str], ...]
    say: Say


def language_of(request: Request, own: str | None = None) -> str:
    """Return the language of a page for who asks for it; ``own`` is what the reader said of itself before."""
    wishes = (request.query_params.get(PARAMETER), request.cookies.get(COOKIE), own)
    asked = request.headers.get("accept-language", "")
    return next((one for one in (*wishes, *_accepted(asked)) if one in LANGUAGES), "vi")


def reader_of(request: Request, own: str | None = None, **address: str) -> Reader:
    """Return who reads; ``address`` is what the address of the page has besides, where this request has it not."""
    catalogue: Catalogue = getattr(request.app.state, "catalogue", None) or read_catalogue(__name__)
    language = language_of(request, own)
    query = {**request.query_params, **address}
    switch = tuple((code, name, "?" + urlencode({**query, PARAMETER: code})) for code, name in LANGUAGES.items())
    chosen = request.query_params.get(PARAMETER) == language
    return Reader(language, chosen, switch, partial(catalogue.say, language))


def _accepted(header: str) -> list[str]:
    """Return the languages that a browser asks for, the most wanted first (RFC 9110 section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        try:
            wanted.append((-float(weight or 1), tag.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    return [tag for _, tag in sorted(wanted, key=lambda one: one[0])]
