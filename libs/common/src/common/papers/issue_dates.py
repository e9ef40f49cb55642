"""What every service asks of a numbered paper that an act rests on."""

from collections.abc import Iterator
from datetime import date

from common.errors import FieldProblem


def check_issued_on(issued_on: date | None, today: date, field: str = "legal_document") -> Iterator[FieldProblem]:
    """Note a paper of a day that has not come: an act rests on no paper that nobody can have signed."""
    if issued_on is not None and issued_on > today:
        yield FieldProblem(
            f"{field}.issued_on",
            "in_the_future",
            f"Ngày ban hành {issued_on:%d/%m/%Y} chưa đến; xem lại ngày trên văn bản.",
            f"{issued_on.isoformat()} has not come yet; look at the date on the paper.",
        )
