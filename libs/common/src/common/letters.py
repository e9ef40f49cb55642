"""Letters that no name or text may have: controls, marks that turn the writing direction, letters without width."""

import unicodedata

REFUSED = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def find_refused(text: str, allowed: str = "") -> str | None:
    """Return the first letter of a text that is refused, as ``U+202E``; None if there is none."""
    for letter in text:
        if unicodedata.category(letter) in REFUSED and letter not in allowed:
            return f"U+{ord(letter):04X}"
    return None
