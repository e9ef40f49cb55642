"""A letter of invitation as it is sent to a province."""

from datetime import UTC, date, datetime

from registration.letters.domain import Basis, Event, Letter, Terms

PLAN = Basis(
    type="CV",
    number="3060",
    notation="UBND-KT",
    issued_on=date(2020, 6, 26),
    agency_name="Ủy ban nhân dân thành phố Hà Nội",
    title="Về việc tổ chức sự kiện giới thiệu, quảng bá sản phẩm OCOP năm 2020",
)
PROGRAMME = Basis(
    type="KH",
    number="100",
    notation="KH-UBND",
    issued_on=date(2020, 5, 15),
    agency_name="Ủy ban nhân dân thành phố Hà Nội",
    title="Triển khai mô hình chỉ đạo điểm Chương trình Mỗi xã một sản phẩm thành phố Hà Nội năm 2020",
)


def make_letter(*, is_foreign: bool = False) -> Letter:
    """Return a numbered and signed letter to Hà Giang's department, or to an embassy."""
    addressees = ("Ủy ban nhân dân tỉnh Hà Giang", "Sở Nông nghiệp và Phát triển nông thôn tỉnh Hà Giang")
    return Letter(
        parent_agency="Ủy ban nhân dân thành phố Hà Nội",
        issuing_agency="Sở Nông nghiệp và Phát triển nông thôn thành phố Hà Nội",
        place="Hà Nội",
        number="1203",
        notation="SNN-VPĐP",
        issued_on=date(2020, 7, 1),
        year=2020,
        addressees=("Đại sứ quán nước Cộng hòa Dân chủ Nhân dân Lào tại Việt Nam",) if is_foreign else addressees,
        bases=(PROGRAMME, PLAN),
        event=Event(
            name="Sự kiện giới thiệu, quảng bá sản phẩm OCOP gắn với văn hóa các tỉnh đồng bằng sông Hồng năm 2020",
            first=date(2020, 8, 20),
            last=date(2020, 8, 24),
            venue="Không gian biểu diễn văn hóa nghệ thuật ẩm thực đường phố Trịnh Công Sơn, quận Tây Hồ, Hà Nội",
            booths=150,
            region="red_river_delta",
            registration_ends_at=datetime(2020, 7, 24, 17, tzinfo=UTC),
        ),
        terms=Terms(max_booths=2, rate_percent=None if is_foreign else 50, supported_booths=2, is_foreign=is_foreign),
        floor=None,
        ceiling=5,
        is_shared=False,
        reply_by_at=datetime(2020, 7, 15, 17, tzinfo=UTC),
        contact="Ban Tổ chức sự kiện OCOP, ocop@example.org",
        signer_role="PHÓ GIÁM ĐỐC",
        signer_name="Nguyễn Văn Mẫu",
        recipients=("Lãnh đạo Sở", "Lưu: VT, VPĐP"),
        dated=datetime(2020, 7, 1, 2, tzinfo=UTC),
    )
