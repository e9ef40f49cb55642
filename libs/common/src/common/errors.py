"""Business refusals: each has a stable code, a status and a text in Vietnamese and English."""

from dataclasses import dataclass
from typing import ClassVar

Detail = str | int | bool | None


class DomainError(Exception):
    """A refusal that people see; ``code`` is stable, ``status`` is its HTTP status.

    Args:
        message_vi: what is wrong and what to do, in Vietnamese.
        message_en: the same in English.
        field: the input that it is about, e.g. ``rows[3].products[0].stars``.
        details: further facts for machines, told in the answer.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409

    def __init__(self, message_vi: str, message_en: str, *, field: str | None = None, **details: Detail) -> None:
        super().__init__(message_en)
        self.message_vi = message_vi
        self.message_en = message_en
        self.field = field
        self.details = details


class ConflictError(DomainError):
    """The request does not fit what is there."""

    code = "conflict"


class ForbiddenError(DomainError):
    """The caller may not do this."""

    code = "forbidden"
    status = 403


class TooManyError(DomainError):
    """There were more of this kind than may be; ``retry_after_seconds`` says when there is room again, where time makes it."""

    code = "too_many"
    status = 429

    def __init__(
        self, message_vi: str, message_en: str, *, field: str | None = None, retry_after_seconds: int | None = None
    ) -> None:
        super().__init__(message_vi, message_en, field=field)
        self.retry_after_seconds = retry_after_seconds


NOUNS = {
    "agency": "cơ quan",
    "application": "hồ sơ",
    "contract": "hợp đồng sự kiện",
    "draft": "bản nháp",
    "edition": "kỳ sự kiện",
    "file": "tệp",
    "floor plan of edition": "sơ đồ gian hàng của kỳ sự kiện",
    "notice": "thông báo",
    "offer": "lời mời",
    "override": "ngoại lệ",
    "paper": "giấy tờ",
    "pin": "ghim",
    "place": "chỗ",
    "province register": "danh mục tỉnh, thành phố",
    "repair": "phương án sắp lại",
    "report": "báo cáo",
    "run": "phương án",
    "swap": "đề nghị đổi gian",
    "upload": "lần gửi tệp",
    "vendor": "chủ thể",
}
"""What things are called in Vietnamese, by the English noun."""


class NotFoundError(DomainError):
    """There is no such thing; takes the English noun and the id that was asked for."""

    code = "not_found"
    status = 404

    def __init__(self, noun: str, wanted: object) -> None:
        vi = f"Không tìm thấy {NOUNS.get(noun, noun)} {wanted}."
        super().__init__(vi, f"There is no {noun} {wanted}.", noun=noun)


class NotKnownYetError(NotFoundError):
    """Another service makes such things, and this one has not heard of it, or not yet; takes the English noun and the id."""

    retry_after_seconds = 1

    def __init__(self, noun: str, wanted: object) -> None:
        super().__init__(noun, wanted)
        self.message_vi = (
            f"Ở đây chưa biết {NOUNS.get(noun, noun)} {wanted}. Nếu vừa được tạo, hãy thử lại sau giây lát."
        )
        self.message_en = f"The {noun} {wanted} is not known here yet. If it was just made, try again in a moment."


@dataclass(frozen=True)
class FieldProblem:
    """One mistake in an input: the field, a stable code, and what to do in both languages."""

    field: str
    code: str
    vi: str
    en: str


class InvalidInputError(DomainError):
    """The input has mistakes; all of them are told at once."""

    code = "invalid_input"
    status = 422

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(
            f"Dữ liệu gửi lên có {len(problems)} lỗi; không có gì được lưu.",
            f"The input has {len(problems)} mistake(s); nothing of it was stored.",
        )
        self.problems = problems
