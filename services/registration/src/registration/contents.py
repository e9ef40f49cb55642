"""An application's content as nested values: what is filled in, and where."""

import re
from collections.abc import Mapping
from typing import Any

Content = Mapping[str, Any]
"""Vendor, contact, products, papers, booths and wishes, in the form of an application's entry; parts may be missing."""

EMPTY = (None, "", False, [], {}, ())


def flatten(content: object, path: str = "") -> dict[str, Any]:
    """Return the filled values of a content by their paths, e.g. ``products[0].stars``."""
    if isinstance(content, Mapping):
        parts = ((f"{path}.{name}" if path else str(name), value) for name, value in content.items())
    elif isinstance(content, list | tuple):
        parts = ((f"{path}[{place}]", value) for place, value in enumerate(content))
    else:
        return {} if content in EMPTY else {path: content}
    return {name: value for part, inner in parts for name, value in flatten(inner, part).items()}


def differing(first: Content, second: Content) -> list[str]:
    """Return the paths of the fields that two contents fill in differently."""
    one, other = flatten(first), flatten(second)
    return sorted(path for path in one.keys() | other.keys() if one.get(path) != other.get(path))


def value_at(content: object, field: str) -> Any:
    """Return what a content has at a path; None where there is nothing."""
    for step in re.findall(r"[^.\[\]]+", field):
        if isinstance(content, Mapping):
            content = content.get(step)
        elif isinstance(content, list | tuple) and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        else:
            return None
    return content


def is_filled(content: object, field: str) -> bool:
    """Tell whether a content has anything at a path."""
    return bool(flatten(value_at(content, field), "it"))
