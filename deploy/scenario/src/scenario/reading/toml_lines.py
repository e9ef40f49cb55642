"""Finds the line on which a key of a TOML file stands, since tomllib keeps none."""

import re

KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
HEADER = re.compile(rf"^\s*(\[\[?)\s*({KEY}(?:\s*\.\s*{KEY})*)\s*\]\]?")
ASSIGNMENT = re.compile(rf"^\s*({KEY}(?:\s*\.\s*{KEY})*)\s*=")

Path = tuple[str | int, ...]


class TomlLines:
    """Lines by path: ``("steps", 2, "at")`` is key ``at`` of the third ``[[steps]]``."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        inside_text = False
        for number, line in enumerate(text.splitlines(), start=1):
            opens_text = line.count('"""') % 2 == 1 or line.count("'''") % 2 == 1
            if inside_text:
                inside_text = not opens_text
                continue
            inside_text = opens_text
            header = HEADER.match(line)
            if header:
                table = self._enter(_parts(header[2]), is_array=header[1] == "[[")
                self._lines[table] = number
            elif found := ASSIGNMENT.match(line):
                self._note(table, _parts(found[1]), number)

    def line_of(self, path: Path) -> int:
        """Return the line of the path, else of the nearest table around it, else 1."""
        while path:
            if path in self._lines:
                return self._lines[path]
            path = path[:-1]
        return 1

    def _enter(self, parts: Path, *, is_array: bool) -> Path:
        path: Path = ()
        for place, part in enumerate(parts):
            path = (*path, part)
            if is_array and place == len(parts) - 1:
                self._counts[path] = self._counts.get(path, -1) + 1
            if path in self._counts:
                path = (*path, self._counts[path])
        return path

    def _note(self, table: Path, parts: Path, number: int) -> None:
        for end in range(1, len(parts) + 1):
            self._lines.setdefault((*table, *parts[:end]), number)


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in re.findall(KEY, dotted))
