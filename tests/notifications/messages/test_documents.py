"""Every purpose put into words, in every language and for whoever is told."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from tests.notifications.messages.examples import (
    APPLICATION_LINK,
    EDITION,
    LINK,
    NAME,
    PLACES,
    PURPOSES,
    REASONS_LINK,
    TERMS,
    a_message,
    bare,
)

from notifications.editions.domain import Booth, Paper, Words
from notifications.messages.documents import UnrenderableError, render
from notifications.messages.domain import LapsedProduct, QuotedPaper
from notifications.messages.packs import paper_type_words
from notifications.wording.documents import say_instant, say_paper


class Page(HTMLParser):
    """Reads a page's text and links, and that every table and list is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self._in_style = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        if tag in {"table", "ul", "li", "p", "tr", "td", "div"}:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False
        if tag in {"table", "ul", "li", "p", "tr", "td", "div"}:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._in_style:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def words_of(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_there_is_a_template_for_everything_that_is_told():
    assert len(PURPOSES) == 23
    assert {"booth_offered", "edition_rescheduled", "application_closed_unplaced"} <= set(PURPOSES)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("make", [a_message, bare], ids=["all_known", "little_known"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_purpose_is_put_into_words_without_a_gap(purpose: str, make: Any, language: str):
    for is_to_agency in (False, True):
        order = ("vi", "en") if language == "vi" else ("en", "vi")
        done = render(replace(make(purpose), languages=order, is_to_agency=is_to_agency), PLACES)
        page = Page(done.html)

        for text in (done.subject, done.text, page.text):
            assert re.search(r"\{\{|\}\}|\{%|None|Undefined|&amp;|&lt;|  \(|\(\)| ,|,,", text) is None, text
        assert 10 < len(done.subject) < 120
        assert "\n" not in done.subject
        assert page.open == []
        assert "\n\n\n" not in done.text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_every_notice_names_edition_papers_and_contact_in_both_languages(purpose: str):
    done = render(a_message(purpose), PLACES)
    for text in (words_of(done.text), Page(done.html).text):
        for wanted in (
            "Thông báo số 02/TB-BCĐ ngày 01/08/2020",
            "Notice No. 02/TB-BCĐ of 1 August 2020",
            "Kế hoạch số 100/KH-UBND ngày 15/05/2020: Triển khai mô hình chỉ đạo điểm",
            "Sự kiện OCOP đồng bằng sông Hồng",
            "OCOP fair, Red River Delta",
            "Văn phòng Điều phối, ocop@example.org",
        ):
            assert wanted in text


@pytest.mark.parametrize("purpose", PURPOSES)
def test_text_and_html_say_the_same(purpose: str):
    done = render(a_message(purpose), PLACES)
    page = Page(done.html).text
    for line in done.text.splitlines():
        for part in re.split(r"^  - |^  [^:]+: ", line):
            said = part.strip(" -:")
            assert said.startswith("http") or said in page, said


def test_the_language_of_the_reader_comes_first():
    vietnamese = render(a_message("booth_offered"), PLACES)
    english = render(a_message("booth_offered", languages=("en", "vi")), PLACES)

    assert vietnamese.text.startswith("Kính gửi: Nguyễn Thị Đào, Công ty TNHH A&B <Việt Nam>\n")
    assert english.text.startswith("Dear Nguyễn Thị Đào, Công ty TNHH A&B <Việt Nam>,\n")
    assert vietnamese.subject == "Mời nhận gian hàng A01, trả lời trước 10:00 ngày 30/07/2020 (giờ Việt Nam)"
    assert english.subject == "Booth A01 is offered to you, please answer by 10:00 on 30 July 2020 (Vietnam time)"
    assert 'lang="en"' in english.html


def test_an_offer_says_all_that_its_holder_must_know():
    done = render(a_message("booth_offered"), PLACES)
    for wanted in ("A01, Khu A, 9 m², gian góc", "hỗ trợ 50%", "3 vách ngăn", "niêm yết giá", LINK):
        assert wanted in done.text
    assert Page(done.html).links.count(LINK) == 2


@pytest.mark.parametrize("purpose", ["accepted", "rejected", "returned", "waitlisted"])
def test_what_was_decided_leads_the_vendor_to_its_application_in_every_language_and_no_agency(purpose: str):
    for languages in (("vi", "en"), ("lo", "en", "vi"), ("th", "en", "vi"), ("ja", "en", "vi")):
        message = a_message(f"application_{purpose}", languages=languages)
        done = render(message, PLACES)
        assert done.text.count(APPLICATION_LINK) == Page(done.html).links.count(APPLICATION_LINK) == len(languages)
        agencys = render(replace(message, is_to_agency=True), PLACES)
        assert "status?token" not in agencys.text + agencys.html


def test_a_holder_undertakes_only_what_it_can_do_itself():
    done = render(a_message("booth_offered"), PLACES)
    assert "Chấp hành việc điều chỉnh sơ đồ của Ban Tổ chức; báo số liệu hằng ngày." in done.text
    assert "Accept changes of the layout by the organiser; report the figures daily." in done.text
    assert not any("có thể" in term.vi or "may" in term.en.split() for term in TERMS.terms)


def test_a_holder_that_is_asked_again_reads_of_the_new_dates_first():
    moved = replace(EDITION, first_on=date(2020, 10, 9), last_on=date(2020, 10, 12))
    vietnamese = render(a_message("booth_offered", is_asked_again=True, edition=moved), PLACES)
    english = render(a_message("booth_offered", is_asked_again=True, edition=moved, languages=("en", "vi")), PLACES)

    assert vietnamese.subject == (
        "Đề nghị xác nhận lại gian hàng A01 theo lịch mới, trước 10:00 ngày 30/07/2020 (giờ Việt Nam)"
    )
    assert english.subject == (
        "Please confirm booth A01 again for the new dates, by 10:00 on 30 July 2020 (Vietnam time)"
    )
    assert "\nSự kiện có lịch mới: từ 09/10/2020 đến 12/10/2020. " in vietnamese.text
    assert "\nThe event has new dates: 9 October 2020 to 12 October 2020. " in vietnamese.text
    for first_offer in ("trân trọng mời", "has the pleasure"):
        assert first_offer not in vietnamese.text
        assert first_offer in render(a_message("booth_offered"), PLACES).text


@pytest.mark.parametrize("reason", [None, Words("tình hình dịch Covid-19", "the Covid-19 situation")])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_name_that_ends_with_a_full_stop_is_followed_by_no_other(purpose: str, reason: Words | None):
    done = render(a_message(purpose, vendor_name="Sanwa Shurui Co.", reason=reason), PLACES)
    assert ".." not in done.text


@pytest.mark.parametrize("is_asked_again", [False, True])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_two_booths_are_spoken_of_as_two(purpose: str, *, is_asked_again: bool):
    two = (Booth("B38"), Booth("B40"))
    message = a_message(purpose, booths=two, old_booths=two, is_asked_again=is_asked_again, languages=("en", "vi"))
    done = render(message, PLACES)
    for text in (done.subject, words_of(done.text)):
        assert re.search(r"(?i)\bbooth B38|\bB40 is\b|B40(?: again)?; it\b", text) is None
        assert re.search(r"(?i)\bbooths? A01", text) is None


def test_names_with_markup_are_shown_as_they_are():
    done = render(a_message("booth_offered", vendor_name='<script>alert("x")</script> A&B'), PLACES)

    assert "<script>" not in done.html
    assert '<script>alert("x")</script> A&B' in Page(done.html).text
    assert '<script>alert("x")</script> A&B' in done.text


def test_control_characters_in_a_name_do_not_break_the_mail():
    done = render(a_message("booth_offered", vendor_name="A\x0bB\x00C"), PLACES)

    assert "A B C" in done.html


def test_nothing_is_fetched_when_a_mail_is_opened():
    html = render(a_message("booth_offered"), PLACES).html

    assert "googleapis" not in html
    assert "<img" not in html
    assert "@import" not in html


def test_a_suspended_edition_has_no_dates():
    done = render(a_message("booth_confirmed", edition=replace(EDITION, is_suspended=True)), PLACES)

    assert "tạm dừng, chưa có lịch mới" in done.text
    assert "20/08/2020" not in done.text
    assert "19/08/2020" not in done.text


def test_a_purpose_without_a_template_cannot_be_rendered():
    with pytest.raises(UnrenderableError, match="no_such_purpose"):
        render(a_message("no_such_purpose"), PLACES)


def test_papers_and_instants_are_said_as_people_write_them():
    letter = Paper("CV", "3060", "UBND-KT", None, "V/v tổ chức")
    unnumbered = Paper("XX", None, None, None, "V/v tổ chức")
    assert say_paper(QuotedPaper(paper_type_words("CV"), letter), "vi") == "Công văn số 3060/UBND-KT: V/v tổ chức"
    assert say_paper(QuotedPaper(paper_type_words("XX"), unnumbered), "en") == "XX: V/v tổ chức"
    assert say_instant(datetime(2021, 2, 8, 17, 30, tzinfo=UTC), "vi") == "00:30 ngày 09/02/2021 (giờ Việt Nam)"


def test_who_waits_reads_why_the_smallest_change_and_its_number_in_the_draw_in_both_parts_of_the_mail():
    done = render(a_message("application_waitlisted"), PLACES)
    for text in (words_of(done.text), Page(done.html).text):
        for wanted in (
            "Thay đổi nhỏ nhất có thể cho hồ sơ một gian (chỉ cần một trong các điều sau):",
            "Đăng ký một gian thay vì 2 gian",
            "The smallest change that would have given the application a booth (one of these would have been enough):",
            "Số bốc thăm của hồ sơ: 1563967863.",
            "The application's number in the draw: 1563967863.",
        ):
            assert wanted in text
    assert Page(done.html).links.count(REASONS_LINK) == 2


def test_who_waits_for_another_reason_than_a_run_reads_of_no_draw_and_no_change_and_is_led_to_its_place_in_the_line():
    done = render(a_message("application_waitlisted", changes=(), draw_number=None), PLACES)
    assert "bốc thăm" not in done.text
    assert "Thay đổi" not in done.text
    assert REASONS_LINK in done.text


@pytest.mark.parametrize("purpose", ["application_waitlisted", "booth_offered"])
def test_only_the_vendor_is_led_to_the_page_of_its_reasons(purpose: str):
    assert REASONS_LINK in render(a_message(purpose), PLACES).text
    assert REASONS_LINK not in render(a_message(purpose, is_to_agency=True), PLACES).text


@pytest.mark.parametrize("language", ["vi", "en", "lo", "th", "ja"])
def test_who_loses_its_booth_reads_of_it_and_of_the_waiting_list_in_one_mail(language: str):
    lost = {"old_booths": (Booth("B02"), Booth("B03")), "changes": (), "draw_number": None}
    order = tuple(dict.fromkeys((language, "en", "vi")))
    done = render(a_message("application_waitlisted", languages=order, **lost), PLACES)
    assert "B02" in done.subject
    assert "7" in done.subject
    assert f"Gian hàng B02, B03 không còn được giữ cho {NAME}; hồ sơ chuyển sang danh sách chờ." in done.text
    assert f"Booths B02, B03 are no longer kept for {NAME}" in done.text
    assert "chưa có gian hàng" not in done.text


@pytest.mark.parametrize(
    ("products", "said"),
    [
        (("Mật ong",), ("Các sản phẩm còn đủ điều kiện:", "Products that are still eligible:")),
        ((), ("không còn sản phẩm đủ điều kiện", "No product of the application is eligible now")),
    ],
)
def test_an_acceptance_told_again_says_what_lapsed_and_what_is_left(products: tuple[str, ...], said: tuple[str, str]):
    lapsed = (LapsedProduct("Trà xanh <Phìn Hồ>", date(2020, 8, 31)), LapsedProduct("Chè dây", None))
    done = render(a_message("application_accepted", lapsed=lapsed, products=products), PLACES)
    assert done.subject == "Giấy chứng nhận hết hiệu lực trước khi sự kiện kết thúc"
    for text in (words_of(done.text), Page(done.html).text):
        for wanted in (
            "Trà xanh <Phìn Hồ>: có hiệu lực đến hết ngày 31/08/2020",
            "Trà xanh <Phìn Hồ>: valid until 31 August 2020",
            "Hồ sơ vẫn được chấp nhận và gian hàng đang giữ (nếu có) vẫn được giữ.",
            *said,
        ):
            assert wanted in text
        assert "Hồ sơ đăng ký của" not in text


def test_an_acceptance_told_again_for_a_new_certificate_does_not_read_as_the_first_one():
    renewed = (LapsedProduct("Chè dây", date(2023, 6, 30)),)
    done = render(a_message("application_accepted", renewed=renewed), PLACES)
    assert done.subject == "Đã ghi nhận giấy chứng nhận còn hiệu lực"
    for text in (words_of(done.text), Page(done.html).text):
        for wanted in (
            "Chè dây: có hiệu lực đến hết ngày 30/06/2023",
            "Chè dây: valid until 30 June 2023",
            "A booth that is held and a place on the waiting list stay as they are.",
        ):
            assert wanted in text
        assert "not yet the confirmation of a place" not in text


def test_an_acceptance_with_nothing_left_says_until_when_a_new_certificate_is_waited_for():
    changes = {"lapsed": (LapsedProduct("Chè dây", date(2020, 8, 31)),), "products": ()}
    until = datetime(2020, 9, 8, 10, tzinfo=UTC)
    done = render(a_message("application_accepted", reply_by_at=until, **changes), PLACES)
    for text in (words_of(done.text), Page(done.html).text):
        assert "đề nghị gửi Ban Tổ chức trước 17:00 ngày 08/09/2020" in text
        assert "please send it to the organiser by 17:00 on 8 September 2020" in text
        assert "gửi ngay" not in text


def test_an_acceptance_whose_papers_lapse_names_them_and_until_when_new_ones_are_waited_for():
    paper = Words(
        "Giấy chứng nhận đủ điều kiện an toàn thực phẩm hết hiệu lực ngày 01/10/2020",
        "Food safety certificate lapses on 01/10/2020",
    )
    until = datetime(2020, 9, 8, 10, tzinfo=UTC)
    message = a_message("application_accepted", lapsing_papers=(paper,), reply_by_at=until)
    done = render(message, PLACES)
    assert done.subject == "Giấy tờ hết hiệu lực trước khi sự kiện kết thúc"
    for text in (words_of(done.text), Page(done.html).text):
        for wanted in (paper.vi, paper.en, "trước 17:00 ngày 08/09/2020", "by 17:00 on 8 September 2020"):
            assert wanted in text
        assert "not yet the confirmation of a place" not in text
