"""An administrative paper as a value: its parts in the order of Decree 30/2020, independent of any file format."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from common.errors import DomainError
from common.papers.wording import say_number, say_tenths

Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Amount:
    """A number that is more than its digits: with words before it (``ước hơn``), or a share in tenths of a percent."""

    value: int
    words: str = ""
    is_share: bool = False


Cell = str | int | Amount


def say_in_table(cell: Cell) -> str:
    """Return what a cell of a printed table says."""
    match cell:
        case str():
            return cell
        case int():
            return say_number(cell)
        case _:
            number = say_tenths(cell.value) if cell.is_share else say_number(cell.value)
            return f"{cell.words} {number}".lstrip()


@dataclass(frozen=True)
class Heading:
    """A heading inside the body: level 1 ``I.``, level 2 ``1.``."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the body: plain text, as many lines as it needs."""

    text: str


@dataclass(frozen=True)
class Column:
    """A column; ``width`` in mm of the 165 mm between the margins."""

    title: str
    width: float
    align: Align = "left"


@dataclass(frozen=True)
class Table:
    """A table; ``name`` is short and names its sheet in the annex workbook; the last row is a total where asked."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    has_total: bool = False
    note: str = ""


Block = Heading | Paragraph | Table


@dataclass(frozen=True)
class Annex:
    """An annex (Phụ lục) on a page of its own."""

    label: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Signature:
    """Who signs: the lines above the signature in capitals, and the name; empty in a draft."""

    lines: tuple[str, ...]
    name: str


@dataclass(frozen=True)
class Paper:
    """A paper in all its parts; ``dated`` is the moment that all files carry as their date.

    An official letter (công văn) has no name of its type: what it is about stands under its number (``about``), and its
    subject only in the file's properties.
    """

    parent_agency: tuple[str, ...]
    issuing_agency: tuple[str, ...]
    number_line: str
    date_line: str
    type_name: str
    subject: str
    addressees: tuple[str, ...]
    bases: tuple[str, ...]
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    annexes: tuple[Annex, ...]
    author: str
    keywords: tuple[str, ...]
    dated: datetime
    about: str = ""

    @property
    def annex_line(self) -> str:
        """The line under each annex's title that ties it to the report: its number, its date, who reports."""
        if not self.number_line:
            return ""
        number = self.number_line.replace("Số:", "số", 1).strip()
        _, _, day = self.date_line.rpartition("ngày ")
        return f"(Kèm theo Báo cáo {number} ngày {day} của {self.author})"

    def tables(self) -> Iterator[Table]:
        """Return all tables in their order, those of the body first."""
        for block in (*self.blocks, *(block for annex in self.annexes for block in annex.blocks)):
            if isinstance(block, Table):
                yield block


class LetterMissingError(DomainError):
    """No face at hand has a letter of the text; a folder with one belongs into REPORT_FONT_DIRS."""

    code: ClassVar[str] = "letter_missing"

    def __init__(self, told: str) -> None:
        super().__init__(
            "Phông chữ thiếu ký tự của văn bản; hãy thêm thư mục phông chữ vào REPORT_FONT_DIRS.",
            f"A letter of the text is in no face at hand; add a folder of fonts to REPORT_FONT_DIRS. {told}",
        )
        self.told = told


class FaceMissingError(RuntimeError):
    """The service's own face is not where it was installed."""


NATIONAL_TITLE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
NOTATION = r"\d{1,5}/(?:[12]\d{3}/)?[A-ZĐ][A-Za-zĐđ]*\d{0,2}(?:-[A-ZĐ][A-Za-zĐđ&]*\d{0,2})*"
"""Number and notation of a paper, ``4101/UBND-KT``: no line ends inside."""
