"""Reads applicants: one line per product; the lines of one vendor share its rank, the first carries the vendor."""

from dataclasses import replace
from pathlib import Path

from scenario.reading.contacts import CONTACT_COLUMNS, read_contact
from scenario.reading.fields import Fields
from scenario.reading.mistakes import Mistakes
from scenario.reading.products import (
    PRODUCT_COLUMNS,
    PRODUCT_GROUPS,
    VENDOR_TYPES,
    KnownVendors,
    read_documents,
    read_product,
)
from scenario.reading.tables import check_province, read_lines
from scenario.reading.tax_ids import is_tax_id
from scenario.script.model import Applicant, Product, Wishes

LATER_COLUMNS = ("cooking",)
"""Columns that a file may leave out."""
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
    *LATER_COLUMNS,
    "papers",
    "papers_later",
)
NOMINATED_COLUMNS = ("rank", *VENDOR_COLUMNS, *PRODUCT_COLUMNS)
SELF_COLUMNS = ("rank", "province_code", "country", *VENDOR_COLUMNS, *PRODUCT_COLUMNS)


def read_applicants(
    folder: Path, name: str, province_code: str | None, known: KnownVendors, mistakes: Mistakes
) -> tuple[Applicant, ...] | None:
    """Return a file's applicants in order of rank lines, None if it is unreadable.

    ``province_code`` is None for self-registered ones.
    """
    applicants: dict[int, Applicant] = {}
    columns = NOMINATED_COLUMNS if province_code else SELF_COLUMNS
    rows = read_lines(folder, name, columns, mistakes, may_lack=LATER_COLUMNS)
    if rows is None:
        return None
    for row in rows:
        rank = row.integer("rank", 1, 9999)
        product = read_product(row, known)
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


def _read_vendor(row: Fields, rank: int, product: Product, province_code: str | None, known: KnownVendors) -> Applicant:
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
        documents=read_documents(row, "papers", known),
        documents_later=read_documents(row, "papers_later", known),
        products=(product,),
    )


def _read_tax_id(row: Fields, ref: str, country: str, known: KnownVendors) -> str | None:
    tax_id = row.optional_text("tax_id", 20)
    if tax_id is None:
        if country == "VN":
            row.wrong("tax_id", "thiếu mã số thuế", "the tax id is missing")
        return None
    if country == "VN" and not is_tax_id(tax_id):
        row.wrong(
            "tax_id", f"“{tax_id}”: mã số thuế không hợp lệ", f"“{tax_id}” is no tax id (10 digits, the last a check)"
        )
    if tax_id in known.tax_ids:
        other = known.tax_ids[tax_id]
        row.wrong("tax_id", f"“{tax_id}” đã có ở hồ sơ {other}", f"“{tax_id}” already stands at {other}")
    known.tax_ids.setdefault(tax_id, ref)
    return tax_id


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
        cooking=row.optional_flag("cooking"),
    )
