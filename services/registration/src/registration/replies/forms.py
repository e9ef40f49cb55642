"""Reads what the page of an application sends: a paper with its file, and texts."""

import unicodedata
from datetime import date, datetime

from starlette.datastructures import FormData, UploadFile

from common.errors import FieldProblem, InvalidInputError
from registration.evidence.domain import MOST_BYTES, Declared, check_size
from registration.replies.handlers import Brought

DAYS = ("%Y-%m-%d", "%d/%m/%Y")
"""A day as a browser's calendar sends it, and as it is typed where there is none."""


def text_of(sent: FormData, name: str) -> str:
    """Return a field's text without blanks around it; empty where there is none."""
    value = sent.get(name)
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""


def brings_paper(sent: FormData) -> bool:
    """Tell whether a form brings a paper, or half of one: a file, or the kind of one."""
    file = sent.get("file")
    return bool(text_of(sent, "kind") or (isinstance(file, UploadFile) and file.size))


async def read_paper(sent: FormData) -> Brought:
    """Return the paper that a form brings; raises InvalidInputError for a missing file and for what is no day."""
    problems: list[FieldProblem] = []
    days = {name: _day(sent, name, problems) for name in ("issued_on", "expires_on")}
    file = sent.get("file")
    size = (file.size or 0) if isinstance(file, UploadFile) else 0
    if size > MOST_BYTES:
        problems += check_size(size)
    elif not size:
        vi, en = "Hãy chọn tệp hoặc chụp ảnh giấy tờ.", "Choose a file, or photograph the paper."
        problems.append(FieldProblem("file", "missing", vi, en))
    if problems:
        raise InvalidInputError(problems)
    declared = Declared(
        kind=text_of(sent, "kind"),
        number=text_of(sent, "number") or None,
        issuer=text_of(sent, "issuer") or None,
        issued_on=days["issued_on"],
        expires_on=days["expires_on"],
    )
    return Brought(declared, await file.read() if isinstance(file, UploadFile) else b"")


def _day(sent: FormData, name: str, problems: list[FieldProblem]) -> date | None:
    typed = text_of(sent, name)
    for form in DAYS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
    if typed:
        vi, en = "Hãy gõ ngày theo dạng 31/12/2020.", "Type a day as 31/12/2020."
        problems.append(FieldProblem(name, "not_a_date", vi, en))
    return None
