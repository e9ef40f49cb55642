"""Which papers may be handed in as files, and what is wrong with what is declared of one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from common.errors import DomainError, FieldProblem, InvalidInputError

MOST_BYTES = 15 * 1024 * 1024
MOST_PART_BYTES = 1024 * 1024
MOST_OPEN_UPLOADS = 20
MOST_PAPERS = 100
UPLOADS_KEPT = timedelta(days=2)
"""So long an upload that was begun waits for its next part."""
MOST_TEXT = 200

KINDS: dict[str, tuple[str, str]] = {  # Vietnamese, English
    "business_registration": ("Giấy chứng nhận đăng ký kinh doanh", "Business registration"),
    "food_safety_certificate": ("Giấy chứng nhận đủ điều kiện an toàn thực phẩm", "Food safety certificate"),
    "product_declaration": ("Bản tự công bố hoặc đăng ký bản công bố sản phẩm", "Product declaration"),
    "applied_standard": ("Tiêu chuẩn công bố áp dụng", "Applied standard"),
    "label": ("Nhãn hàng hóa", "Label"),
    "traceability": ("Giấy tờ truy xuất nguồn gốc", "Traceability"),
    "recognition_decision": ("Quyết định công nhận sản phẩm OCOP", "Decision recognising an OCOP product"),
    "certificate": ("Giấy chứng nhận OCOP", "OCOP certificate"),
    "test_report": ("Phiếu kết quả kiểm nghiệm", "Test report"),
    "barcode": ("Giấy chứng nhận mã số, mã vạch", "Barcode certificate"),
    "trademark_or_gi": ("Văn bằng nhãn hiệu hoặc chỉ dẫn địa lý", "Trade mark or geographical indication"),
    "undertaking": ("Bản cam kết", "Undertaking"),
    "class_attestation": ("Giấy xác nhận loại sản phẩm", "Attestation of a product's class"),
    "organiser_invitation": ("Thư mời của Ban Tổ chức", "Invitation of the organisers"),
    "vn_sublabel": ("Nhãn phụ tiếng Việt", "Vietnamese sub-label"),
    "import_inspection": ("Giấy kiểm tra hàng nhập khẩu", "Import inspection"),
}
"""The kinds of papers that may be handed in; all concern a business or its goods."""

PERSONAL_KINDS = frozenset(
    {"identity_card", "passport", "household_register", "birth_certificate", "driving_licence", "bank_card"}
)
PERSONAL_POLICY = (
    (
        "Không nhận giấy tờ tùy thân (căn cước, hộ chiếu, sổ hộ khẩu…): hồ sơ không cần đến, hệ thống không lưu. "
        "Nếu tệp có trang như vậy, hãy bỏ trang đó rồi gửi lại."
    ),
    (
        "Personal papers (identity card, passport, household register and the like) are not taken: no rule asks for them "
        "and none is kept. If a file has such a page, take it out and send the file again."
    ),
)


class Scan(StrEnum):
    """What the virus scanner said; ``not_scanned`` says that none looked at the file."""

    CLEAN = "clean"
    NOT_SCANNED = "not_scanned"
    INFECTED = "infected"


class Finding(StrEnum):
    """What a person found when holding the file against what is declared."""

    VERIFIED = "verified"
    DOES_NOT_MATCH = "does_not_match"
    UNREADABLE = "unreadable"
    EXPIRED = "expired"
    FORGED = "forged"


class PartOutOfPlaceError(DomainError):
    """A part does not begin where the file ends so far; ``received`` in the details says where to go on."""

    code = "part_out_of_place"


class PaperInfectedError(DomainError):
    """The file holds something malicious and is given to nobody."""

    code = "paper_infected"


@dataclass(frozen=True)
class Declared:
    """What the vendor says of a paper; ``expires_on`` is its first day without validity."""

    kind: str
    number: str | None
    issuer: str | None
    issued_on: date | None
    expires_on: date | None


@dataclass(frozen=True)
class Upload:
    """A file on its way, part by part; ``received`` counts the bytes that are there."""

    upload_id: UUID
    application_id: UUID
    declared: Declared
    size: int
    received: int
    begun_by: str
    begun_at: datetime


@dataclass(frozen=True)
class Paper:
    """A paper with its file; digests are SHA-256 of the file as it came and as it is kept."""

    evidence_id: UUID
    application_id: UUID
    declared: Declared
    media_type: str
    size: int
    sent_sha256: str
    kept_sha256: str
    scan: Scan
    handed_in_by: str
    handed_in_at: datetime


@dataclass(frozen=True)
class Verification:
    """What one person found of a paper, and when; the last one counts."""

    evidence_id: UUID
    finding: Finding
    note: str | None
    verified_by: str
    verified_at: datetime


@dataclass(frozen=True)
class Reading:
    """Who was given the file, and when."""

    evidence_id: UUID
    read_by: str
    role: str
    read_at: datetime


@dataclass(frozen=True)
class Inspected:
    """A file as it is kept."""

    media_type: str
    content: bytes


def refused(field: str, code: str, vi: str, en: str) -> InvalidInputError:
    return InvalidInputError([FieldProblem(field, code, vi, en)])


def check_declared(declared: Declared, today: date) -> Iterator[FieldProblem]:
    """Check kind, texts and dates of a paper."""
    if declared.kind in PERSONAL_KINDS:
        yield FieldProblem("kind", "personal_paper", *PERSONAL_POLICY)
    elif declared.kind not in KINDS:
        vi = "; ".join(f"{code} ({names[0]})" for code, names in KINDS.items())
        en = ", ".join(KINDS)
        yield FieldProblem("kind", "unknown_value", f"Phải là một trong: {vi}.", f"Must be one of: {en}.")
    for field in ("number", "issuer"):
        if len(getattr(declared, field) or "") > MOST_TEXT:
            vi, en = f"Dài quá {MOST_TEXT} ký tự.", f"Longer than {MOST_TEXT} characters."
            yield FieldProblem(field, "too_long", vi, en)
    if declared.issued_on is not None and declared.issued_on > today:
        yield FieldProblem("issued_on", "in_the_future", "Ngày cấp ở sau hôm nay.", "The day lies after today.")
    if declared.issued_on and declared.expires_on and declared.expires_on < declared.issued_on:
        yield FieldProblem(
            "expires_on", "ends_before_it_begins", "Ngày hết hạn trước ngày cấp.", "It ends before it begins."
        )


def check_size(size: int) -> Iterator[FieldProblem]:
    """Check the size that a file is said to have, in bytes."""
    if size < 1:
        yield FieldProblem("size", "empty", "Tệp không có nội dung.", "The file is empty.")
    if size > MOST_BYTES:
        megabytes = MOST_BYTES >> 20
        yield FieldProblem(
            "size",
            "too_large",
            f"Tệp lớn quá {megabytes} MB; hãy chụp hoặc quét lại với độ phân giải thấp hơn.",
            f"The file is larger than {megabytes} MB; photograph or scan it at a lower resolution.",
        )


def place_part(upload: Upload, offset: int, length: int) -> bool:
    """Tell whether a part is new; False for one that is there already, sent again after a lost answer.

    Raises PartOutOfPlaceError for a gap or an overlap, InvalidInputError for a part that is too large or ends after the file.
    """
    if not 1 <= length <= MOST_PART_BYTES:
        vi = f"Mỗi phần dài từ 1 đến {MOST_PART_BYTES} byte."
        raise refused("content", "part_size", vi, f"A part has 1 to {MOST_PART_BYTES} bytes.")
    if offset + length > upload.size:
        vi = f"Phần này vượt quá kích thước đã khai ({upload.size} byte)."
        raise refused("content", "longer_than_declared", vi, f"It ends after the {upload.size} bytes declared.")
    if offset + length <= upload.received:
        return False
    if offset != upload.received:
        raise PartOutOfPlaceError(
            f"Đã nhận {upload.received} byte; hãy gửi tiếp từ đó.",
            f"{upload.received} bytes are there; go on from there.",
            field="offset",
            received=upload.received,
        )
    return True


def check_complete(upload: Upload) -> None:
    """Raise PartOutOfPlaceError while parts are missing."""
    if upload.received != upload.size:
        raise PartOutOfPlaceError(
            f"Mới nhận {upload.received} trên {upload.size} byte; hãy gửi tiếp.",
            f"Only {upload.received} of {upload.size} bytes are there; send the rest.",
            field="content",
            received=upload.received,
        )
