"""Reads a line's product and papers."""

from dataclasses import dataclass, field
from datetime import date

from scenario.reading.fields import Fields
from scenario.reading.tables import is_expired
from scenario.script.model import Document, Product

PRODUCT_GROUPS = ("food", "beverage", "herbal", "textile", "craft", "tourism", "ornamental")
VENDOR_TYPES = ("company", "cooperative", "cooperative_group", "household", "other")
PRODUCT_CLASSES = ("registered", "key_product", "speciality", "craft_village", "potential")
AWARD_LEVELS = ("commune", "district", "province", "central")
PRODUCT_COLUMNS = (
    "product",
    "product_group",
    "stars",
    "recognised_year",
    "decision_number",
    "decision_notation",
    "decision_issued_on",
    "decision_level",
    "certificate_number",
    "certificate_issued_on",
    "certificate_revoked_on",
    "class",
    "processed_packaged",
    "imported",
    "origin",
)
CERTIFICATE_MONTHS = 36


@dataclass
class KnownVendors:
    """What was read before, for the checks that look over all files."""

    zone_codes: set[str]
    paper_kinds: frozenset[str]
    provinces: set[str]
    official_last: date
    tax_ids: dict[str, str] = field(default_factory=dict[str, str])


def read_documents(row: Fields, name: str, known: KnownVendors) -> tuple[Document, ...]:
    """Read ``kind`` or ``kind@2021-03-31``, separated by blanks."""
    documents: list[Document] = []
    for word in row.words(name):
        kind, _, until = word.partition("@")
        if kind not in known.paper_kinds:
            kinds = ", ".join(sorted(known.paper_kinds))
            row.wrong(name, f"“{kind}” không có; các loại giấy tờ: {kinds}", f"“{kind}” is unknown; papers: {kinds}")
        inner = Fields({"until": until}, file=row.file, line_of=row.line_of, mistakes=row.mistakes, prefix=f"{name}.")
        expires_on = inner.optional_day("until")
        if is_expired(expires_on, known.official_last):
            vi = f"{kind} hết hạn trước ngày cuối sự kiện ({known.official_last:%d/%m/%Y})"
            row.wrong(name, vi, f"{kind} ends before the last official day ({known.official_last})")
        documents.append(Document(kind, expires_on))
    return tuple(documents)


def read_product(row: Fields, known: KnownVendors) -> Product:
    product = Product(
        name=row.text("product"),
        product_group=row.choice("product_group", PRODUCT_GROUPS),
        stars=row.optional_integer("stars", 0, 5) or 0,
        recognised_year=row.optional_integer("recognised_year", 2013, 2100),
        decision_number=row.optional_text("decision_number", 20),
        decision_notation=row.optional_text("decision_notation", 50),
        decision_issued_on=row.optional_day("decision_issued_on"),
        decision_level=row.choice("decision_level", AWARD_LEVELS) if row.has("decision_level") else None,
        certificate_number=row.optional_text("certificate_number", 50),
        certificate_issued_on=row.optional_day("certificate_issued_on"),
        certificate_revoked_on=row.optional_day("certificate_revoked_on"),
        product_class=row.choice("class", PRODUCT_CLASSES) if row.has("class") else None,
        processed_packaged=row.flag("processed_packaged"),
        imported=row.flag("imported"),
        origin=row.optional_text("origin"),
    )
    _check_certificate(row, product, known)
    return product


def _check_certificate(row: Fields, product: Product, known: KnownVendors) -> None:
    issued_on = product.certificate_issued_on
    if row.is_faulty("certificate_issued_on"):
        return
    if product.stars >= 3 and issued_on and is_expired(add_months(issued_on, CERTIFICATE_MONTHS), known.official_last):
        expires = add_months(issued_on, CERTIFICATE_MONTHS)
        row.wrong(
            "certificate_issued_on",
            f"giấy chứng nhận hết hiệu lực ngày {expires:%d/%m/%Y}, trước khi sự kiện kết thúc; để stars là 0",
            f"the certificate lapses on {expires}, before the fair is over; enter the product with stars 0",
        )


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, clamped to that month's end."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month, min(day.day, last))
        except ValueError:
            continue
    return date(year, month, 28)
