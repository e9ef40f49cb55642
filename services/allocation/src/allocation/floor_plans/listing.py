"""The list of holders under the drawn street: on paper nobody can point at a booth to read its whole name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from allocation.floor_plans.labels import fold

SIZE = 8.5
ROW = 12.0
TITLE = 22.0
CODES = 62.0
"""Pixels for the codes before a name."""
NARROWEST = 300.0


@dataclass(frozen=True)
class Line:
    """A line of the list; the codes stand before the first line of a name."""

    codes: str
    text: str


@dataclass(frozen=True)
class Listing:
    """The list as columns of lines, with what it needs of the paper, in pixels."""

    columns: Sequence[Sequence[Line]]
    column_width: float

    @property
    def height(self) -> float:
        longest = max((len(column) for column in self.columns), default=0)
        return TITLE + longest * ROW if longest else 0.0

    def draw(self, left: float, top: float) -> Iterator[str]:
        """Yield the list; readers of screens have it already, booth by booth."""
        if not self.columns:
            return
        yield '<g class="list" aria-hidden="true">'
        yield f'<text class="legend" x="{left:.1f}" y="{top + 12:.1f}" font-weight="600">Danh sách chủ thể theo gian hàng</text>'
        for number, column in enumerate(self.columns):
            x = left + number * self.column_width
            for row, line in enumerate(column):
                y = top + TITLE + (row + 0.75) * ROW
                if line.codes:
                    yield f'<text x="{x:.1f}" y="{y:.1f}" font-weight="600">{escape(line.codes)}</text>'
                yield f'<text x="{x + CODES:.1f}" y="{y:.1f}">{escape(line.text)}</text>'
        yield "</g>"


def list_holders(holders: Mapping[str, str], wide: float) -> Listing:
    """Return every holder with its booths, by the first of them, in as many columns as the paper has room for."""
    booths: dict[str, list[str]] = {}
    for code in sorted(holders):
        booths.setdefault(holders[code], []).append(code)
    count = max(1, int(wide // NARROWEST))
    column_width = wide / count
    room = (column_width - CODES - SIZE) / SIZE
    entries = [_entry(codes, name, room) for name, codes in booths.items()]
    return Listing(_deal(entries, count), column_width)


def _entry(codes: Sequence[str], name: str, room: float) -> list[Line]:
    marks = list(fold([f"{code}," for code in codes[:-1]] + list(codes[-1:]), CODES / SIZE))
    texts = list(fold(name.split(), room))
    rows = max(len(marks), len(texts))
    marks += [""] * (rows - len(marks))
    texts += [""] * (rows - len(texts))
    return [Line(mark, text) for mark, text in zip(marks, texts, strict=True)]


def _deal(entries: Sequence[Sequence[Line]], count: int) -> list[list[Line]]:
    """Return columns of about one length; the lines of a holder stay together."""
    share = sum(map(len, entries)) / count
    columns: list[list[Line]] = []
    dealt = 0
    for entry in entries:
        if not columns or dealt >= share * len(columns):
            columns.append([])
        columns[-1] += entry
        dealt += len(entry)
    return columns
