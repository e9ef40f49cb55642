"""How wide text is set in the reports' face: read from the font file, as a word processor does."""

import struct
from functools import cache
from importlib.resources import files

MM_PER_POINT = 25.4 / 72


@cache
def _tables(face: str) -> dict[str, bytes]:
    font = files("common.papers").joinpath("fonts", f"{face}.ttf").read_bytes()
    (count,) = struct.unpack_from(">H", font, 4)
    entries = [struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(count)]
    return {name.decode(): font[start : start + length] for name, _, start, length in entries}


@cache
def _glyphs(face: str) -> dict[int, int]:
    """Return the glyph of each letter, from the map of format 4."""
    cmap = _tables(face)["cmap"]
    (count,) = struct.unpack_from(">H", cmap, 2)
    starts = [struct.unpack_from(">HHI", cmap, 4 + 8 * number)[2] for number in range(count)]
    start = next(start for start in starts if struct.unpack_from(">H", cmap, start)[0] == 4)
    (doubled,) = struct.unpack_from(">H", cmap, start + 6)
    size = doubled // 2

    def column(number: int) -> tuple[int, ...]:
        return struct.unpack_from(f">{size}H", cmap, start + 14 + number * doubled + (2 if number else 0))

    found: dict[int, int] = {}
    offsets_at = start + 16 + 3 * doubled
    for index, (last, first, delta, offset) in enumerate(zip(*map(column, range(4)), strict=True)):
        for letter in range(first, last + 1):
            at = offsets_at + 2 * index + offset + 2 * (letter - first)
            glyph = struct.unpack_from(">H", cmap, at)[0] if offset and letter < 0xFFFF else letter
            found[letter] = (glyph + delta) & 0xFFFF
    return found


def width_mm(text: str, points: float, face: str = "Tinos-Bold") -> float:
    """Return how wide a text is in a line of its own."""
    tables = _tables(face)
    (units,) = struct.unpack_from(">H", tables["head"], 18)
    (full,) = struct.unpack_from(">H", tables["hhea"], 34)
    glyphs = [_glyphs(face)[ord(letter)] for letter in text]
    advances = [struct.unpack_from(">H", tables["hmtx"], 4 * min(glyph, full - 1))[0] for glyph in glyphs]
    return sum(advances) / units * points * MM_PER_POINT
