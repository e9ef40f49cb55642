"""Reads what the page of an application sends: papers with their files, and texts."""

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from starlette.datastructures import FormData, UploadFile

from common.errors import FieldProblem, InvalidInputError
from registration.dossiers.domain import CertificateEntry, Decision
from registration.evidence.domain import MOST_BYTES, Declared, check_size
from registration.renewals.domain import Renewal
from registration.replies.handlers import Brought

DAYS = ("%Y-%m-%d", "%d/%m/%Y")
"""A day as a browser's calendar sends it, and as it is typed where there is none."""
OF_PAPER = ("kind", "number", "issuer", "issued_on", "expires_on")
OF_RENEWAL = ("product_id", "stars", "decision_number", "decision_notation", "decision_on", "decision_level")
"""What the form of a new certificate says besides the paper itself."""
STARS = ("3", "4", "5")
MOST_PAPERS = 5
"""So many papers one form brings."""
MOST_BODY_BYTES = 3 * MOST_BYTES + 5 * 1024 * 1024
"""A form may bring several photographs, or three of the largest files; one somewhat too large is refused in words."""


def text_of(sent: FormData, name: str) -> str:
    """Return a field's text without blanks around it; empty where there is none."""
    value = sent.get(name)
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else ""


def typed_in(sent: FormData) -> dict[str, object]:
    """Return what was typed: the button, the statement, and the fields of each paper, by place."""
    papers = [{name: texts[name] for name in OF_PAPER} for texts, _ in _papers(sent)]
    papers += [{}] * (MOST_PAPERS - len(papers))
    renewal = {name: text_of(sent, name) for name in OF_RENEWAL}
    return {"do": text_of(sent, "do"), "statement": text_of(sent, "statement"), "papers": papers, **renewal}


def read_renewal(sent: FormData, declared: Declared) -> Renewal:
    """Return the new certificate that a form tells of, by the paper sent with it.

    Raises InvalidInputError for a product that is not chosen, a missing day of issue and what is no day.
    """
    problems: list[FieldProblem] = []
    said = {name: text_of(sent, name) for name in OF_RENEWAL}
    decided_on = _day(said["decision_on"], "products[0].decision.issued_on", problems)
    product_id = _id(said["product_id"], problems)
    if declared.issued_on is None:
        vi, en = "Hãy ghi ngày cấp giấy chứng nhận.", "Say on which day the certificate was issued."
        problems.append(FieldProblem("products[0].certificate.issued_on", "missing", vi, en))
    if problems or declared.issued_on is None or product_id is None:
        raise InvalidInputError(problems)
    decision = None
    if decided_on is not None:
        number, notation = said["decision_number"] or None, said["decision_notation"] or None
        decision = Decision(number, notation, decided_on, said["decision_level"])
    stars = int(said["stars"]) if said["stars"] in STARS else None
    return Renewal(product_id, CertificateEntry(declared.number, declared.issued_on), decision, stars)


def _id(typed: str, problems: list[FieldProblem]) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        vi, en = "Hãy chọn sản phẩm.", "Choose the product."
        problems.append(FieldProblem("products[0].product_id", "missing", vi, en))
        return None


async def read_papers(sent: FormData, *, is_needed: bool = False) -> list[Brought]:
    """Return the papers that a form brings; those without a file and a kind are left out.

    Raises InvalidInputError for each missing file and for what is no day, by the place of its paper.
    """
    problems: list[FieldProblem] = []
    brought: list[tuple[str, Declared, UploadFile | None]] = []
    for place, (texts, file) in enumerate(_papers(sent)):
        if not (texts["kind"] or (file is not None and file.size)) and not (is_needed and place == 0):
            continue
        field = f"papers[{place}]"
        days = {name: _day(texts[name], f"{field}.{name}", problems) for name in ("issued_on", "expires_on")}
        problems += _check_file(file, field)
        brought.append((field, Declared(texts["kind"], texts["number"] or None, texts["issuer"] or None, **days), file))
    if problems:
        raise InvalidInputError(problems)
    return [
        Brought(declared, file.read, file.size or 0, field) for field, declared, file in brought if file is not None
    ]


def _papers(sent: FormData) -> Iterator[tuple[Mapping[str, str], UploadFile | None]]:
    """Return each paper's fields, as they stand in the form one after the other."""
    columns = [[str(one) for one in sent.getlist(name)][:MOST_PAPERS] for name in OF_PAPER]
    files = [one if isinstance(one, UploadFile) else None for one in sent.getlist("file")][:MOST_PAPERS]
    for place in range(max(len(files), *(len(column) for column in columns))):
        texts = [column[place] if place < len(column) else "" for column in columns]
        tidy = [unicodedata.normalize("NFC", one).strip() for one in texts]
        yield dict(zip(OF_PAPER, tidy, strict=True)), files[place] if place < len(files) else None


def _check_file(file: UploadFile | None, field: str) -> Iterator[FieldProblem]:
    size = (file.size or 0) if file is not None else 0
    if not size:
        vi, en = "Hãy chọn tệp hoặc chụp ảnh giấy tờ.", "Choose a file, or photograph the paper."
        yield FieldProblem(f"{field}.file", "missing", vi, en)
    elif size > MOST_BYTES:
        for one in check_size(size):
            yield FieldProblem(f"{field}.file", one.code, one.vi, one.en)


def _day(typed: str, field: str, problems: list[FieldProblem]) -> date | None:
    for form in DAYS:
        try:
            return datetime.strptime(typed, form).date()  # noqa: DTZ007  # a calendar day has no zone
        except ValueError:
            continue
    if typed:
        vi, en = "Hãy gõ ngày theo dạng 31/12/2020.", "Type a day as 31/12/2020."
        problems.append(FieldProblem(field, "not_a_date", vi, en))
    return None
