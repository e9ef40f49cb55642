"""What a letter of invitation says: the event, its places, whom to nominate, the papers, the support, the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.papers.domain import Block, Paper, Paragraph, Signature
from common.papers.wording import lower_first, say_about, say_date_line, say_head, say_number_line, say_signing

REGION_NAMES = {
    "northern_mountains": "các tỉnh miền núi phía Bắc",
    "red_river_delta": "các tỉnh đồng bằng sông Hồng",
    "central_highlands": "các tỉnh miền Trung và Tây Nguyên",
    "southern_delta": "các tỉnh đồng bằng Nam Bộ",
}
TYPE_NAMES = {
    "KH": "Kế hoạch",
    "QĐ": "Quyết định",
    "TB": "Thông báo",
    "CTr": "Chương trình",
    "NQ": "Nghị quyết",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "CT": "Chỉ thị",
    "HD": "Hướng dẫn",
    "CV": "Công văn",
}


@dataclass(frozen=True)
class Basis:
    """A paper that the letter rests on, with the agency's name as printed."""

    type: str
    number: str | None
    notation: str | None
    issued_on: date | None
    agency_name: str
    title: str


@dataclass(frozen=True)
class Event:
    """The edition as the letter describes it; times are Vietnam's, ``products`` names what is preferred, in order."""

    name: str
    first: date
    last: date
    venue: str
    booths: int
    region: str
    registration_ends_at: datetime


@dataclass(frozen=True)
class Terms:
    """What the rules in force on the first day ask and grant; ``rate_percent`` is None where only a paper sets it."""

    max_booths: int
    rate_percent: int | None
    supported_booths: int
    is_foreign: bool


@dataclass(frozen=True, kw_only=True)
class Letter:
    """All that one letter is made of; number, date and signer are empty in a draft."""

    parent_agency: str | None
    issuing_agency: str
    place: str
    number: str | None
    notation: str
    issued_on: date | None
    year: int
    addressees: tuple[str, ...]
    bases: tuple[Basis, ...]
    event: Event
    terms: Terms
    floor: int | None
    ceiling: int | None
    is_shared: bool
    reply_by_at: datetime
    contact: str
    signer_role: str
    signer_name: str
    recipients: tuple[str, ...]
    dated: datetime


def write_letter(letter: Letter) -> Paper:
    """Return the letter as a paper: an official letter (công văn) of Decree 30/2020, Appendix I."""
    matter = f"mời đề cử chủ thể tham gia {lower_first(letter.event.name)}"
    return Paper(
        parent_agency=say_head(letter.parent_agency) if letter.parent_agency else (),
        issuing_agency=say_head(letter.issuing_agency),
        number_line=say_number_line(letter.number, letter.notation),
        date_line=say_date_line(letter.place, letter.issued_on, letter.year),
        type_name="",
        subject=f"V/v {matter}",
        about=f"V/v {matter}",
        addressees=_addressed(letter.addressees),
        bases=(),
        blocks=tuple(_body(letter)),
        signature=Signature(say_signing(letter.signer_role), letter.signer_name),
        recipients=_recipients(letter.recipients),
        annexes=(),
        author=letter.issuing_agency,
        keywords=("OCOP", "mời đề cử"),
        dated=letter.dated,
    )


def _addressed(names: Sequence[str]) -> tuple[str, ...]:
    """Return whom the letter goes to; of several each ends with a semicolon, the last with a full stop."""
    return tuple(names) if len(names) == 1 else (*(f"{one};" for one in names[:-1]), f"{names[-1]}.")


def _body(letter: Letter) -> Sequence[Block]:
    event = letter.event
    terms = letter.terms
    opening = _opening(letter.bases)
    reply_by, ends = _say_instant(letter.reply_by_at), _say_instant(event.registration_ends_at)
    shared = " (chung cho các cơ quan đề cử của tỉnh, thành phố)" if letter.is_shared else ""
    places = f"{say_places(letter.floor, letter.ceiling)}{shared}"
    said = [
        f"""{opening}{letter.issuing_agency} trân trọng mời Quý cơ quan đề cử chủ thể tham gia {lower_first(event.name)},
        cụ thể như sau:""",
        f"""1. Thời gian: từ ngày {event.first:%d/%m/%Y} đến hết ngày {event.last:%d/%m/%Y}. Địa điểm: {event.venue}.
        Quy mô: {event.booths} gian hàng tiêu chuẩn.""",
        f"""2. Chỉ tiêu của Quý cơ quan: {places}; mỗi chủ thể đăng ký tối đa {terms.max_booths:02d} gian hàng. Thứ tự ưu
        tiên do Quý cơ quan xếp; chủ thể xếp sau số gian được giao sẽ được xem xét khi còn chỗ.""",
        f"3. Chủ thể, sản phẩm: {_wanted(letter)}",
        f"4. Giấy tờ: {_papers(terms)}",
        f"5. Hỗ trợ: {_support(terms)}",
        f"""6. Cách trả lời: Quý cơ quan điền danh sách vào bảng đề cử gửi kèm (tệp XLSX lập riêng cho Quý cơ quan) và gửi
        lại trước {reply_by}; nếu không tham gia, đề nghị cho biết lý do. Thời hạn đăng ký đến {ends}; sau khi được đề cử,
        từng chủ thể tự xác nhận đồng ý và nộp hồ sơ. Liên hệ: {letter.contact}.""",
        f"{letter.issuing_agency} rất mong nhận được sự quan tâm, phối hợp của Quý cơ quan./.",
    ]
    return [Paragraph(" ".join(text.split())) for text in said]


def _opening(bases: Sequence[Basis]) -> str:
    return f"Thực hiện {'; '.join(say_basis(basis) for basis in bases)}, " if bases else ""


def say_basis(basis: Basis) -> str:
    """Return a paper as a letter quotes it: Kế hoạch số 100/KH-UBND ngày 15 tháng 5 năm 2020 của … về việc …."""
    number = basis.number.zfill(2) if basis.number else None
    code = "/".join(part for part in (number, basis.notation) if part)
    day = basis.issued_on
    on = f" {say_date_line('', day, day.year).lstrip(', ')}" if day else ""
    name = TYPE_NAMES.get(basis.type, basis.type)
    return f"{name}{f' số {code}' if code else ''}{on} của {basis.agency_name} {say_about(basis.title)}"


def say_places(floor: int | None, ceiling: int | None) -> str:
    """Return how many booths an agency may fill."""
    if ceiling is not None and floor is not None:
        return f"{ceiling:02d} gian hàng" if floor == ceiling else f"từ {floor:02d} đến {ceiling:02d} gian hàng"
    if ceiling is not None:
        return f"tối đa {ceiling:02d} gian hàng"
    return f"ít nhất {floor:02d} gian hàng" if floor is not None else "không giới hạn riêng"


def _wanted(letter: Letter) -> str:
    if letter.terms.is_foreign:
        return (
            "doanh nghiệp, hợp tác xã, hộ kinh doanh nước ngoài có sản phẩm đặc trưng, rõ nguồn gốc, do Quý cơ quan hoặc"
            " đơn vị nhập khẩu giới thiệu; chỉ tiêu dành riêng cho đơn vị nước ngoài."
        )
    region = REGION_NAMES.get(letter.event.region)
    first = f" Ưu tiên {region}." if region else ""
    return (
        "doanh nghiệp, hợp tác xã, tổ hợp tác, hộ kinh doanh có sản phẩm OCOP từ 3 sao trở lên, giấy chứng nhận còn hiệu"
        f" lực đến hết ngày {letter.event.last:%d/%m/%Y}; tiếp đến là sản phẩm đăng ký phân hạng trong năm, sản phẩm chủ"
        f" lực, đặc sản vùng miền, sản phẩm làng nghề, sản phẩm tiềm năng.{first}"
    )


def _papers(terms: Terms) -> str:
    common = (
        "giấy đăng ký kinh doanh; tiêu chuẩn công bố và nhãn hàng hóa; giấy tờ truy xuất nguồn gốc; với thực phẩm, đồ"
        " uống: giấy tờ an toàn thực phẩm, bản tự công bố sản phẩm chế biến bao gói sẵn"
    )
    if terms.is_foreign:
        return f"{common}; với hàng nước ngoài: nhãn phụ tiếng Việt và giấy kiểm tra hàng nhập khẩu."
    return f"quyết định công nhận và giấy chứng nhận hạng sao (nếu có); {common}; văn bản đề cử của Quý cơ quan."


def _support(terms: Terms) -> str:
    if terms.rate_percent:
        return f"{terms.rate_percent}% chi phí gian hàng, tối đa {terms.supported_booths:02d} gian mỗi chủ thể."
    return "theo văn bản của cơ quan có thẩm quyền (nếu có)."


def _say_instant(instant: datetime) -> str:
    return f"{instant:%H} giờ {instant:%M} ngày {instant:%d/%m/%Y}"


def _recipients(named: Sequence[str]) -> tuple[str, ...]:
    """Return whom the letter goes to, each on a line, the last one to be filed."""
    return ("- Như trên;", *(f"- {one};" for one in named[:-1]), f"- {named[-1]}.") if named else ("- Như trên.",)
