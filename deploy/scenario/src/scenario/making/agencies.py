"""The agencies of the default scenario and the made-up letters of the provinces."""

from scenario.making.lots import pick
from scenario.registers_of_provinces import province_names

HANOI = "01"
CITIES = ("01", "31", "48", "79", "92")
ALWAYS_TOLD = "all"

Row = dict[str, str]


def letter_row(province: str) -> Row:
    place = f"{'thành phố' if province in CITIES else 'tỉnh'} {province_names('2020')[province]}"
    return {
        "province_code": province,
        "agency_code": agency_code(province),
        "type": "CV",
        "number": str(100 + pick(900, "letter", province)),
        "notation": "SNN-VPĐP",
        "issued_on": f"2020-07-{2 + pick(5, 'letter-day', province):02d}",
        "title": f"Đề cử chủ thể OCOP của {place} tham gia sự kiện tại Hà Nội",
    }


def agency_code(province: str) -> str:
    """Return the code of a province's department of agriculture; Hà Nội's is the standing agency itself."""
    return "hn.vpdp" if province == HANOI else f"t{province}.snn"


def province_agency(province: str) -> Row:
    if province == HANOI:
        return {}
    kind = "thành phố" if province in CITIES else "tỉnh"
    return {
        "code": agency_code(province),
        "name_vi": f"Sở Nông nghiệp và Phát triển nông thôn {kind} {province_names('2020')[province]}",
        "level": "province",
        "province_code": province,
        "valid_from": "2020-01-01",
        **agency_contact(
            f"Đầu mối OCOP {province_names('2020')[province]} (mẫu)", f"snn{province}", 800 + int(province)
        ),
    }


def agency_contact(name: str, mailbox: str, number: int) -> Row:
    return {
        "contact_name": name,
        "email": f"{mailbox}@example.net",
        "phone": f"+84{900_000_000 + number}",
        "language": "vi",
        "channels": "email",
        "may_be_told": ALWAYS_TOLD,
    }


NATIONAL = (
    ("hn.ubnd", "Ủy ban nhân dân thành phố Hà Nội", "Hanoi People's Committee", "city", "", "01"),
    (
        "hn.snn",
        "Sở Nông nghiệp và Phát triển nông thôn Hà Nội",
        "Hanoi Department of Agriculture",
        "city",
        "hn.ubnd",
        "01",
    ),
    (
        "hn.vpdp",
        "Văn phòng Điều phối Chương trình xây dựng nông thôn mới thành phố Hà Nội",
        "Hanoi New Rural Development Office",
        "city",
        "hn.snn",
        "01",
    ),
    (
        "hn.bcd",
        "Ban Chỉ đạo phòng, chống dịch Covid-19 thành phố Hà Nội",
        "Hanoi Covid-19 committee",
        "city",
        "hn.ubnd",
        "01",
    ),
    (
        "hn.hpa",
        "Trung tâm Xúc tiến Đầu tư, Thương mại, Du lịch Hà Nội",
        "Hanoi Promotion Agency",
        "city",
        "hn.ubnd",
        "01",
    ),
    ("hn.tayho", "Ủy ban nhân dân quận Tây Hồ", "Tây Hồ District People's Committee", "district", "hn.ubnd", "01"),
    ("tw.bnn", "Bộ Nông nghiệp và Phát triển nông thôn", "Ministry of Agriculture", "central", "", ""),
    (
        "tw.vpdp",
        "Văn phòng Điều phối nông thôn mới Trung ương",
        "Central New Rural Development Office",
        "central",
        "tw.bnn",
        "",
    ),
)


def national_agencies() -> list[Row]:
    """Return the agencies of Hà Nội and the centre."""
    rows: list[Row] = []
    for place, (code, name_vi, name_en, level, parent, province) in enumerate(NATIONAL):
        row = {"code": code, "name_vi": name_vi, "name_en": name_en, "level": level, "parent_code": parent}
        contact = agency_contact(f"Văn thư {code} (mẫu)", code.replace(".", "-"), 700 + place)
        rows.append({**row, "province_code": province, "valid_from": "2020-01-01", **contact})
    return rows
