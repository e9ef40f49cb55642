"""What stands in a workbook that is given out: the lists of the law in force, the guide, and the rows known already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from common.calendar import VIETNAM
from registration.agencies.domain import Agency
from registration.applications.domain import Application
from registration.dossiers.domain import OTHER_PAPERS, Dossier
from registration.editions.domain import Edition, QuotaBounds
from registration.editions.endings import OVER
from registration.editions.states import STATE_NAMES
from registration.invitations.domain import ReplyBy
from registration.rules.domain import in_force
from registration.vendors.domain import Contact, Vendor
from registration.vetting.paper_names import PAPER_NAMES
from registration.vetting.repository import Packs
from registration.workbooks.cells import Choices, Lists, Raw, Value, show
from registration.workbooks.columns import FORMAT, LETTER, SHEETS, Column, Kind, SheetName
from registration.workbooks.domain import Book, Sheet, Stamp, ranks_apart
from registration.workbooks.entries import Content, content_from
from registration.workbooks.headings import AT_HOME, Tongues, beside, heading_of
from registration.workbooks.lines import digest_of
from registration.workbooks.merging import lines_from
from registration.workbooks.tongues import guide_in, tongues_of

HEADING_ROW = 5
BLANK_ROWS = {SheetName.ROWS: 100, SheetName.PAPERS: 200}
VENDOR_TYPES = {
    "company": "Doanh nghiệp",
    "cooperative": "Hợp tác xã",
    "cooperative_group": "Tổ hợp tác",
    "household": "Hộ kinh doanh",
    "other": "Khác",
}
LANGUAGES = {"vi": "Tiếng Việt", "en": "Tiếng Anh", "lo": "Tiếng Lào", "th": "Tiếng Thái", "ja": "Tiếng Nhật"}
LEVELS = {"central": "Trung ương", "province": "Tỉnh, thành phố", "district": "Huyện, quận", "commune": "Xã, phường"}
CLASSES = {
    "registered": "Đăng ký phân hạng trong năm",
    "key_product": "Sản phẩm chủ lực",
    "speciality": "Đặc sản vùng miền",
    "craft_village": "Sản phẩm làng nghề",
    "potential": "Sản phẩm tiềm năng",
}
PAPER_KINDS = {kind: vi for kind, (vi, _) in PAPER_NAMES.items()}
YES_NO = {"yes": "Có", "no": "Không"}
CONSENTS = {"all": "Có", "none": "Không"}
WAYS_TO_TICK = (("x", "yes"), ("✓", "yes"), ("true", "yes"), ("đúng", "yes"), ("false", "no"), ("ko", "no"))


@dataclass(frozen=True)
class Own:
    """An application that the agency nominated, with all that a workbook shows of it."""

    application: Application
    vendor: Vendor
    contact: Contact | None
    dossier: Dossier
    product_ids: tuple[UUID, ...]

    @property
    def application_id(self) -> UUID:
        return self.application.application_id

    @property
    def content(self) -> Content:
        return content_from(self.vendor, self.contact, self.dossier)


def product_key(application_id: UUID, product_id: UUID) -> str:
    """Return the row key of a product that no workbook brought."""
    return "S" + sha256(f"{application_id}:{product_id}".encode()).hexdigest()[:11]


def lists_of(packs: Packs, edition: Edition) -> Lists:
    """Return the lists that cells choose from: those in force on the edition's first day."""
    versions = packs.products.product_groups
    groups = in_force("product_groups", versions, edition.planned.first)
    older = [(way, code) for version in versions for code, label in version.labels.items() for way in (label, code)]
    provinces = {row.code: f"{row.code} {row.name_vi}" for row in packs.register.rows}
    kinds = {*OTHER_PAPERS, *packs.eligibility.registration_papers, *packs.eligibility.invitation_papers}
    kinds |= {*packs.eligibility.nomination_papers, *packs.eligibility.attestation_papers}
    kinds |= {kind for paper in packs.eligibility.papers for kind in paper.any_of}
    ordered = sorted(kinds, key=lambda kind: (list(PAPER_KINDS).index(kind) if kind in PAPER_KINDS else 99, kind))
    return Lists(
        {
            "vendor_types": Choices.of(VENDOR_TYPES, [("HTX", "cooperative"), ("THT", "cooperative_group")]),
            "provinces": Choices.of(provinces, [(row.name_vi, row.code) for row in packs.register.rows]),
            "languages": Choices.of(LANGUAGES),
            "consents": Choices.of(CONSENTS),
            "yes_no": Choices.of(YES_NO, WAYS_TO_TICK),
            "booths": Choices.of({"1": "1", "2": "2"}),
            "groups": Choices.of(groups.labels, older),
            "stars": Choices.of({"0": "0", "3": "3", "4": "4", "5": "5"}),
            "levels": Choices.of(LEVELS, [("tỉnh", "province"), ("huyện", "district"), ("xã", "commune")]),
            "classes": Choices.of(CLASSES),
            "paper_kinds": Choices.of({kind: PAPER_KINDS.get(kind, kind) for kind in ordered}),
        }
    )


def quota_text(quota: QuotaBounds | None) -> str:
    if quota is None or (quota.floor is None and quota.ceiling is None):
        return "Kỳ sự kiện không đặt chỉ tiêu riêng cho tỉnh, thành phố."
    least = f"tối thiểu {quota.floor} gian" if quota.floor is not None else ""
    most = f"tối đa {quota.ceiling} gian" if quota.ceiling is not None else ""
    shared = " (chung cho các cơ quan đề cử của tỉnh, thành phố)" if quota.dimension == "province" else ""
    return f"{', '.join(part for part in (least, most) if part)}{shared}.".capitalize()


def _say_due(edition: Edition, reply_by: ReplyBy | None) -> str:
    """Return until when the list is to be sent: as the letter of invitation says, without one until registration closes."""
    if edition.state in OVER:
        return f"Kỳ sự kiện {STATE_NAMES[edition.state][0]}: không nhận danh sách nữa."
    if reply_by is not None and reply_by.at is None:
        return "Kỳ sự kiện đang tạm dừng; hạn gửi mới sẽ được thông báo."
    at = edition.closes_at if reply_by is None or reply_by.at is None else reply_by.at
    said = f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y} (giờ Việt Nam)"
    return f"{said}." if reply_by is None else f"{said}, theo công văn mời."


def guide_of(
    edition: Edition, agency: Agency, bounds: QuotaBounds | None, reply_by: ReplyBy | None = None
) -> list[tuple[str, str]]:
    """Return the guide: pairs of a label and a text; a foreign body reads it in its languages first."""
    closes = edition.closes_at.astimezone(VIETNAM)
    first, last = edition.planned.first, edition.planned.last
    due = closes if reply_by is None or reply_by.at is None else reply_by.at.astimezone(VIETNAM)
    return [
        *guide_in(tongues_of(agency), f"{due:%H:%M, %d/%m/%Y}"),
        ("Kỳ sự kiện", f"{edition.name.vi} (mã {edition.code})"),
        ("Cơ quan đề cử", f"{agency.name_vi} (mã {agency.agency_code})"),
        ("Thời gian, địa điểm", f"Từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}, {edition.venue_name.vi}."),
        ("Hạn gửi", _say_due(edition, reply_by)),
        (
            "Chỉ tiêu",
            (
                f"{quota_text(bounds)} Thứ tự ưu tiên do cơ quan đề cử tự xếp quyết định"
                " chủ thể nào vượt chỉ tiêu; chủ thể vượt chỉ tiêu vẫn được nhận và được báo rõ. Khi xếp gian, các hồ sơ"
                " của tỉnh bằng điểm ưu tiên được xếp theo thứ tự này."
            ),
        ),
        (
            "Cách điền",
            (
                "Chỉ điền các ô trắng; cột có dấu (*) bắt buộc. Ô có danh sách thì chọn trong danh sách. Ngày ghi"
                " ngày/tháng/năm. Không gộp ô, không dùng công thức, không xóa hay đổi tên cột."
            ),
        ),
        ("Công văn", f"Trang “{SheetName.ROWS}”, dòng 3: số, ký hiệu, ngày và trích yếu của công văn đề cử."),
        (
            f"Trang “{SheetName.ROWS}”",
            (
                "Mỗi dòng một sản phẩm. Các sản phẩm của một chủ thể mang cùng thứ tự ưu tiên; thông tin chủ thể chỉ cần"
                " điền ở dòng đầu. Thứ tự 1 là ưu tiên nhất, mỗi chủ thể một số. Để trống tỉnh, thành phố thì hiểu là"
                " tỉnh, thành phố của cơ quan đề cử."
            ),
        ),
        (
            f"Trang “{SheetName.PAPERS}”",
            "Mỗi dòng một giấy tờ của chủ thể mang thứ tự ưu tiên ghi ở dòng đó. Không gửi ảnh giấy tờ tùy thân.",
        ),
        (
            "Hạng sao",
            (
                f"Giấy chứng nhận phải còn hiệu lực đến hết ngày {last:%d/%m/%Y}; nếu không, đăng ký sản phẩm không kèm"
                " hạng sao. Nhóm sản phẩm chọn trong danh sách: quy định có hiệu lực"
                f" vào ngày {first:%d/%m/%Y}."
            ),
        ),
        (
            "Gửi lại",
            (
                "Có thể gửi nhiều lần: mỗi chủ thể chỉ được nhận một lần, dòng sửa thành bổ sung có lưu lịch sử, dòng"
                " xóa không bị rút mà được liệt kê; muốn rút phải dùng chức năng rút hồ sơ. Giữ nguyên cột “Mã dòng”."
            ),
        ),
        (
            "Sau khi gửi",
            (
                f"Chủ thể tự đồng ý và nộp hồ sơ đến {closes:%H:%M ngày %d/%m/%Y}; lỗi được đánh dấu trong ô của chính"
                " bảng này."
            ),
        ),
    ]


def glossary_of(texts: Mapping[str, Mapping[str, str]], languages: Mapping[str, str]) -> list[list[str]]:
    """Return the columns and papers in other languages: a row of headings, then each beside its Vietnamese name."""
    others = [code for code in languages if code != "vi"]
    columns = {column.key: column.printed for name in SHEETS for column in SHEETS[name]}
    papers = {f"paper:{kind}": label for kind, label in PAPER_KINDS.items() if f"paper:{kind}" in texts}
    named = {"how": "Cách điền", **columns, **papers}
    rows = [[label, *(texts[key][code] for code in others)] for key, label in named.items()]
    return [[languages["vi"], *(languages[code] for code in others)], *rows]


@dataclass(frozen=True)
class Form:
    """What a new workbook is made of; ``serial`` makes the keys of its empty rows its own."""

    edition: Edition
    agency: Agency
    lists: Lists
    serial: str
    row_keys: Mapping[tuple[UUID, UUID], str]
    tongues: Tongues = AT_HOME

    @property
    def stamp(self) -> Stamp:
        edition = self.edition
        return Stamp(FORMAT, str(edition.edition_id), self.agency.agency_code, edition.code)

    @property
    def title(self) -> str:
        return f"Danh sách đề cử chủ thể tham gia {self.edition.name.vi}"


def book_of(form: Form, own: Sequence[Own]) -> Book:
    """Return a new workbook with the vendors nominated before, by rank, and empty rows behind them."""
    listed = sorted(own, key=lambda one: (one.application.rank or 0, one.application_id))
    ranks = ranks_apart([one.application.rank for one in listed])
    rows: list[dict[str, Value]] = []
    papers: list[dict[str, Value]] = []
    for rank, one in sorted(zip(ranks, listed, strict=True), key=lambda pair: pair[0]):
        content = one.content
        for cells, product_id in zip(lines_from(content), one.product_ids, strict=False):
            known = form.row_keys.get((one.application_id, product_id))
            key = known or product_key(one.application_id, product_id)
            rows.append({**cells, "rank": rank, "row_key": key, "base": digest_of(cells)})
        papers += [{**cells, "rank": rank, "row_key": "", "base": digest_of(cells)} for cells in content.papers]
    sheets = {
        SheetName.ROWS: _sheet(form, SheetName.ROWS, rows, _top(form)),
        SheetName.PAPERS: _sheet(form, SheetName.PAPERS, papers, [(1, ("Giấy tờ của các chủ thể",))]),
    }
    return Book(form.stamp, sheets, {})


def _top(form: Form) -> list[tuple[int, tuple[Raw, ...]]]:
    row: list[Raw] = ["", ""]
    for field, (label, _) in LETTER.items():
        row += [beside(f"{label}:", f"letter:{field}", form.tongues), None]
    agency = f"{form.agency.name_vi} (mã {form.agency.agency_code}); kỳ sự kiện {form.edition.code}"
    return [(1, (form.title.upper(),)), (2, (agency,)), (3, tuple(row))]


def _sheet(
    form: Form, name: SheetName, rows: Sequence[Mapping[str, Value]], top: list[tuple[int, tuple[Raw, ...]]]
) -> Sheet:
    columns = SHEETS[name]
    filled = [tuple(_shown(row.get(column.key), column, form.lists) for column in columns) for row in rows]
    numbered = list(enumerate([*filled, *_empty_rows(form.serial, name)], start=HEADING_ROW + 1))
    return Sheet(
        name,
        name,
        HEADING_ROW,
        {column.key: index for index, column in enumerate(columns)},
        tuple(top),
        tuple(heading_of(column, form.tongues) for column in columns),
        tuple(numbered),
    )


def _shown(value: Value, column: Column, lists: Lists) -> Raw:
    return str(value) if column.kind is Kind.LOCKED and value else show(value, column, lists)


def _empty_rows(serial: str, name: SheetName) -> Iterator[tuple[Raw, ...]]:
    prefix = serial if name is SheetName.ROWS else f"{serial}P"
    for number in range(1, BLANK_ROWS[name] + 1):
        yield (f"{prefix}-{number:03}",)


def serial_of(made_at: datetime, unique: UUID) -> str:
    """Return what begins the row keys of one workbook."""
    return f"{made_at:%m%d}{unique.hex[-6:]}".upper()


def more_rows(sheet: Sheet, serial: str) -> Sheet:
    """Return a sheet with empty rows behind its last, each with a key of its own."""
    last = sheet.rows[-1][0] if sheet.rows else sheet.heading_row
    place = sheet.columns.get("row_key")
    if place is None:
        return sheet
    added = [
        (last + number, (*(None,) * place, *row)) for number, row in enumerate(_empty_rows(serial, sheet.name), start=1)
    ]
    return replace(sheet, rows=(*sheet.rows, *added))
