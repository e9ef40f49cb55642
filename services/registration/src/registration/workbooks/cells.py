"""From what a cell holds to a value, whichever program wrote it; and back to what people read."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from common.calendar import YEARS
from registration.vendors.domain import name_key
from registration.workbooks.columns import Column, Kind

Raw = str | int | float | bool | datetime | date | None
"""What a cell holds."""
Value = str | int | bool | date | tuple[str, ...] | None
"""What it means."""
FIRST_DAY = date(1899, 12, 30)
SERIALS = range(32_874, 73_051)
"""Days as bare numbers, as Excel counts them: 1990 to 2099."""
BROKEN = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})


class CellError(Exception):
    """The cell's content is not what its column takes."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.vi = vi
        self.en = en


@dataclass(frozen=True)
class Choices:
    """A list that cells choose from: codes with labels; ``also`` are further ways to write them."""

    labels: Mapping[str, str]
    also: Mapping[str, str]

    @classmethod
    def of(cls, labels: Mapping[str, str], also: Iterable[tuple[str, str]] = ()) -> "Choices":
        """Return a list; ``also`` are pairs of another label and its code."""
        ways = {name_key(label): code for label, code in also}
        ways |= {name_key(code): code for code in labels}
        ways |= {name_key(label): code for code, label in labels.items()}
        return cls(labels, ways)

    def find(self, typed: str) -> str | None:
        """Return the code that was meant, without regard to marks, case and the form of letters."""
        return self.also.get(name_key(typed))


@dataclass(frozen=True)
class Lists:
    """The lists of one edition by name."""

    by_name: Mapping[str, Choices]

    def __getitem__(self, name: str) -> Choices:
        return self.by_name[name]


def tidy(raw: Raw) -> str:
    """Return a cell as one text: NFC, no-break spaces as spaces, without blanks around; whole numbers without a point."""
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, datetime | date):
        return f"{raw:%d/%m/%Y}"
    return unicodedata.normalize("NFC", str(raw)).replace("\u00a0", " ").strip() if raw is not None else ""


def read_cell(raw: Raw, column: Column, lists: Lists) -> Value:
    """Return what a cell means; None if it is empty. Raises CellError."""
    typed = tidy(raw)
    if not typed:
        return None
    if typed.startswith("="):
        raise CellError("formula", "Ô có công thức; hãy dán giá trị.", "The cell has a formula; paste its value.")
    if typed in BROKEN:
        raise CellError("broken_value", f"Ô báo lỗi {typed}.", f"The cell shows the error {typed}.")
    readers: Mapping[Kind, Callable[[], Value]] = {
        Kind.WHOLE: lambda: _read_whole(typed),
        Kind.DATE: lambda: read_date(raw),
        Kind.YES_NO: lambda: _read_choice(typed, lists["yes_no"]) == "yes",
        Kind.CHOICE: lambda: _read_choice(typed, lists[column.choices]),
        Kind.CODES: lambda: _read_codes(typed, lists[column.choices] if column.choices else None),
    }
    return readers[column.kind]() if column.kind in readers else typed


def _read_whole(typed: str) -> int:
    found = re.fullmatch(r"(\d{1,6})\s*(?:sao|★|\*)?", typed, re.IGNORECASE)
    if found is None:
        raise CellError("not_a_number", "Phải là số nguyên.", "Must be a whole number.")
    return int(found[1])


def _read_choice(typed: str, choices: Choices) -> str:
    found = choices.find(typed)
    if found is None:
        names = "; ".join(choices.labels.values()) if len(choices.labels) < 12 else "danh sách của ô"
        codes = ", ".join(choices.labels) if len(choices.labels) < 12 else "those of the cell's list"
        raise CellError("unknown_value", f"Hãy chọn một trong: {names}.", f"Must be one of: {codes}.")
    return found


def _read_codes(typed: str, choices: Choices | None) -> tuple[str, ...]:
    """Return codes with commas between them; one that is in the cell's list stands for what the list says."""
    parts = [part.strip() for part in re.split(r"[,;]", typed) if part.strip()]
    found = [(choices.find(part) if choices else None) or part for part in parts]
    return tuple(code for code in found if code != "none")


def read_date(raw: Raw) -> date:
    """Return the day of a cell: a real date, a text dd/mm/yyyy or yyyy-mm-dd, or a bare day number of Excel."""
    day = _find_day(raw)
    if day.year not in YEARS:
        raise CellError(
            "day_out_of_range",
            f"Năm phải từ {YEARS[0]} đến {YEARS[-1]}.",
            f"The year must be from {YEARS[0]} to {YEARS[-1]}.",
        )
    return day


def _find_day(raw: Raw) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    typed = tidy(raw)
    for form, order in (
        (r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", (3, 2, 1)),
        (r"(\d{4})-(\d{1,2})-(\d{1,2})", (1, 2, 3)),
    ):
        found = re.fullmatch(form + r"(?:[ T]00:00(?::00)?)?", typed)
        if found is not None:
            return _day(*(int(found[place]) for place in order))
    if re.fullmatch(r"\d{5}(?:\.\d+)?", typed) and int(float(typed)) in SERIALS:
        return FIRST_DAY + timedelta(days=int(float(typed)))
    raise _not_a_date()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise _not_a_date() from None


def _not_a_date() -> CellError:
    return CellError(
        "not_a_date",
        "Phải là một ngày có thật, dạng ngày/tháng/năm, ví dụ 31/12/2019.",
        "Must be a real day written day/month/year, e.g. 31/12/2019.",
    )


def show(value: Value, column: Column, lists: Lists) -> Raw:
    """Return a value as people read it in a cell of this column."""
    match value:
        case tuple():
            labels = lists[column.choices].labels if column.choices else {}
            return ", ".join(labels.get(code, code) for code in value)
        case bool():
            return lists["yes_no"].labels["yes" if value else "no"]
        case str() if column.kind is Kind.CHOICE:
            return lists[column.choices].labels.get(value, value)
        case _:
            return value
