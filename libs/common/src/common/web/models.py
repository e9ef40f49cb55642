"""Parts of request and answer models: limited text, cursor pages."""

import unicodedata
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_LINE = 300
MAX_PARAGRAPH = 5000


class Strict(BaseModel):
    """A request model: unknown fields are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _normalise(value: Any) -> Any:
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


def _no_controls(allowed: str) -> Callable[[str], str]:
    def check(value: str) -> str:
        if any(unicodedata.category(letter) in {"Cc", "Cs"} and letter not in allowed for letter in value):
            raise PydanticCustomError("control_character", "The text has control characters")
        return value

    return check


Line = Annotated[
    str, BeforeValidator(_normalise), Field(min_length=1, max_length=MAX_LINE), AfterValidator(_no_controls(""))
]
"""One line of text, NFC, without control characters, 1 to 300 characters."""

Paragraph = Annotated[
    str,
    BeforeValidator(_normalise),
    Field(min_length=1, max_length=MAX_PARAGRAPH),
    AfterValidator(_no_controls("\n\t")),
]
"""Text of several lines, NFC, to 5,000 characters."""

Cursor = Annotated[str | None, Query(max_length=400, description="next_cursor of the page before")]
Limit = Annotated[int, Query(ge=1, le=200, description="most items of this page")]


T = TypeVar("T")


class Page(BaseModel, Generic[T]):
    """A page of a list; ``next_cursor`` is None at the end."""

    items: list[T]
    next_cursor: str | None


def encode_cursor(key: str) -> str:
    return urlsafe_b64encode(key.encode()).decode()


def decode_cursor(cursor: str | None) -> str | None:
    """Return the sort key inside a cursor; a cursor that is none of ours starts from the beginning."""
    if cursor is None:
        return None
    try:
        return urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        return None


def page_of(items: Sequence[T], limit: int, key: Callable[[T], object]) -> Page[T]:
    """Return a page of at most ``limit`` items; hand in one more than that to have a next page."""
    shown = list(items[:limit])
    following = encode_cursor(str(key(shown[-1]))) if len(items) > limit else None
    return Page(items=shown, next_cursor=following)
