"""Fills in an agency's nomination workbook as its clerk does: by the headings, in the empty rows, cell by cell."""

import io
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from importlib.resources import files

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from registration.workbooks.columns import LETTER, PAPER_COLUMNS, RANK, ROW_COLUMNS, Column, Kind, SheetName
from registration.workbooks.forms import CLASSES, CONSENTS, HEADING_ROW, LANGUAGES, LEVELS, PAPER_KINDS, VENDOR_TYPES
from scenario.script.model import Applicant, Nomination, Product

Cell = str | int | date | None
LETTER_ROW = 3
LABELS: Mapping[str, Mapping[str, str]] = {
    "vendor_types": VENDOR_TYPES,
    "consents": CONSENTS,
    "languages": LANGUAGES,
    "levels": LEVELS,
    "classes": CLASSES,
    "paper_kinds": PAPER_KINDS,
}
"""Lists whose labels are the same in every edition; of the others the clerk looks the label up in the workbook."""
Labels = Mapping[str, Mapping[str, str]]
NO_SUCH_DAY = "31/02/2019"


def fill_in(workbook: bytes, nomination: Nomination, mistyped: frozenset[str] = frozenset()) -> bytes:
    """Return the workbook with a province's letter and list filled in.

    The day of the first decision of those in ``mistyped`` (refs of applicants) is one that no calendar has.
    """
    book = openpyxl.load_workbook(io.BytesIO(workbook))
    rows, papers = book[SheetName.ROWS], book[SheetName.PAPERS]
    labels = {**LABELS, **_offered(book)}
    _write_letter(rows, nomination)
    _write_lines(rows, ROW_COLUMNS, _lines(nomination, mistyped), labels)
    _write_lines(papers, PAPER_COLUMNS, _papers(nomination), labels)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _offered(book: Workbook) -> Labels:
    """Return the labels of provinces and product groups by code, as the workbook's own lists have them."""
    words = [str(cell) for row in book[SheetName.LISTS].iter_rows(values_only=True) for cell in row if cell]
    provinces = {word[:2]: word for word in words if word[:2].isdecimal() and word[2:3] == " "}
    return {"provinces": provinces, "groups": {code: label for code, label in _group_labels() if label in words}}


@cache
def _group_labels() -> list[tuple[str, str]]:
    """Return what product groups are called, under every decision."""
    packs = sorted((files("registration") / "packs").iterdir(), key=lambda file: file.name)
    bodies = [
        tomllib.loads(file.read_text("utf-8"))["body"] for file in packs if file.name.startswith("product_groups")
    ]
    return [(code, label) for body in bodies for code, label in body["labels"].items()]


def _write_letter(sheet: Worksheet, nomination: Nomination) -> None:
    paper = nomination.paper
    said = {"number": paper.number, "notation": paper.notation, "issued_on": paper.issued_on, "title": paper.title}
    places = _places(sheet, LETTER_ROW)
    for field, (label, _) in LETTER.items():
        sheet.cell(LETTER_ROW, places[f"{label}:"] + 1, said[field])


def _places(sheet: Worksheet, row: int) -> dict[str, int]:
    """Return the column of each text in a row, counted from 1; other languages stand below its first line."""
    found = enumerate(next(sheet.iter_rows(row, row, values_only=True)), start=1)
    return {str(value).partition("\n")[0]: column for column, value in found if value}


def _write_lines(
    sheet: Worksheet, columns: tuple[Column, ...], lines: Iterator[Mapping[str, Cell]], labels: Labels
) -> None:
    places = _places(sheet, HEADING_ROW)
    for row, line in enumerate(lines, start=HEADING_ROW + 1):
        for column in columns:
            value = line.get(column.key)
            if value is not None:
                sheet.cell(row, places[column.printed], _as_typed(value, column, labels))


def _as_typed(value: Cell, column: Column, labels: Labels) -> Cell:
    if column.kind is Kind.YES_NO:
        return "Có" if value else "Không"
    return labels.get(column.choices, {}).get(value, value) if isinstance(value, str) else value


def _lines(nomination: Nomination, mistyped: frozenset[str]) -> Iterator[dict[str, Cell]]:
    for applicant in nomination.applicants:
        vendor = _vendor(applicant)
        for place, product in enumerate(applicant.products):
            line = {RANK.key: applicant.rank, **(vendor if place == 0 else {}), **_product(product)}
            if place == 0 and applicant.ref in mistyped:
                line["decision_issued_on"] = NO_SUCH_DAY
            yield line


def _vendor(applicant: Applicant) -> dict[str, Cell]:
    contact, wishes = applicant.contact, applicant.wishes
    return {
        "legal_name": applicant.legal_name,
        "trade_name": applicant.trade_name,
        "vendor_type": applicant.vendor_type,
        "tax_id": applicant.tax_id,
        "registration_number": applicant.registration_number,
        "province_code": applicant.province_code,
        "country": None if applicant.country == "VN" else applicant.country,
        "address": applicant.address,
        "representative": applicant.representative,
        "display_name": contact.display_name,
        "phone": contact.phone,
        "email": contact.email,
        "language": contact.language,
        "preferred_channels": ", ".join(contact.channels),
        "may_be_told": ", ".join(contact.may_be_told),
        "booths_wanted": applicant.booths_wanted,
        "zone_codes": ", ".join(wishes.zone_codes) or None,
        "corner": wishes.corner,
        "power": wishes.power,
        "not_beside_group": wishes.not_beside_group,
        "cooking": wishes.cooking,
    }


def _product(product: Product) -> dict[str, Cell]:
    return {
        "name": product.name,
        "product_group": product.product_group,
        "stars": product.stars,
        "recognised_year": product.recognised_year,
        "decision_number": product.decision_number,
        "decision_notation": product.decision_notation,
        "decision_issued_on": product.decision_issued_on,
        "decision_level": product.decision_level,
        "certificate_number": product.certificate_number,
        "certificate_issued_on": product.certificate_issued_on,
        "declared_class": product.product_class,
        "processed_packaged": product.processed_packaged,
        "imported": product.imported,
        "origin": product.origin,
    }


def _papers(nomination: Nomination) -> Iterator[dict[str, Cell]]:
    for applicant in nomination.applicants:
        for document in applicant.documents:
            yield {RANK.key: applicant.rank, "kind": document.kind, "expires_on": document.expires_on}
