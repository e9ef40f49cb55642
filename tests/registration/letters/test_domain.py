"""A letter of invitation reads as the reports of the same agency do."""

from tests.registration.letters.sample import PLAN, PROGRAMME, make_letter

from common.papers.domain import Paragraph
from registration.letters.domain import say_basis, write_letter


def test_the_head_is_the_one_of_the_agencys_reports():
    letter = write_letter(make_letter())
    assert letter.parent_agency == ("ỦY BAN NHÂN DÂN", "THÀNH PHỐ HÀ NỘI")
    assert letter.issuing_agency == ("SỞ NÔNG NGHIỆP", "VÀ PHÁT TRIỂN NÔNG THÔN")
    assert letter.signature.lines == ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC")


def test_what_a_paper_is_about_is_said_once():
    assert say_basis(PLAN) == (
        "Công văn số 3060/UBND-KT ngày 26 tháng 6 năm 2020 của Ủy ban nhân dân thành phố Hà Nội "
        "về việc tổ chức sự kiện giới thiệu, quảng bá sản phẩm OCOP năm 2020"
    )
    assert " thành phố Hà Nội về triển khai mô hình chỉ đạo điểm " in say_basis(PROGRAMME)


def test_the_event_is_named_as_running_text_has_it():
    letter = write_letter(make_letter())
    opening = letter.blocks[0]
    assert isinstance(opening, Paragraph)
    assert letter.about.startswith("V/v mời đề cử chủ thể tham gia sự kiện giới thiệu,")
    assert "đề cử chủ thể tham gia sự kiện giới thiệu," in opening.text
