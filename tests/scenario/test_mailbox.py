"""A vendor's way: from the mail to the page to the button."""

from email.message import EmailMessage
from pathlib import Path

import pytest

from scenario.mailbox import Mailbox, fill_form, read_mails
from scenario.system import StoryFailedError

OFFER = "0198c0de-0000-7000-8000-000000000001"
PAGE = """<form method="post" action="/allocation/offers/1/answer?token=t">
<input type="hidden" name="token" value="t&amp;1">
<button name="answer" value="confirm">Xác nhận</button><button name="answer" value="decline">Từ chối</button></form>"""


def write_mail(folder: Path, name: str, text: str) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Mời nhận gian hàng", "vendor@example.com"
    mail.set_content(text)
    mail.add_alternative(f"<p>{text}</p>", subtype="html")
    (folder / name).write_bytes(mail.as_bytes())


def test_the_link_of_an_offer_is_found_in_its_mail(tmp_path: Path):
    mailbox = Mailbox()
    link = f"http://127.0.0.1:8080/allocation/offers/{OFFER}/answer?token=abc_DEF-1"
    write_mail(tmp_path, "1.eml", "Kính gửi quý vị")
    write_mail(tmp_path, "2.eml", f"Trả lời tại đây:\n{link}\nTrân trọng")

    assert mailbox.find_answer_link(tmp_path, OFFER, "vendor@example.com") == link
    assert mailbox.find_answer_link(tmp_path, "another", "vendor@example.com") is None
    assert mailbox.find_answer_link(tmp_path, OFFER, "other@example.com") is None
    assert len(list(read_mails(tmp_path))) == 2


def test_the_button_and_the_hidden_fields_are_sent_as_a_browser_does():
    address, fields = fill_form(PAGE, "http://127.0.0.1:8080/allocation/offers/1/answer?token=t", choose="decline")

    assert address == "http://127.0.0.1:8080/allocation/offers/1/answer?token=t"
    assert fields == {"token": "t&1", "answer": "decline"}


def test_a_page_without_the_button_ends_the_story():
    with pytest.raises(StoryFailedError, match="confirm"):
        fill_form("<p>Đã hết hạn</p>", "http://127.0.0.1/", choose="confirm")
