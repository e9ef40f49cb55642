"""Names of vendors as they fit: in whole words, on the lines of their booths or of a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import combining, normalize

WIDE, NARROW = frozenset("mwMW…@%&"), frozenset("fijltrI.,:;'()|- ")
"""Letters that are set wider or narrower than others in the faces that the plan asks for."""
SAYING_LITTLE = tuple(
    tuple(phrase.split())
    for phrase in (
        *(
            "tổ hợp tác",
            "hợp tác xã",
            "htx",
            "công ty",
            "cổ phần",
            "cp",
            "tnhh",
            "một thành viên",
            "mtv",
            "hộ kinh doanh",
            "hộ",
        ),
        *(
            "doanh nghiệp",
            "tư nhân",
            "cơ sở",
            "xưởng",
            "sản xuất",
            "sx",
            "kinh doanh",
            "sxkd",
            "chế biến",
            "dịch vụ",
            "dvnn",
        ),
        *("nông nghiệp", "thương mại", "xuất nhập khẩu", "tư vấn", "đầu tư", "tổng hợp", "và", "-", "&"),
    )
)
"""What names of vendors begin with and what tells nobody apart."""
MORE = " …"
SIZES = ((9.0, 2), (8.0, 2), (7.2, 3), (6.5, 3))
"""Sizes of letters in pixels, and how many lines of each a booth has room for."""


@dataclass(frozen=True)
class Label:
    """A name as it is set: the size of its letters in pixels, and its lines."""

    size: float
    lines: Sequence[str]


def label(trade_name: str, wide: float) -> Label:
    """Return a name without its legal form in the largest letters that fit, so many pixels wide.

    Of a name that is too long what it trades in goes first, and what it is called stays: where a run of capital letters
    begins. If that is too long as well, its end is left out in whole words; a word wider than a line stays whole.
    """
    words = trade_name.split()
    telling = _without_form(words) or words
    for start in _beginnings(telling):
        for size, most in SIZES:
            lines = list(fold(telling[start:], wide / size))
            if len(lines) <= most and all(width(line) * size <= wide for line in lines):
                return Label(size, lines)
    size, most = SIZES[-1]
    return Label(size, _cut(telling, wide / size, most))


def _without_form(words: Sequence[str]) -> Sequence[str]:
    while count := _little(words):
        words = words[count:]
    return words


def _little(words: Sequence[str]) -> int:
    """Return with how many words that tell nobody apart these begin."""
    small = tuple(normalize("NFC", word).lower() for word in words)
    return next((len(phrase) for phrase in SAYING_LITTLE if small[: len(phrase)] == phrase), 0)


def _beginnings(words: Sequence[str]) -> list[int]:
    """Return where a name may begin: at its first word, and where capital letters follow on small ones."""
    capital = [word[0].isupper() or word[0].isdigit() for word in words]
    return [
        at for at in range(len(words)) if at == 0 or (capital[at] and not capital[at - 1] and _little(words[at:]) == 0)
    ]


def _cut(words: Sequence[str], room: float, most: int) -> list[str]:
    lines = list(fold(words, room))
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
