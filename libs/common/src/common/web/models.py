"""Parts of request and answer models: limited text, cursor pages."""

import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Generic, TypeVar, cast
from uuid import UUID

from fastapi import Query
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    field_validator,
)
from pydantic_core import PydanticCustomError

from common.calendar import YEARS
from common.contracts.base import LegalDocument
from common.errors import FieldProblem, InvalidInputError
from common.letters import find_refused
from common.web.kinds import refuse_bent

MAX_LINE = 300
MAX_PARAGRAPH = 5000
T = TypeVar("T")


def check_days(value: T) -> T:
    """Return a value whose days and instants all lie in years that people mean."""
    for one in cast("tuple[object, ...] | list[object]", value) if isinstance(value, tuple | list) else (value,):
        if isinstance(one, date) and one.year not in YEARS:
            raise PydanticCustomError(
                "day_out_of_range",
                "The year must be from {first} to {last}",
                {"first": YEARS[0], "last": YEARS[-1]},
            )
    return value


def take_as_sent(sent: object, take: ValidatorFunctionWrapHandler) -> Any:
    """Return what was made of a value; raises ValidationError where it was sent as another type, or is no day that people mean."""
    taken = check_days(take(sent))
    refuse_bent(sent, taken, "request")
    return taken


Day = Annotated[date, WrapValidator(take_as_sent)]
"""A day in a path or query; in a request model a plain ``date`` is checked as well."""


class _AsSent(BaseModel):
    @field_validator("*", mode="wrap")
    @classmethod
    def _take_as_sent(cls, sent: object, take: ValidatorFunctionWrapHandler) -> Any:
        return take_as_sent(sent, take)


class Strict(_AsSent):
    """A request model: unknown fields, values of another JSON type and days in years that nobody means are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)


class Paper(_AsSent, LegalDocument):
    """A numbered paper that comes in; events, which are read for ever, take any day."""


def _normalise(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def _no_controls(allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if letter := find_refused(value, allowed):
            raise PydanticCustomError("control_character", "The text has the letter {letter}", {"letter": letter})
        return value

    return check


Line = Annotated[
    str, BeforeValidator(_normalise), Field(min_length=1, max_length=MAX_LINE), AfterValidator(_no_controls(""))
]
"""One line of text, NFC, without control, direction and zero-width characters, 1 to 300 characters."""

Paragraph = Annotated[
    str,
    BeforeValidator(_normalise),
    Field(min_length=1, max_length=MAX_PARAGRAPH),
    AfterValidator(_no_controls("\n\t")),
]
"""Text of several lines, NFC, to 5,000 characters."""

Cursor = Annotated[str | None, Query(max_length=400, description="next_cursor of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="most items of this page")]


class Page(BaseModel, Generic[T]):
    """A page of a list; ``next_cursor`` is None at the end."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(key: str) -> str:
    """Return the sort key of a page's last item as ``next_cursor``."""
    return urlsafe_b64encode(key.encode()).decode()


def decode_cursor(cursor: str | None) -> str | None:
    """Return the sort key inside a cursor; raises InvalidInputError for one that is none of ours."""
    if cursor is None:
        return None
    try:
        key = urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        raise _cursor_error() from None
    if not key or find_refused(key):
        raise _cursor_error()
    return key


def decode_id_cursor(cursor: str | None) -> UUID | None:
    """Return the id inside a cursor; raises InvalidInputError for one that is none of ours."""
    key = decode_cursor(cursor)
    try:
        return None if key is None else UUID(key)
    except ValueError:
        raise _cursor_error() from None


def _cursor_error() -> InvalidInputError:
    vi = "Con trỏ trang không hợp lệ; hãy lấy next_cursor của trang trước."
    return InvalidInputError(
        [FieldProblem("cursor", "cursor_invalid", vi, "No cursor of ours; take next_cursor of the page before.")]
    )


def page_of(items: Sequence[T], limit: int, key: Callable[[T], object]) -> Page[T]:
    """Return a page of at most ``limit`` items; hand in one more than that to have a next page."""
    shown = list(items[:limit])
    following = encode_cursor(str(key(shown[-1]))) if len(items) > limit else None
    return Page(items=shown, next_cursor=following)
