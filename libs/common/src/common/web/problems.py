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

from common.delivery.unit_of_work import CommitUnknownError
from common.dependencies import is_dependency_down
from common.errors import DomainError, FieldProblem, InvalidInputError, NotKnownYetError, TooManyError
from common.links import InvalidLinkError
from common.problem_details import MEDIA_TYPE, problem_body
from common.web.field_problems import to_field_problem
from common.web.pages import SHARED, Pages
from common.web.readers import reader_of

PAGES = Pages(SHARED)

# After an unexpected error the server closes the connection; a proxy that is not told would give it the next request.
HEADERS: dict[int, dict[str, str]] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.INTERNAL_SERVER_ERROR: {"Connection": "close"},
}


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


BROKEN_FORM = (
    "Nội dung gửi lên bị hỏng hoặc có quá nhiều phần, không đọc được; chưa có gì được lưu. Hãy quay lại và gửi lại.",
    "What was sent is broken or has too many parts and cannot be read; nothing was stored. Go back and send it again.",
)


async def _http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == HTTPStatus.BAD_REQUEST and wants_page(request):
        return refusal_page(request, HTTPStatus.BAD_REQUEST, *BROKEN_FORM)
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


async def _outcome_unknown(request: Request, error: Exception) -> JSONResponse:
    if request.method in {"GET", "HEAD"}:  # there was nothing to store
        return await _database_error(request, error)
    answer = problem(
        request,
        status=503,
        code="outcome_unknown",
        vi="Chưa biết yêu cầu đã được lưu hay chưa. Hãy gửi lại đúng yêu cầu này với cùng Idempotency-Key"
        " để nhận câu trả lời của lần đầu.",
        en="It is not known whether this was stored. Send the same request again with the same Idempotency-Key,"
        " and you get the answer of the first.",
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
    app.add_exception_handler(CommitUnknownError, _outcome_unknown)
    app.add_exception_handler(SQLAlchemyError, _database_error)
    app.add_exception_handler(PostgresError, _database_error)
    app.add_exception_handler(OSError, _database_error)
    app.add_exception_handler(Exception, _unexpected)
