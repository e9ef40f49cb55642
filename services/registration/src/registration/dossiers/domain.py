"""A dossier as declared, and what is wrong with its entries, whatever the rules of eligibility say later."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from common.errors import FieldProblem

CLASSES = ("registered", "key_product", "speciality", "craft_village", "potential")
LEVELS = ("central", "province", "district", "commune")
OTHER_PAPERS = (
    "recognition_decision",
    "certificate",
    "test_report",
    "barcode",
    "trademark_or_gi",
    "undertaking",
)
"""Kinds that no rule asks for as papers: a product's entries tell of the first two, the others only support."""
MOST_STARS = 5
MOST_BOOTHS = 2
MOST_PRODUCTS = 50
MOST_DOCUMENTS = 100
FIRST_YEAR = 2013
CODE = re.compile(r"[\w.\-/]{1,64}")


@dataclass(frozen=True)
class Decision:
    """The paper by which stars were given, and the level of the agency that gave them."""

    number: str | None
    notation: str | None
    issued_on: date
    level: str


@dataclass(frozen=True)
class CertificateEntry:
    number: str | None
    issued_on: date
    revoked_on: date | None = None


@dataclass(frozen=True)
class Product:
    """A product as declared; ``stars`` 0 is none, ``declared_class`` is what it is without stars."""

    name: str
    product_group: str
    stars: int
    recognised_year: int | None
    decision: Decision | None
    certificate: CertificateEntry | None
    declared_class: str | None
    processed_packaged: bool
    imported: bool
    origin: str | None

    @property
    def year_of_recognition(self) -> int | None:
        return self.recognised_year or (self.decision and self.decision.issued_on.year)


@dataclass(frozen=True)
class Document:
    """A paper of the vendor; ``expires_on`` is its first day without validity."""

    kind: str
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class BoothWishes:
    zone_codes: tuple[str, ...] | None = None
    corner: bool | None = None
    power: bool | None = None
    not_beside_group: str | None = None
    cooking: bool | None = None


@dataclass(frozen=True)
class Dossier:
    """What is handed in; ``brought_by`` is the embassy or importer that a foreign vendor names as its nominating body."""

    products: tuple[Product, ...]
    documents: tuple[Document, ...]
    booths_wanted: int
    wishes: BoothWishes
    brought_by: str | None = None


def check_dossier(dossier: Dossier, prefix: str, today: date) -> Iterator[FieldProblem]:
    """Check the entries of a dossier; ``prefix`` is the path of its row, with a final dot, or empty."""
    if not 1 <= dossier.booths_wanted <= MOST_BOOTHS:
        yield FieldProblem(
            f"{prefix}booths_wanted",
            "too_many_booths",
            "R04: Mỗi chủ thể đăng ký tối đa 02 gian hàng.",
            "R04: A vendor may ask for one or two booths.",
        )
    yield from _check_number(dossier.products, f"{prefix}products", 1, MOST_PRODUCTS)
    yield from _check_number(dossier.documents, f"{prefix}documents", 0, MOST_DOCUMENTS)
    names: dict[str, int] = {}
    for place, product in enumerate(dossier.products):
        field = f"{prefix}products[{place}]"
        yield from _check_product(product, field, today)
        first = names.setdefault(product.name.casefold(), place)
        if first != place:
            yield FieldProblem(
                f"{field}.name", "product_twice", f"Trùng với products[{first}].", f"The same as products[{first}]."
            )
    for place, document in enumerate(dossier.documents):
        yield from _check_document(document, f"{prefix}documents[{place}]")
    yield from _check_wishes(dossier.wishes, f"{prefix}wishes")


def _check_number(items: Sequence[object], field: str, least: int, most: int) -> Iterator[FieldProblem]:
    if not least <= len(items) <= most:
        yield FieldProblem(
            field, "wrong_number", f"Cần từ {least} đến {most} mục.", f"{least} to {most} entries are needed."
        )


def _check_product(product: Product, field: str, today: date) -> Iterator[FieldProblem]:
    if not product.name:
        yield FieldProblem(f"{field}.name", "missing", "Chưa có tên.", "The name is missing.")
    if not CODE.fullmatch(product.product_group):
        yield _not_a_code(f"{field}.product_group")
    if not 0 <= product.stars <= MOST_STARS:
        yield FieldProblem(f"{field}.stars", "stars_out_of_range", "Hạng sao từ 0 đến 5.", "Stars run from 0 to 5.")
    if product.recognised_year is not None and not FIRST_YEAR <= product.recognised_year <= today.year:
        yield FieldProblem(
            f"{field}.recognised_year", "year_out_of_range", "Năm công nhận không hợp lý.", "Not a year of recognition."
        )
    if product.declared_class is not None and product.declared_class not in CLASSES:
        yield _not_one_of(f"{field}.class", CLASSES)
    if product.decision is not None:
        if product.decision.level not in LEVELS:
            yield _not_one_of(f"{field}.decision.level", LEVELS)
        yield from _check_past(product.decision.issued_on, f"{field}.decision.issued_on", today)
    if product.certificate is not None:
        yield from _check_past(product.certificate.issued_on, f"{field}.certificate.issued_on", today)
        yield from _check_order(
            product.certificate.issued_on, product.certificate.revoked_on, f"{field}.certificate.revoked_on"
        )


def _check_document(document: Document, field: str) -> Iterator[FieldProblem]:
    if not CODE.fullmatch(document.kind):
        yield _not_a_code(f"{field}.kind")
    if document.issued_on is not None:
        yield from _check_order(document.issued_on, document.expires_on, f"{field}.expires_on")


def _check_wishes(wishes: BoothWishes, field: str) -> Iterator[FieldProblem]:
    for place, code in enumerate(wishes.zone_codes or ()):
        if not CODE.fullmatch(code):
            yield _not_a_code(f"{field}.zone_codes[{place}]")
    if wishes.not_beside_group is not None and not CODE.fullmatch(wishes.not_beside_group):
        yield _not_a_code(f"{field}.not_beside_group")


def _check_past(day: date, field: str, today: date) -> Iterator[FieldProblem]:
    if day > today:
        yield FieldProblem(field, "in_the_future", "Ngày ở sau hôm nay.", "The day lies after today.")


def _check_order(first: date, last: date | None, field: str) -> Iterator[FieldProblem]:
    if last is not None and last < first:
        yield FieldProblem(field, "ends_before_it_begins", "Ngày cuối trước ngày đầu.", "It ends before it begins.")


def _not_a_code(field: str) -> FieldProblem:
    return FieldProblem(field, "not_a_code", "Không phải mã.", "Not a code: letters, digits, '.', '-', '_', '/'.")


def _not_one_of(field: str, known: Sequence[str]) -> FieldProblem:
    names = ", ".join(known)
    return FieldProblem(field, "unknown_value", f"Phải là một trong: {names}.", f"Must be one of: {names}.")
