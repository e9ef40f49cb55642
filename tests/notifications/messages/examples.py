"""What is told, as messages of which everything or little is known, and where their links lead."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from tests.factories import APPLICATION_ID, EDITION_ID, OFFER_ID

from notifications.consumers import SUBSCRIPTIONS
from notifications.editions.domain import Booth, Edition, Paper, Words
from notifications.messages.domain import Days, Message, Places, QuotedPaper
from notifications.messages.packs import booth_terms, paper_type_words
from notifications.notices import handlers as notices
from notifications.notices.domain import DRAFT_SAVED, EXPIRING, INVITATION_REMINDER, INVITED, NOMINATED, REMINDER

TELLING = {notices.tell_vendor, notices.tell_vendor_and_agency, notices.tell_of_release, notices.tell_everyone}
PURPOSES = sorted(
    {line.kind.event_name() for line in SUBSCRIPTIONS if line.handler in TELLING}
    | {REMINDER, INVITED, INVITATION_REMINDER, DRAFT_SAVED, NOMINATED}
)
NAME = "Công ty TNHH A&B <Việt Nam>"
LINK = f"http://test/allocation/offers/{OFFER_ID}/answer?token=abc_-9"
APPLICATION_LINK = f"http://test/registration/applications/{APPLICATION_ID}/status?token=def_-7"
REASONS_LINK = f"http://test/allocation/applications/{APPLICATION_ID}/reasons?token=ghi_-5"
PLACES = Places(
    "Văn phòng Điều phối, ocop@example.org",
    lambda _, _language: LINK,
    lambda _: "http://test/plan.svg",
    lambda _, _language: LINK,
    lambda _, _draft: LINK,
    lambda _: APPLICATION_LINK,
    lambda _, _language: REASONS_LINK,
)
PLAN = QuotedPaper(
    paper_type_words("KH"), Paper("KH", "100", "KH-UBND", date(2020, 5, 15), "Triển khai mô hình chỉ đạo điểm")
)
STOP = QuotedPaper(
    paper_type_words("TB"), Paper("TB", "2", "TB-BCĐ", date(2020, 8, 1), "Kết luận về phòng, chống dịch")
)
EDITION = Edition(
    edition_id=EDITION_ID,
    name=Words("Sự kiện OCOP đồng bằng sông Hồng", "OCOP fair, Red River Delta"),
    venue=Words("Phố đi bộ Trịnh Công Sơn", "Trịnh Công Sơn walking street"),
    first_on=date(2020, 8, 20),
    last_on=date(2020, 8, 24),
    closes_at=datetime(2020, 7, 24, 10, 0, tzinfo=UTC),
    plan_paper=PLAN.paper,
    schedule_paper=None,
)
TERMS = booth_terms(date(2020, 6, 1))


def a_message(purpose: str, **changes: Any) -> Message:
    booth = Booth("A01", Words("Khu A", "Zone A"), 9.0, corner=True, power_sockets=1)
    message = Message(
        purpose=purpose,
        languages=("vi", "en"),
        is_to_agency=False,
        recipient_name="Nguyễn Thị Đào",
        vendor_name=NAME,
        application_id=APPLICATION_ID,
        edition=EDITION,
        papers=(STOP, PLAN),
        reasons=(Words("Giấy chứng nhận hết hiệu lực", "The certificate lapses too early"),),
        reason=Words("tình hình dịch Covid-19", "the Covid-19 situation"),
        booths=(booth,),
        old_booths=(Booth("B02"),) if purpose == "booth_moved" else (),
        reply_by_at=datetime(2020, 7, 30, 3, 0, tzinfo=UTC),
        offer_id=OFFER_ID,
        booths_granted=1,
        products=("Trà xanh <Phìn Hồ>",),
        revision=1,
        points=700,
        merits=(Words("Sản phẩm 5 sao", "Five-star product"),),
        position=7,
        support_percent=50,
        old_days=Days(date(2020, 8, 20), date(2020, 8, 24)),
        new_days=Days(date(2020, 10, 9), date(2020, 10, 12)),
        appeal_working_days=5,
        move_in_on=date(2020, 8, 19),
        kit=TERMS.kit,
        terms=TERMS.terms,
        is_asked_again=False,
        changes=(
            Words("Đăng ký một gian thay vì 2 gian", "One booth instead of 2"),
            Words("Thêm 5 điểm", "5 points more"),
        ),
        draw_number=1563967863,
        days_left=30 if purpose == EXPIRING else None,
    )
    return replace(message, **changes)


def bare(purpose: str) -> Message:
    """What is known of a notice whose other facts have not been heard of yet."""
    return a_message(
        purpose,
        vendor_name=None,
        papers=(),
        reasons=(),
        reason=None,
        booths=(Booth("A01"),),
        merits=(),
        changes=(),
        draw_number=None,
        support_percent=None,
        edition=replace(EDITION, plan_paper=None),
    )
