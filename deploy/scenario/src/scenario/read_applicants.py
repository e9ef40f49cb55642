"""Reads applicants: one line per product; the lines of one vendor share its rank, the first carries the vendor."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from scenario.fields import Fields
from scenario.mistakes import Mistakes
from scenario.model import Applicant, Document, Product, Wishes
from scenario.read_tables import CONTACT_COLUMNS, check_province, is_expired, read_contact, read_lines

VENDOR_TYPES = ("company", "cooperative", "cooperative_group", "household", "other")
PRODUCT_GROUPS = ("food", "beverage", "herbal", "textile", "craft", "tourism", "ornamental")
PRODUCT_CLASSES = ("registered", "key_product", "speciality", "craft_village", "potential")
AWARD_LEVELS = ("commune", "district", "province", "central")
VENDOR_COLUMNS = (
    "legal_name",
    "trade_name",
    "vendor_type",
    "tax_id",
    "registration_number",
    "address",
    "representative",
    *CONTACT_COLUMNS,
    "booths",
    "zones",
    "corner",
    "power",
    "not_beside_group",
    "papers",
    "papers_later",
)
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
NOMINATED_COLUMNS = ("rank", *VENDOR_COLUMNS, *PRODUCT_COLUMNS)
SELF_COLUMNS = ("rank", "province_code", "country", *VENDOR_COLUMNS, *PRODUCT_COLUMNS)
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
CERTIFICATE_MONTHS = 36


@dataclass
class KnownVendors:
    """What was read before, for the checks that look over all files."""

    zone_codes: set[str]
    provinces: set[str]
    official_last: date
    tax_ids: dict[str, str] = field(default_factory=dict[str, str])


def read_applicants(
    folder: Path, name: str, province_code: str | None, known: KnownVendors, mistakes: Mistakes
) -> tuple[Applicant, ...]:
    """Return a file's applicants in order of rank lines; ``province_code`` is None for self-registered ones."""
    applicants: dict[int, Applicant] = {}
    columns = NOMINATED_COLUMNS if province_code else SELF_COLUMNS
    for row in read_lines(folder, name, columns, mistakes):
        rank = row.integer("rank", 1, 9999)
        product = _read_product(row, known)
        if rank in applicants:
            _refuse_second_vendor(row)
            before = applicants[rank]
            applicants[rank] = replace(before, products=(*before.products, product))
        else:
            applicants[rank] = _read_vendor(row, rank, product, province_code, known)
    return tuple(applicants.values())


def _refuse_second_vendor(row: Fields) -> None:
    for column in VENDOR_COLUMNS:
        if row.has(column):
            row.wrong(
                column,
                "dòng sau của cùng một hạng chỉ ghi sản phẩm; để trống ô này, hoặc đổi rank",
                "further lines of one rank carry products only; leave this empty, or change the rank",
            )


def _read_vendor(
    row: Fields, rank: int, product: Product, province_code: str | None, known: KnownVendors
) -> Applicant:
    country = "VN" if province_code else row.code("country")
    province = province_code or row.optional_code("province_code")
    ref = f"{province_code or 'self'}/{rank}"
    if not province_code and country == "VN" and province is None:
        row.wrong("province_code", "chủ thể trong nước phải có mã tỉnh", "a vendor of Vietnam needs a province code")
    if province:
        check_province(row, "province_code", province, known.provinces)
    return Applicant(
        ref=ref,
        rank=rank,
        legal_name=row.text("legal_name"),
        trade_name=row.text("trade_name"),
        vendor_type=row.choice("vendor_type", VENDOR_TYPES),
        tax_id=_read_tax_id(row, ref, country, known),
        registration_number=row.optional_text("registration_number", 50),
        province_code=province,
        country=country,
        address=row.optional_text("address"),
        representative=row.optional_text("representative"),
        contact=read_contact(row),
        booths_wanted=row.integer("booths", 1, 2),
        wishes=_read_wishes(row, known),
        documents=_read_documents(row, "papers", known),
        documents_later=_read_documents(row, "papers_later", known),
        products=(product,),
    )


def _read_tax_id(row: Fields, ref: str, country: str, known: KnownVendors) -> str | None:
    tax_id = row.optional_text("tax_id", 20)
    if tax_id is None:
        if country == "VN":
            row.wrong("tax_id", "thiếu mã số thuế", "the tax id is missing")
        return None
    if country == "VN" and not is_tax_id(tax_id):
        row.wrong("tax_id", f"“{tax_id}”: mã số thuế không hợp lệ", f"“{tax_id}” is no tax id (10 digits, the last a check)")
    if tax_id in known.tax_ids:
        other = known.tax_ids[tax_id]
        row.wrong("tax_id", f"“{tax_id}” đã có ở hồ sơ {other}", f"“{tax_id}” already stands at {other}")
    known.tax_ids.setdefault(tax_id, ref)
    return tax_id


def is_tax_id(text: str) -> bool:
    """Say whether the text is a 10-digit tax id with the right check digit, perhaps of a dependent unit."""
    found = re.fullmatch(r"(\d{9})(\d)(?:-(\d{3}))?", text)
    if not found or found[1][2:] == "0000000" or found[3] == "000":
        return False
    return tax_check_digit(found[1]) == int(found[2])


def tax_check_digit(first_nine: str) -> int:
    """Return the tenth digit of a tax id; 10 means that the number is never issued."""
    return 10 - sum(int(digit) * weight for digit, weight in zip(first_nine, TAX_WEIGHTS, strict=True)) % 11


def _read_wishes(row: Fields, known: KnownVendors) -> Wishes:
    zones = row.words("zones")
    for zone in zones:
        if zone not in known.zone_codes:
            row.wrong("zones", f"không có khu {zone}", f"there is no zone {zone}")
    return Wishes(
        zone_codes=zones,
        corner=row.optional_flag("corner"),
        power=row.optional_flag("power"),
        not_beside_group=row.choice("not_beside_group", PRODUCT_GROUPS) if row.has("not_beside_group") else None,
    )


def _read_documents(row: Fields, name: str, known: KnownVendors) -> tuple[Document, ...]:
    """Read ``kind`` or ``kind@2021-03-31``, separated by blanks."""
    documents: list[Document] = []
    for word in row.words(name):
        kind, _, until = word.partition("@")
        inner = Fields({"until": until}, file=row.file, line_of=row.line_of, mistakes=row.mistakes, prefix=f"{name}.")
        expires_on = inner.optional_day("until")
        if is_expired(expires_on, known.official_last):
            vi = f"{kind} hết hạn trước ngày cuối sự kiện ({known.official_last:%d/%m/%Y})"
            row.wrong(name, vi, f"{kind} ends before the last official day ({known.official_last})")
        documents.append(Document(kind, expires_on))
    return tuple(documents)


def _read_product(row: Fields, known: KnownVendors) -> Product:
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
