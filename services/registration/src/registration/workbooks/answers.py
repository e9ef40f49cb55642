"""What is answered to a workbook that came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from registration.amendments.domain import kept_value
from registration.workbooks.domain import Book, CellProblem
from registration.workbooks.merging import Change


@dataclass(frozen=True)
class ChangedCell:
    """One value that was amended; of a contact only that it was."""

    sheet: str
    cell: str
    field: str
    old: str | None
    new: str | None

    @classmethod
    def of(cls, change: Change, book: Book) -> "ChangedCell":
        sheet = book.sheets[change.sheet]
        old, new = kept_value(change.field, change.old), kept_value(change.field, change.new)
        return cls(sheet.title, sheet.cell(change.row, change.key), change.field, old, new)


@dataclass(frozen=True)
class Listed:
    """A vendor of the agency's list; ``row`` is its first row, None where it has none in the workbook."""

    row: int | None
    rank: int | None
    trade_name: str
    application_id: UUID
    vendor_id: UUID
    state: str
    changes: tuple[ChangedCell, ...] = ()


@dataclass(frozen=True)
class KeptPart:
    """A product or paper of a vendor that has no row any more; it stays as it was."""

    row: int
    trade_name: str
    what: str


@dataclass(frozen=True)
class OverQuota:
    """A vendor that the agency's own ranking puts beyond its quota, and the booths asked for up to it, with other agencies'."""

    rank: int
    trade_name: str
    application_id: UUID
    booths_up_to: int


@dataclass(frozen=True)
class QuotaView:
    """The bounds on the booths of the agency or its province, and how many its list asks for.

    ``booths_of_others`` are those that other agencies of the province ask for out of the same quota.
    """

    floor: int | None
    ceiling: int | None
    booths_asked_for: int
    booths_of_others: int = 0


@dataclass(frozen=True)
class Answer:
    """What became of a workbook: what was taken, amended, left; what has no row any more; and every mistake."""

    filled_workbook_id: UUID
    edition_id: UUID
    agency_code: str
    received_at: datetime
    sha256: str
    rows_read: int
    taken: Sequence[Listed]
    amended: Sequence[Listed]
    unchanged: int
    refused: int
    removed: Sequence[Listed]
    kept: Sequence[KeptPart]
    quota: QuotaView
    over_quota: Sequence[OverQuota]
    problems: Sequence[CellProblem]


def summary_of(answer: Answer) -> list[tuple[str, str]]:
    """Return the answer as the lines above the list of mistakes in the marked workbook."""
    mistakes = sum(not problem.is_warning for problem in answer.problems)
    ceiling, own, of_others = answer.quota.ceiling, answer.quota.booths_asked_for, answer.quota.booths_of_others
    together = f", cùng {of_others} gian của cơ quan khác trong tỉnh là {own + of_others}" if of_others else ""
    in_all = f", with {of_others} of other agencies of the province {own + of_others}" if of_others else ""
    vi = f"{own} gian{together}" + (f", tối đa {ceiling}" if ceiling is not None else "")
    en = f"{own} booths{in_all}" + (f", at most {ceiling}" if ceiling is not None else "")
    over, kept = "Vượt chỉ tiêu / Over the quota", "Không còn dòng, vẫn giữ / No row any more, kept"
    lines = [
        ("Số dòng đã đọc / Rows read", str(answer.rows_read)),
        ("Chủ thể mới được nhận / Vendors taken", str(len(answer.taken))),
        ("Chủ thể được bổ sung / Vendors amended", str(len(answer.amended))),
        ("Chủ thể không thay đổi / Unchanged", str(answer.unchanged)),
        ("Chưa nhận vì có lỗi / Not taken, with mistakes", str(answer.refused)),
        ("Số lỗi / Mistakes", str(mistakes)),
        ("Gian hàng đề nghị / Booths asked for", f"{vi} / {en}"),
    ]
    lines += [(over, f"{_say_rank(one.rank)}: {one.trade_name}") for one in answer.over_quota]
    lines += [(kept, f"{_say_rank(one.rank)}: {one.trade_name}") for one in answer.removed]
    lines += [(kept, f"{one.trade_name}: {one.what}") for one in answer.kept]
    return lines


def _say_rank(rank: int | None) -> str:
    return f"Thứ tự / Rank {rank}"
