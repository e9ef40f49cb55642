"""From the cells of a vendor's rows to an entry of the intake, and from what is stored back to cells."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from registration.dossiers.domain import BoothWishes, CertificateEntry, Decision, Document, Dossier, Product
from registration.intake.handlers import Entry
from registration.vendors.domain import Contact, Vendor
from registration.workbooks.cells import Value
from registration.workbooks.columns import PAPER_COLUMNS, PRODUCT_COLUMNS, SheetName, target_of
from registration.workbooks.domain import Book, CellProblem, Sheet
from registration.workbooks.lines import Cells, Group, Line, missing

CONTACT_KEYS = ("display_name", "phone", "email", "language", "preferred_channels", "may_be_told")
PRODUCT_KEYS = (*(column.key for column in PRODUCT_COLUMNS), "certificate_revoked_on")
PAPER_KEYS = tuple(column.key for column in PAPER_COLUMNS if column.field and column.key != "rank")
REQUIRED = ("legal_name", "trade_name", "vendor_type", "display_name", "email", "booths_wanted")
TOGETHER = (
    (
        ("decision_number", "decision_notation", "decision_issued_on", "decision_level"),
        ("decision_issued_on", "decision_level"),
    ),
    (("certificate_number", "certificate_issued_on"), ("certificate_issued_on",)),
)
"""Cells of which some are needed as soon as one of them is filled in."""


@dataclass(frozen=True)
class Content:
    """What is said of one vendor, as cells: its own, and those of each product and paper."""

    vendor: Cells
    products: tuple[Cells, ...]
    papers: tuple[Cells, ...]

    def to_entry(self, province_code: str | None, prefix: str, rank: int | None) -> Entry:
        """Return the entry of the intake; a vendor in Vietnam without a province is of the agency's."""
        dossier = Dossier(
            products=tuple(map(_to_product, self.products)),
            documents=tuple(map(_to_document, self.papers)),
            booths_wanted=_number(self.vendor, "booths_wanted"),
            wishes=_to_wishes(self.vendor),
        )
        return Entry(_to_vendor(self.vendor, province_code), _to_contact(self.vendor), dossier, prefix, rank)


def content_of(group: Group) -> Content:
    """Return what a workbook says of a vendor."""
    products = tuple(_only(line.cells, PRODUCT_KEYS) for line in group.lines)
    return Content(group.vendor, products, tuple(_only(line.cells, PAPER_KEYS) for line in group.papers))


def content_from(vendor: Vendor, contact: Contact | None, dossier: Dossier) -> Content:
    """Return what is stored of a vendor and its dossier, as cells."""
    cells: Cells = {
        "legal_name": vendor.legal_name,
        "trade_name": vendor.trade_name,
        "vendor_type": vendor.vendor_type,
        "tax_id": vendor.tax_id,
        "registration_number": vendor.registration_number,
        "province_code": vendor.province_code,
        "country": vendor.country,
        "address": vendor.address,
        "representative": vendor.representative,
        "booths_wanted": dossier.booths_wanted,
        "zone_codes": dossier.wishes.zone_codes,
        "corner": dossier.wishes.corner,
        "power": dossier.wishes.power,
        "cooking": dossier.wishes.cooking,
        "not_beside_group": dossier.wishes.not_beside_group,
    }
    if contact is not None:
        cells |= {key: cast("Value", getattr(contact, key)) for key in CONTACT_KEYS}
    papers = tuple({key: cast("Value", getattr(paper, key)) for key in PAPER_KEYS} for paper in dossier.documents)
    return Content(cells, tuple(map(_product_cells, dossier.products)), papers)


def _product_cells(product: Product) -> Cells:
    decision, certificate = product.decision, product.certificate
    return {
        "name": product.name,
        "product_group": product.product_group,
        "stars": product.stars,
        "recognised_year": product.recognised_year,
        "decision_number": decision and decision.number,
        "decision_notation": decision and decision.notation,
        "decision_issued_on": decision and decision.issued_on,
        "decision_level": decision and decision.level,
        "certificate_number": certificate and certificate.number,
        "certificate_issued_on": certificate and certificate.issued_on,
        "certificate_revoked_on": certificate and certificate.revoked_on,
        "declared_class": product.declared_class,
        "processed_packaged": product.processed_packaged,
        "imported": product.imported,
        "origin": product.origin,
    }


def _to_vendor(cells: Cells, province_code: str | None) -> Vendor:
    country = _text(cells, "country") or "VN"
    return Vendor(
        legal_name=_text(cells, "legal_name") or "",
        trade_name=_text(cells, "trade_name") or "",
        vendor_type=_text(cells, "vendor_type") or "",
        tax_id=_text(cells, "tax_id"),
        registration_number=_text(cells, "registration_number"),
        province_code=_text(cells, "province_code") or (province_code if country == "VN" else None),
        country=country,
        address=_text(cells, "address"),
        representative=_text(cells, "representative"),
    )


def _to_contact(cells: Cells) -> Contact:
    return Contact(
        display_name=_text(cells, "display_name") or "",
        email=_text(cells, "email") or "",
        phone=_text(cells, "phone"),
        language=_text(cells, "language") or "vi",
        preferred_channels=_codes(cells, "preferred_channels") or ("email",),
        may_be_told=_codes(cells, "may_be_told") or (),
    )


def _to_wishes(cells: Cells) -> BoothWishes:
    return BoothWishes(
        _codes(cells, "zone_codes"),
        cast("bool | None", cells.get("corner")),
        cast("bool | None", cells.get("power")),
        _text(cells, "not_beside_group"),
        cast("bool | None", cells.get("cooking")),
    )


def _to_product(cells: Cells) -> Product:
    decided_on, certified_on = _day(cells, "decision_issued_on"), _day(cells, "certificate_issued_on")
    number, notation = _text(cells, "decision_number"), _text(cells, "decision_notation")
    level = _text(cells, "decision_level") or ""
    revoked_on = _day(cells, "certificate_revoked_on")
    year = cells.get("recognised_year")
    return Product(
        name=_text(cells, "name") or "",
        product_group=_text(cells, "product_group") or "",
        stars=_number(cells, "stars"),
        recognised_year=year if isinstance(year, int) else None,
        decision=decided_on and Decision(number, notation, decided_on, level),
        certificate=certified_on and CertificateEntry(_text(cells, "certificate_number"), certified_on, revoked_on),
        declared_class=_text(cells, "declared_class"),
        processed_packaged=cells.get("processed_packaged") is True,
        imported=cells.get("imported") is True,
        origin=_text(cells, "origin"),
    )


def _to_document(cells: Cells) -> Document:
    return Document(
        _text(cells, "kind") or "",
        _text(cells, "number"),
        _text(cells, "issuer"),
        _day(cells, "issued_on"),
        _day(cells, "expires_on"),
    )


def _only(cells: Mapping[str, Value], keys: Sequence[str]) -> Cells:
    return {key: value for key, value in cells.items() if key in keys}


def _text(cells: Cells, key: str) -> str | None:
    value = cells.get(key)
    return None if value is None else str(value)


def _number(cells: Cells, key: str) -> int:
    value = cells.get(key)
    return value if isinstance(value, int) else 0


def _codes(cells: Cells, key: str) -> tuple[str, ...] | None:
    value = cells.get(key)
    return value if isinstance(value, tuple) else None


def _day(cells: Cells, key: str) -> date | None:
    value = cells.get(key)
    return value if isinstance(value, date) else None


def gaps(book: Book, group: Group) -> Iterator[CellProblem]:
    """Yield the cells of a vendor that must be filled in and are not; those with a problem already are left out."""
    rows, told = book.sheets[SheetName.ROWS], {(one.sheet, one.cell) for one in group.problems}
    vendor = group.vendor
    found = [missing(rows, group.first.row, key) for key in REQUIRED if key not in vendor]
    for line in group.lines:
        found += [missing(rows, line.row, key) for key in ("name", "product_group") if key not in line.cells]
        for cells, needed in TOGETHER:
            if any(key in line.cells for key in cells):
                found += [missing(rows, line.row, key) for key in needed if key not in line.cells]
    if SheetName.PAPERS in book.sheets:
        papers = book.sheets[SheetName.PAPERS]
        found += [missing(papers, line.row, "kind") for line in group.papers if "kind" not in line.cells]
    yield from (one for one in found if (one.sheet, one.cell) not in told)


def place_of(book: Book, group: Group, field: str) -> tuple[Sheet, int, str]:
    """Return sheet, row and column key of a field of a vendor's entry; what is kept from before stands at the first row."""
    target = target_of(field)
    rows = book.sheets[SheetName.ROWS]
    if target.part == "vendor":
        return rows, _row_with(group.lines, target.key), target.key
    if target.part == "products":
        line = group.lines[target.place] if target.place < len(group.lines) else group.first
        return rows, line.row, target.key
    papers = book.sheets.get(SheetName.PAPERS)
    if papers is None or target.place >= len(group.papers):
        return rows, group.first.row, "legal_name"
    return papers, group.papers[target.place].row, target.key


def _row_with(lines: Sequence[Line], key: str) -> int:
    return next((line.row for line in lines if key in line.cells), lines[0].row)
