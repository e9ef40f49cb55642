"""A translated notice: its parts in the order that the language's pack gives them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["paragraph", "list", "facts", "button", "link"]


@dataclass(frozen=True)
class Part:
    """One part of a notice: a text with its link, items of a list, or rows of a label and a value."""

    kind: Kind
    text: str = ""
    link: str = ""
    items: tuple[str, ...] = ()
    rows: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class Wording:
    """How a language says one purpose: the subject, and lines of text or ``@names`` of parts made of facts."""

    subject: str
    body: tuple[str, ...]


@dataclass(frozen=True)
class Translation:
    """A notice in one language."""

    subject: str
    parts: tuple[Part, ...]


def compose(
    wording: Wording, values: Mapping[str, str], made: Mapping[str, Sequence[Part]], around: tuple[Part, Sequence[Part]]
) -> Translation:
    """Return a notice: its greeting, its body with the facts filled in, its ending.

    Args:
        wording: how the language says it.
        values: what the placeholders stand for.
        made: parts by name; one of which nothing is known is empty.
        around: greeting and ending.
    """
    parts: list[Part] = [around[0]]
    for line in wording.body:
        if line.startswith("@"):
            parts += made[line[1:]]
        else:
            parts.append(Part("paragraph", line.format_map(values)))
    return Translation(wording.subject.format_map(values), (*parts, *around[1]))
