"""The body of an error as every door of the system writes it (RFC 9457); needs no web framework, so the proxy has it too."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from common.errors import FieldProblem

MEDIA_TYPE = "application/problem+json"


def problem_body(
    path: str, *, status: int, code: str, vi: str, en: str, problems: Sequence[FieldProblem] = ()
) -> dict[str, Any]:
    """Return what is said of an error at ``path``: a stable code, its text in both languages, and each field's mistake."""
    return {
        "type": f"urn:ocop:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": en,
        "detail_vi": vi,
        "errors": [{"field": item.field, "code": item.code, "vi": item.vi, "en": item.en} for item in problems],
        "instance": path,
    }
