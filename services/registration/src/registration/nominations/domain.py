"""What makes a list of nominated vendors wrong as a list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.errors import FieldProblem


@dataclass(frozen=True)
class ListedVendor:
    """A row of the list; ``province_code`` is None for a foreign vendor."""

    rank: int
    province_code: str | None
    country: str = "VN"


@dataclass(frozen=True)
class ForeignBody:
    """A body that nominates foreign vendors: those of its country, or of any where that is None."""

    country: str | None


def check_foreign(rows: Sequence[ListedVendor], body: ForeignBody) -> Iterator[FieldProblem]:
    """Check that an embassy names vendors of its country only, an importer foreign ones only."""
    for place, row in enumerate(rows):
        if row.country == "VN" or body.country not in (None, row.country):
            yield FieldProblem(
                f"rows[{place}].vendor.country",
                "other_country",
                "Đại sứ quán chỉ đề cử đơn vị của nước mình, đơn vị nhập khẩu chỉ đề cử đơn vị nước ngoài.",
                "An embassy nominates vendors of its country only, an importer foreign ones only.",
            )


def check_list(rows: Sequence[ListedVendor], province_code: str | None) -> Iterator[FieldProblem]:
    """Check that ranks differ and that a province names its own vendors only (and foreign ones that it brings)."""
    ranks: dict[int, int] = {}
    for place, row in enumerate(rows):
        first = ranks.setdefault(row.rank, place)
        if first != place:
            yield FieldProblem(
                f"rows[{place}].rank", "rank_twice", f"Trùng thứ tự với rows[{first}].", f"As in rows[{first}]."
            )
        if row.rank < 1:
            yield FieldProblem(f"rows[{place}].rank", "rank_invalid", "Thứ tự từ 1.", "Ranks begin at 1.")
        if province_code is not None and row.province_code not in (None, province_code):
            yield FieldProblem(
                f"rows[{place}].vendor.province_code",
                "other_province",
                "Chỉ đề cử chủ thể của tỉnh, thành phố mình.",
                "A province nominates its own vendors only.",
            )
