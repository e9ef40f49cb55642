"""Errors as problem details (RFC 9457), each with a stable code and its text in Vietnamese and English."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from asyncpg import PostgresError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from common.dependencies import is_dependency_down
from common.errors import DomainError, FieldProblem, InvalidInputError, NotKnownYetError, TooManyError
from common.links import InvalidLinkError
from common.problem_details import MEDIA_TYPE, problem_body
from common.web.pages import SHARED, Pages
from common.web.readers import reader_of

PAGES = Pages(SHARED)

# After an unexpected error the server closes the connection; a proxy that is not told would give it the next request.
HEADERS: dict[int, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.INTERNAL_SERVER_ERROR: {"Connection": "close"},
}

# pydantic's error types in the words of people; {…} are the facts that it gives.
TEXTS: dict[str, tuple[str, str]] = {
    "missing": ("Thiếu trường này.", "This field is missing."),
    "extra_forbidden": ("Trường này không được dùng ở đây.", "This field is not known here."),
    "string_too_long": ("Dài quá {max_length} ký tự.", "Longer than {max_length} characters."),
    "string_too_short": ("Cần ít nhất {min_length} ký tự.", "At least {min_length} character(s) are needed."),
    "control_character": (
        "Có ký tự ẩn hoặc ký tự điều khiển {letter}; hãy gõ lại.",
        "Has the hidden or control character {letter}; type it again.",
    ),
    "day_out_of_range": (
        "Năm phải từ {first} đến {last}.",
        "The year must be from {first} to {last}.",
    ),
    "code_form": (
        "Mã gồm 1 đến 64 chữ, số hoặc dấu . : - _ /.",
        "A code has 1 to 64 letters, digits, '.', ':', '-', '_' or '/'.",
    ),
    "finite_number": ("Phải là một số hữu hạn.", "Must be a finite number."),
    "float_parsing": ("Phải là một số.", "Must be a number."),
    "float_type": ("Phải là một số.", "Must be a number."),
    "int_parsing_size": ("Số quá dài.", "The number has too many digits."),
    "bool_type": ("Phải là đúng hoặc sai.", "Must be true or false."),
    "string_type": ("Phải là một đoạn chữ.", "Must be a text."),
    "list_type": ("Phải là một danh sách.", "Must be a list."),
    "tuple_type": ("Phải là một danh sách.", "Must be a list."),
    "dict_type": ("Phải là một đối tượng.", "Must be an object."),
    "model_type": ("Phải là một đối tượng.", "Must be an object."),
    "model_attributes_type": ("Phải là một đối tượng.", "Must be an object."),
    "less_than_equal": ("Phải nhỏ hơn hoặc bằng {le}.", "Must be at most {le}."),
    "greater_than_equal": ("Phải lớn hơn hoặc bằng {ge}.", "Must be at least {ge}."),
    "greater_than": ("Phải lớn hơn {gt}.", "Must be greater than {gt}."),
    "less_than": ("Phải nhỏ hơn {lt}.", "Must be less than {lt}."),
    "int_parsing": ("Phải là số nguyên.", "Must be a whole number."),
    "int_type": ("Phải là số nguyên.", "Must be a whole number."),
    "int_from_float": ("Phải là số nguyên.", "Must be a whole number."),
    "bool_parsing": ("Phải là đúng hoặc sai.", "Must be true or false."),
    "uuid_parsing": ("Mã định danh không đúng.", "Must be a UUID."),
    "date_from_datetime_parsing": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "date_type": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "datetime_type": ("Thời điểm phải theo RFC 3339.", "An instant has the form of RFC 3339."),
    "date_parsing": ("Ngày phải có dạng NĂM-THÁNG-NGÀY.", "A date has the form YYYY-MM-DD."),
    "datetime_parsing": ("Thời điểm phải theo RFC 3339.", "An instant has the form of RFC 3339."),
    "timezone_aware": ("Thời điểm cần có múi giờ.", "An instant needs a time zone."),
    "enum": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "literal_error": ("Phải là một trong: {expected}.", "Must be one of: {expected}."),
    "too_long": ("Nhiều quá {max_length} mục.", "More than {max_length} items."),
    "too_short": ("Cần ít nhất {min_length} mục.", "At least {min_length} item(s) are needed."),
    "string_pattern_mismatch": ("Không đúng dạng {pattern}.", "Does not have the form {pattern}."),
}


def field_path(location: tuple[Any, ...] | list[Any]) -> str:
    """Return ``rows[3].products[0].stars`` of pydantic's location of a mistake."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif part not in {"body", "query", "path", "header"} or path:
            path += f".{part}" if path else str(part)
    return path or ".".join(map(str, location))


def to_field_problem(error: dict[str, Any]) -> FieldProblem:
    """Return a mistake that pydantic found, in both languages."""
    kind = str(error["type"])
    vi, en = TEXTS.get(kind, ("Giá trị không hợp lệ.", str(error["msg"]).removeprefix("Value error, ")))
    facts = {name: value for name, value in error.get("ctx", {}).items() if name != "error"}
    return FieldProblem(field_path(error["loc"]), kind, _fill(vi, _in_vietnamese(facts)), _fill(en, facts))


def _in_vietnamese(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts with the one English word that pydantic puts into them: 'a', 'b' or 'c'."""
    return {name: value.replace("' or '", "' hoặc '") if name == "expected" else value for name, value in facts.items()}


def _fill(text: str, facts: dict[str, Any]) -> str:
    for name, value in facts.items():
        text = text.replace("{" + name + "}", str(value))
    return text


def problem(
    request: Request, *, status: int, code: str, vi: str, en: str, problems: list[FieldProblem], **details: Any
) -> JSONResponse:
    """Return one error as the answer to a request."""
    body = problem_body(request.url.path, status=status, code=code, vi=vi, en=en, problems=problems)
    return JSONResponse(
        {**body, **details},
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=HEADERS.get(status),
    )


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, DomainError):
        raise error
    problems = error.problems if isinstance(error, InvalidInputError) else []
    if error.field and not problems:
        problems = [FieldProblem(error.field, error.code, error.message_vi, error.message_en)]
    answer = problem(
        request,
        status=error.status,
        code=error.code,
        vi=error.message_vi,
        en=error.message_en,
        problems=problems,
        **({"details": error.details} if error.details else {}),
    )
    if isinstance(error, TooManyError | NotKnownYetError) and error.retry_after_seconds is not None:
        answer.headers["Retry-After"] = str(error.retry_after_seconds)
    return answer


def wants_page(request: Request) -> bool:
    """Tell whether a person reads the answer: at a page of ours, or with a browser that follows a link."""
    is_page = getattr(request.scope.get("route"), "response_class", None) is HTMLResponse
    return is_page or "text/html" in request.headers.get("accept", "")


def _refused_page(request: Request, found: list[Any]) -> HTMLResponse:
    """Say in words that a link was spoilt on its way, or that a form has what it should not."""
    is_link = any(item["loc"][0] in {"path", "query"} for item in found)
    error = InvalidLinkError() if is_link else InvalidInputError([to_field_problem(item) for item in found])
    return refusal_page(request, error.status, error.message_vi, error.message_en, getattr(error, "problems", ()))


def refusal_page(
    request: Request, status: int, vi: str, en: str, problems: Sequence[FieldProblem] = (), own: str | None = None
) -> HTMLResponse:
    """Return the page of a refusal in the reader's language; ``own`` is what it said of itself before."""
    contact = getattr(request.app.state.service.settings, "organiser_contact", "")
    told = {"contact": contact} if contact else {}
    reader = reader_of(request, own)
    return PAGES.render("refused.html", status, reader=reader, vi=vi, en=en, problems=problems, **told)


async def _validation_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    found = list(error.errors())
    if wants_page(request):
        return _refused_page(request, found)
    for item in found:
        if item["type"] == "json_invalid":
            return _broken_json(request, error.body, int(item["loc"][-1]), str(item.get("ctx", {}).get("error", "")))
    listed = InvalidInputError([to_field_problem(item) for item in found])
    return await _domain_error(request, listed)


def _broken_json(request: Request, body: object, position: int, what: str) -> JSONResponse:
    """Say where a body stops being JSON: line and column, both from 1."""
    before = (body if isinstance(body, str) else "")[:position]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    where = FieldProblem(
        "body",
        "json_invalid",
        f"Dòng {line}, cột {column}: không phải JSON.",
        f"Line {line}, column {column}: not JSON ({what}).",
    )
    vi, en = "Nội dung gửi lên không phải JSON hợp lệ.", "The body is not valid JSON."
    return problem(request, status=400, code="json_invalid", vi=vi, en=en, problems=[where])


UNREADABLE = FieldProblem(
    "body",
    "json_invalid",
    "Phải là JSON, mã UTF-8, không lồng quá sâu, số không quá dài.",
    "Must be JSON in UTF-8, not nested too deeply, without endless numbers.",
)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.BAD_REQUEST and error.__cause__ is not None:  # the framework could not read it
        vi, en = "Không đọc được nội dung gửi lên.", "The body cannot be read."
        return problem(request, status=400, code="json_invalid", vi=vi, en=en, problems=[UNREADABLE])
    known = {404: ("not_found", "Không có trang này."), 405: ("method_not_allowed", "Không dùng được cách gọi này.")}
    code, vi = known.get(error.status_code, ("http_error", "Yêu cầu không thực hiện được."))
    return problem(request, status=error.status_code, code=code, vi=vi, en=str(error.detail), problems=[])


async def _database_error(request: Request, error: Exception) -> JSONResponse:
    if not is_dependency_down(error):
        raise error
    answer = problem(
        request,
        status=503,
        code="database_unavailable",
        vi="Hệ thống tạm thời không ghi được; không có gì được lưu. Hãy thử lại sau giây lát.",
        en="The system cannot store just now; nothing was stored. Please try again in a moment.",
        problems=[],
    )
    answer.headers["Retry-After"] = "1"
    return answer


async def _unexpected(request: Request, _error: Exception) -> JSONResponse:
    return problem(
        request,
        status=500,
        code="internal_error",
        vi="Hệ thống gặp lỗi; không có gì được lưu. Hãy thử lại sau.",
        en="The system failed; nothing was stored. Please try again later.",
        problems=[],
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Turn every error of an app into problem details."""
    app.add_exception_handler(DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_exception_handler(PostgresError, _database_error)
    app.add_exception_handler(OSError, _database_error)
    app.add_exception_handler(Exception, _unexpected)
