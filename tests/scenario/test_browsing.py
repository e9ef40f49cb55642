"""What a browser sends of a page's form."""

import pytest

from scenario.doors.browsing import fill_form
from scenario.doors.system import StoryFailedError

ADDRESS = "http://127.0.0.1:8080/allocation/offers/1/answer?token=t"
ANSWER = """<form method="post" action="/allocation/offers/1/answer?token=t">
<input type="hidden" name="token" value="t&amp;1">
<button name="answer" value="confirm">Xác nhận</button><button name="answer" value="decline">Từ chối</button></form>"""
DRAFT = """<form action="form"><input type="hidden" name="sent" value="a"><input type="hidden" name="sent" value="b">
<input name="name" value="Trà &quot;Shan&quot;"><input name="frozen" value="x" disabled>
<select name="group"><option value="">–</option><option value="food" selected>Thực phẩm</option></select>
<select name="level"><option value="">–</option><option value="province">Tỉnh</option></select>
<textarea name="note">hai
dòng</textarea><input type="checkbox" name="told" value="1" checked><input type="checkbox" name="papers" value="label">
<input type="checkbox" name="papers" value="barcode" checked><button name="do" value="save"></button>
<button name="do" value="review">Xem lại</button></form><form action="other"><button>Khác</button></form>"""
STANDS = [
    ("sent", "a"),
    ("sent", "b"),
    ("name", 'Trà "Shan"'),
    ("group", "food"),
    ("level", ""),
    ("note", "hai\ndòng"),
    ("told", "1"),
]


def test_the_button_and_the_hidden_fields_are_sent():
    assert fill_form(ANSWER, ADDRESS, choose="decline") == (ADDRESS, [("token", "t&1"), ("answer", "decline")])


def test_what_stands_in_the_form_is_sent_and_what_is_not_ticked_or_chosen_is_not():
    address, sent = fill_form(DRAFT, "http://127.0.0.1/drafts/1/form?token=t", choose="do review")
    assert address == "http://127.0.0.1/drafts/1/form"
    assert sent == [*STANDS, ("papers", "barcode"), ("do", "review")]


def test_what_is_typed_and_ticked_goes_over_what_stands_there():
    _, sent = fill_form(DRAFT, ADDRESS, choose="do save", typed={"name": "Chè Shan"}, tick=("papers",))
    assert ("name", "Chè Shan") in sent
    assert [value for name, value in sent if name == "papers"] == ["barcode", "label"]


def test_a_button_without_a_name_is_found_by_where_it_leads():
    assert fill_form(DRAFT, "http://127.0.0.1/drafts/1/form", choose="other") == ("http://127.0.0.1/drafts/1/other", [])


def test_a_page_without_the_button_or_the_field_ends_the_story():
    with pytest.raises(StoryFailedError, match="confirm"):
        fill_form("<p>Đã hết hạn</p>", "http://127.0.0.1/", choose="confirm")
    with pytest.raises(StoryFailedError, match="frozen"):
        fill_form(DRAFT, ADDRESS, choose="do save", typed={"frozen": "y"})
