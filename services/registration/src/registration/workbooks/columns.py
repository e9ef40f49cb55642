"""The columns of a nomination workbook: what each holds, how it is headed, and which field of an entry it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from registration.vendors.domain import name_key

FORMAT = "1"
"""The form of the workbook; another one is not read as this one."""
MARK_HEADINGS = ("Kết quả kiểm tra / Result of the check", "Kết quả kiểm tra")
"""What stands above the words on each row; an older workbook has the second."""


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    WHOLE = "whole"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    CODES = "codes"
    LOCKED = "locked"


class SheetName(StrEnum):
    GUIDE = "Hướng dẫn"
    ROWS = "Đề cử"
    PAPERS = "Giấy tờ"
    LISTS = "Danh mục"
    STAMP = "_ocop"
    SUMMARY = "Kết quả kiểm tra"
    TRANSLATIONS = "English ລາວ ไทย 日本語"


@dataclass(frozen=True)
class Column:
    """One column; ``field`` is the path of its value in an entry, ``choices`` the list that it is chosen from.

    One that ``came_later`` is not in workbooks that were sent out before it: where it is missing nothing is said.
    """

    key: str
    heading: str
    kind: Kind
    width: float
    field: str = ""
    choices: str = ""
    required: bool = False
    came_later: bool = False

    @property
    def printed(self) -> str:
        return f"{self.heading} (*)" if self.required else self.heading


VENDOR_COLUMNS = (
    Column("legal_name", "Tên chủ thể", Kind.TEXT, 34, "vendor.legal_name", required=True),
    Column("trade_name", "Tên trên biển gian hàng", Kind.TEXT, 26, "vendor.trade_name", required=True),
    Column("vendor_type", "Loại hình chủ thể", Kind.CHOICE, 16, "vendor.vendor_type", "vendor_types", required=True),
    Column("tax_id", "Mã số thuế", Kind.TEXT, 15, "vendor.tax_id"),
    Column("registration_number", "Số giấy đăng ký", Kind.TEXT, 15, "vendor.registration_number"),
    Column("province_code", "Tỉnh, thành phố", Kind.CHOICE, 16, "vendor.province_code", "provinces"),
    Column("country", "Quốc gia (nếu ở nước ngoài)", Kind.TEXT, 12, "vendor.country"),
    Column("address", "Địa chỉ", Kind.TEXT, 30, "vendor.address"),
    Column("representative", "Người đại diện", Kind.TEXT, 20, "vendor.representative"),
    Column("display_name", "Người liên hệ", Kind.TEXT, 20, "contact.display_name", required=True),
    Column("phone", "Điện thoại", Kind.TEXT, 15, "contact.phone"),
    Column("email", "Thư điện tử", Kind.TEXT, 26, "contact.email", required=True),
    Column("language", "Ngôn ngữ thông báo", Kind.CHOICE, 13, "contact.language", "languages"),
    Column("preferred_channels", "Kênh nhận thông báo", Kind.CODES, 14, "contact.preferred_channels"),
    Column("may_be_told", "Đồng ý nhận thông báo", Kind.CODES, 14, "contact.may_be_told", "consents"),
    Column("booths_wanted", "Số gian hàng", Kind.WHOLE, 9, "booths_wanted", "booths", required=True),
    Column("zone_codes", "Khu mong muốn", Kind.CODES, 12, "wishes.zone_codes"),
    Column("corner", "Gian góc", Kind.YES_NO, 8, "wishes.corner", "yes_no"),
    Column("power", "Cần điện", Kind.YES_NO, 8, "wishes.power", "yes_no"),
    Column("cooking", "Nấu nướng, dùng lửa", Kind.YES_NO, 10, "wishes.cooking", "yes_no", came_later=True),
    Column("not_beside_group", "Không cạnh nhóm", Kind.CHOICE, 18, "wishes.not_beside_group", "groups"),
)
PRODUCT_COLUMNS = (
    Column("name", "Tên sản phẩm", Kind.TEXT, 28, "name", required=True),
    Column("product_group", "Nhóm sản phẩm", Kind.CHOICE, 22, "product_group", "groups", required=True),
    Column("stars", "Hạng sao", Kind.WHOLE, 8, "stars", "stars"),
    Column("recognised_year", "Năm công nhận", Kind.WHOLE, 9, "recognised_year"),
    Column("decision_number", "Số quyết định", Kind.TEXT, 10, "decision.number"),
    Column("decision_notation", "Ký hiệu quyết định", Kind.TEXT, 12, "decision.notation"),
    Column("decision_issued_on", "Ngày quyết định", Kind.DATE, 12, "decision.issued_on"),
    Column("decision_level", "Cấp công nhận", Kind.CHOICE, 12, "decision.level", "levels"),
    Column("certificate_number", "Số giấy chứng nhận OCOP", Kind.TEXT, 14, "certificate.number"),
    Column("certificate_issued_on", "Ngày cấp giấy chứng nhận OCOP", Kind.DATE, 12, "certificate.issued_on"),
    Column("declared_class", "Phân loại khi chưa có sao", Kind.CHOICE, 18, "class", "classes"),
    Column("processed_packaged", "Chế biến, đóng gói", Kind.YES_NO, 9, "processed_packaged", "yes_no"),
    Column("imported", "Hàng nhập khẩu", Kind.YES_NO, 9, "imported", "yes_no"),
    Column("origin", "Xuất xứ", Kind.TEXT, 24, "origin"),
)
ROW_KEY = Column("row_key", "Mã dòng", Kind.LOCKED, 12)
RANK = Column("rank", "Thứ tự ưu tiên", Kind.WHOLE, 8, "rank", required=True)
BASE = Column("base", "Dấu đối chiếu", Kind.LOCKED, 12)
ROW_COLUMNS = (ROW_KEY, RANK, *VENDOR_COLUMNS, *PRODUCT_COLUMNS, BASE)
PAPER_COLUMNS = (
    ROW_KEY,
    RANK,
    Column("kind", "Loại giấy tờ", Kind.CHOICE, 44, "kind", "paper_kinds", required=True),
    Column("number", "Số giấy tờ", Kind.TEXT, 20, "number"),
    Column("issuer", "Cơ quan cấp", Kind.TEXT, 34, "issuer"),
    Column("issued_on", "Ngày cấp", Kind.DATE, 13, "issued_on"),
    Column("expires_on", "Ngày hết hiệu lực", Kind.DATE, 13, "expires_on"),
    BASE,
)
SHEETS: Mapping[SheetName, tuple[Column, ...]] = {SheetName.ROWS: ROW_COLUMNS, SheetName.PAPERS: PAPER_COLUMNS}
LETTER: Mapping[str, tuple[str, Kind]] = {
    "number": ("Số công văn đề cử", Kind.TEXT),
    "notation": ("Ký hiệu công văn", Kind.TEXT),
    "issued_on": ("Ngày công văn", Kind.DATE),
    "title": ("Trích yếu công văn", Kind.TEXT),
}
"""The letter that carries the list: field to the label before its cell."""

KEYS: Mapping[SheetName, Mapping[str, str]] = {
    sheet: {name_key(column.heading): column.key for column in columns} for sheet, columns in SHEETS.items()
}
LETTER_KEYS: Mapping[str, str] = {name_key(label): field for field, (label, _) in LETTER.items()}
_WHERE = {column.field: column.key for column in (RANK, *VENDOR_COLUMNS)}
_WHERE_IN_PRODUCT = {column.field: column.key for column in PRODUCT_COLUMNS} | {"declared_class": "declared_class"}
_WHERE_IN_PAPER = {column.field: column.key for column in PAPER_COLUMNS if column.field}


@dataclass(frozen=True)
class Target:
    """Where a field of an entry stands: in which part, the how many-eth of it, in which column."""

    part: str
    place: int
    key: str


def target_of(field: str) -> Target:
    """Return where a field such as ``products[1].decision.level`` stands."""
    found = re.fullmatch(r"(products|documents)\[(\d+)\](?:\.(.+))?", field)
    if found is not None:
        known = _WHERE_IN_PRODUCT if found[1] == "products" else _WHERE_IN_PAPER
        last = "name" if found[1] == "products" else "kind"
        return Target(found[1], int(found[2]), known.get(_plain(found[3] or ""), last))
    if field == "products":
        return Target("products", 0, "name")
    if field == "documents":
        return Target("documents", 0, "kind")
    return Target("vendor", 0, _WHERE.get(_plain(field), "legal_name"))


def _plain(field: str) -> str:
    return re.sub(r"\[\d+\]", "", field)
