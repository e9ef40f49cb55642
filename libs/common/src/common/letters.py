"""Letters that no name or text may have: controls, marks that turn the writing direction, letters without width, no letters."""

import unicodedata

REFUSED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def find_refused(text: str, allowed: str = "") -> str | None:
    """Return the first letter of a text that is refused, as ``U+202E``; None if there is none."""
    for letter in text:
        if (unicodedata.category(letter) in REFUSED and letter not in allowed) or _is_none(ord(letter)):
            return f"U+{ord(letter):04X}"
    return None


def _is_none(code: int) -> bool:
    """Whether Unicode (23.7) keeps a code from ever being a letter; XML, and so a report, refuses the first two of them."""
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
