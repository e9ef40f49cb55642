"""Reads the fields of one line or table: converts, checks, and notes each mistake instead of stopping at it."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import cast

from common.calendar import VIETNAM
from scenario.reading.mistakes import Mistakes

CODE = re.compile(r"[\w.\-/]{1,64}")
EPOCH_DAY = date(1, 1, 1)
EPOCH = datetime(1, 1, 1, tzinfo=UTC)
YES, NO = ("yes", "true", "1", "có"), ("no", "false", "0", "không")


class Fields:
    """One CSV line or TOML table; a faulty field is noted and read as an empty value of its type."""

    def __init__(
        self,
        values: Mapping[str, object],
        *,
        file: str,
        line_of: Callable[[str], int],
        mistakes: Mistakes,
        prefix: str = "",
    ) -> None:
        self.values = {key: value for key, value in values.items() if value not in (None, "")}
        self.file = file
        self.line_of = line_of
        self.mistakes = mistakes
        self.prefix = prefix
        self._read: set[str] = set()
        self._faulty: set[str] = set()

    def wrong(self, name: str, vi: str, en: str) -> None:
        """Note a mistake of the field."""
        self._faulty.add(name)
        self.mistakes.add(self.file, self.line_of(name), f"{self.prefix}{name}", vi, en)

    def is_faulty(self, name: str) -> bool:
        """Tell whether a mistake of the field was noted: it was then read as an empty value."""
        return name in self._faulty

    def has(self, name: str) -> bool:
        return name in self.values

    def raw(self, name: str) -> object:
        """Return the value as it stands in the file, None if empty."""
        self._read.add(name)
        return self.values.get(name)

    def _required(self, name: str) -> object:
        value = self.raw(name)
        if value is None:
            self.wrong(name, "thiếu; hãy điền vào", "is missing; fill it in")
        return value

    def optional_text(self, name: str, limit: int = 300) -> str | None:
        """Return a line of text in NFC without control characters, at most ``limit`` characters."""
        value = self.raw(name)
        return None if value is None else self._clean(name, value, limit)

    def text(self, name: str, limit: int = 300) -> str:
        value = self._required(name)
        return "" if value is None else self._clean(name, value, limit)

    def _clean(self, name: str, value: object, limit: int) -> str:
        if not isinstance(value, str):
            self.wrong(name, "phải là văn bản trong ngoặc kép", "must be text in quotation marks")
            return ""
        text = unicodedata.normalize("NFC", value).strip()
        if len(text) > limit:
            self.wrong(name, f"dài {len(text)} ký tự; tối đa {limit}", f"has {len(text)} characters; at most {limit}")
        if any(unicodedata.category(letter) == "Cc" for letter in text):
            self.wrong(name, "có ký tự điều khiển; hãy xóa", "has control characters; remove them")
        return text

    def code(self, name: str) -> str:
        """Return a register code: letters, digits and ``. - _ /``."""
        text = self.text(name, 64)
        if text and not CODE.fullmatch(text):
            self.wrong(name, f"mã “{text}” không hợp lệ", f"code “{text}” may only have letters, digits, . - _ /")
        return text

    def optional_code(self, name: str) -> str | None:
        return self.code(name) if self.has(name) else self.optional_text(name)

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        text = self.text(name)
        if text and text not in allowed:
            options = ", ".join(allowed)
            self.wrong(name, f"“{text}” không có; chọn một trong: {options}", f"“{text}” is unknown; one of: {options}")
        return text

    def integer(self, name: str, low: int, high: int) -> int:
        number = self.optional_integer(name, low, high)
        if number is None:
            self._required(name)
            return low
        return number

    def optional_integer(self, name: str, low: int, high: int) -> int | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
            self.wrong(name, f"“{value}” không phải số nguyên", f"“{value}” is no whole number")
            return low
        number = int(str(value))
        if not low <= number <= high:
            self.wrong(name, f"{number} ngoài khoảng {low}-{high}", f"{number} is not within {low}-{high}")
            return low
        return number

    def number(self, name: str, low: float, high: float) -> float:
        value = self._required(name)
        if value is None:
            return low
        try:
            number = float(str(value))
        except ValueError:
            self.wrong(name, f"“{value}” không phải số", f"“{value}” is no number")
            return low
        if not low <= number <= high:
            self.wrong(name, f"{value} ngoài khoảng {low:g}-{high:g}", f"{value} is not within {low:g}-{high:g}")
        return number

    def flag(self, name: str) -> bool:
        return bool(self.optional_flag(name))

    def optional_flag(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        text = str(value).strip().lower()
        if text not in (*YES, *NO):
            self.wrong(name, f"“{value}”: viết yes hoặc no", f"“{value}”: write yes or no")
        return text in YES

    def optional_day(self, name: str) -> date | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(name, f"“{value}”: viết ngày dạng 2020-10-09", f"“{value}”: write a date as 2020-10-09")
            return EPOCH_DAY

    def day(self, name: str) -> date:
        day = self.optional_day(name)
        if day is None:
            self._required(name)
            return EPOCH_DAY
        return day

    def moment(self, name: str) -> datetime:
        """Return an instant in UTC; without an offset it is Vietnam time."""
        value = self._required(name)
        if value is None:
            return EPOCH
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            self.wrong(name, f"“{value}”: viết dạng 2020-10-09T08:00:00", f"“{value}”: write it as 2020-10-09T08:00:00")
            return EPOCH
        local = moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)
        return local.astimezone(UTC)

    def words(self, name: str) -> tuple[str, ...]:
        """Return a list of TOML strings, or the words of a CSV field."""
        value = self.raw(name)
        if value is None:
            return ()
        if isinstance(value, str):
            return tuple(value.split())
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if not all(isinstance(item, str) for item in items):
            self.wrong(name, 'phải là danh sách, ví dụ ["01", "31"]', 'must be a list such as ["01", "31"]')
            return ()
        return tuple(str(item) for item in items)

    def table(self, name: str) -> "Fields":
        """Return the fields of a table inside this one; a missing table reads as an empty one."""
        value = self.raw(name)
        if value is not None and not isinstance(value, dict):
            self.wrong(name, "phải là một bảng {…}", "must be a table {…}")
            value = None
        return self._inner(name, cast("Mapping[str, object]", value or {}), lambda _: self.line_of(name))

    def tables(self, name: str) -> tuple["Fields", ...]:
        """Return the tables of a list of tables."""
        value = self.raw(name)
        items = cast("list[object]", value) if isinstance(value, list) else []
        if (value is not None and not isinstance(value, list)) or not all(isinstance(item, dict) for item in items):
            self.wrong(name, "phải là danh sách bảng [{…}]", "must be a list of tables [{…}]")
            return ()
        tables = cast("list[Mapping[str, object]]", items)
        return tuple(
            self._inner(f"{name}[{place}]", table, lambda _: self.line_of(name)) for place, table in enumerate(tables)
        )

    def _inner(self, name: str, values: Mapping[str, object], line_of: Callable[[str], int]) -> "Fields":
        prefix = f"{self.prefix}{name}."
        return Fields(values, file=self.file, line_of=line_of, mistakes=self.mistakes, prefix=prefix)

    def refuse_unknown(self) -> None:
        """Note every field that nobody asked for: most often a misspelling."""
        for name in self.values.keys() - self._read:
            known = ", ".join(sorted(self._read))
            self.wrong(name, f"trường lạ; các trường có: {known}", f"is unknown; the fields are: {known}")


def say_lines(text: str, rows: Sequence[Fields]) -> str:
    """Return what a service says of an input, with ``floor_plan.csv:2`` for its ``booths[0]``."""

    def place(found: re.Match[str]) -> str:
        row = rows[int(found[1])]
        return f"{row.file}:{row.line_of('')}"

    return re.sub(r"\b\w+\[(\d+)\]", place, text)
