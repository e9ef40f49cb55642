"""A vendor's way from the mail to the page."""

from email.message import EmailMessage
from pathlib import Path

from scenario.doors.mailbox import Mailbox, read_mails

OFFER = "0198c0de-0000-7000-8000-000000000001"


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


def test_the_newest_link_of_a_draft_is_found_among_mails_with_others(tmp_path: Path):
    mailbox, links = Mailbox(), [f"http://127.0.0.1:8080/drafts/{OFFER}/form?token={token}" for token in "ab"]
    for number, link in enumerate(links):
        write_mail(tmp_path, f"{number}.eml", f"Mở lại bản nháp:\n{link}\nTrân trọng")
    write_mail(tmp_path, "3.eml", "http://127.0.0.1:8080/drafts/another/form?token=c")

    assert mailbox.find_draft_link(tmp_path, OFFER, "vendor@example.com") == links[1]
    assert mailbox.find_answer_link(tmp_path, OFFER, "vendor@example.com") is None
