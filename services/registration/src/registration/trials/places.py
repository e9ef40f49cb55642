"""Tells on which line of a TOML file each entry stands; the standard reader does not."""

import re
from collections import Counter
from collections.abc import Mapping

Where = tuple[str | int, ...]
HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.\-]+)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""^\s*("[^"]+"|[\w\-]+)\s*=""")


def find_places(content: str) -> Mapping[Where, int]:
    """Return the line, from 1, of every table and of every key that begins a line; inline tables have that of their key."""
    places: dict[Where, int] = {}
    counts: Counter[Where] = Counter()
    table: Where = ()
    for number, line in enumerate(content.splitlines(), 1):
        if header := HEADER.match(line):
            names: Where = tuple(header[2].split("."))
            if header[1] == "[[":
                table = (*names, counts[names])
                counts[names] += 1
                places.setdefault(names, number)
            else:
                table = names
            places[table] = number
        elif key := KEY.match(line):
            places[(*table, key[1].strip('"'))] = number
    return places


def find_line(content: str, where: Where) -> int:
    """Return the line of an entry, 1 where there is none."""
    return find_places(content).get(where, 1)
