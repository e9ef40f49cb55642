"""Names of vendors as they fit: in whole words, on two lines of a booth or on the lines of a list."""

from collections.abc import Iterator, Sequence
from itertools import dropwhile
from unicodedata import combining, normalize

WIDE, NARROW = frozenset("mwMW…@%&"), frozenset("fijltrI.,:;'()|- ")
"""Letters that are set wider or narrower than others in the faces that the plan asks for."""
SAYING_LITTLE = frozenset(
    [
        *("công", "ty", "cổ", "phần", "cp", "tnhh", "mtv", "htx", "hợp", "tác", "xã", "tổ", "hộ", "kinh", "doanh"),
        *("cơ", "sở", "sản", "xuất", "sx", "nghiệp", "tư", "nhân", "dịch", "vụ", "nông", "thương", "mại", "và"),
        *("chế", "biến", "-", "&"),
    ]
)
"""Words with which names of vendors begin and which tell nobody apart."""
MORE = " …"


def label(trade_name: str, room: float, most: int = 2) -> list[str]:
    """Return a name without its legal form on so many lines, ``room`` wide in the size of its letters.

    What is left out is left out in whole words; a word that alone is wider than a line stays whole.
    """
    words = trade_name.split()
    telling = list(dropwhile(lambda word: word.lower() in SAYING_LITTLE, words)) or words
    lines = list(fold(telling, room))
    if len(lines) <= most:
        return lines
    last = lines[most - 1].split()
    while len(last) > 1 and width(" ".join(last) + MORE) > room:
        last.pop()
    return [*lines[: most - 1], " ".join(last) + MORE]


def fold(words: Sequence[str], room: float) -> Iterator[str]:
    """Yield lines of whole words, each as full as it can be."""
    line = ""
    for word in words:
        longer = f"{line} {word}" if line else word
        if line and width(longer) > room:
            yield line
            longer = word
        line = longer
    if line:
        yield line


def width(text: str) -> float:
    """Return about how wide a text is set, in the size of its letters; marks above and below take no room."""
    letters = [letter for letter in normalize("NFD", text) if not combining(letter)]
    return sum(
        0.95 if letter in WIDE else 0.36 if letter in NARROW else 0.74 if letter.isupper() else 0.62
        for letter in letters
    )
