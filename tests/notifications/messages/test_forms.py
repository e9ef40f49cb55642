"""A form that is filled in says what rendering the notice would say."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from tests.notifications.messages.examples import PLACES, PURPOSES, a_message, bare

from notifications.editions.domain import Booth, Words
from notifications.messages.documents import render
from notifications.messages.domain import Message, Places
from notifications.messages.forms import Forms

OTHER_ID = UUID("01901a2b-0000-7000-8000-0000000000aa")
PLACES_BY_OFFER = Places(
    PLACES.contact,
    lambda offer_id, _language: f"http://test/{offer_id}?token=a&b",
    PLACES.plan_link,
    PLACES.invitation_link,
    lambda _edition_id, draft_id: f"http://test/drafts/{draft_id}?token=c&d",
    lambda application_id: f"http://test/applications/{application_id}?token=e&f",
    lambda application_id, language: f"http://test/{application_id}/reasons?token=g&h&lang={language}",
)


@pytest.fixture(scope="module")
def forms() -> Forms:
    return Forms(PLACES_BY_OFFER)


def others(message: Message) -> list[Message]:
    """The same notice to other people, about other things."""
    changes: list[dict[str, Any]] = [
        {"recipient_name": 'Hợp tác xã <b>Đào & Mận</b> "Số 1"', "offer_id": OTHER_ID, "application_id": OTHER_ID},
        {"vendor_name": "Nguyễn Thị Đào"},
        {"vendor_name": "{{ m.edition }} 'x'", "products": ("Chè", "Rượu <40%>", "Chè"), "points": 0, "position": 12},
        {"booths": (Booth("A & B"), Booth("C07", area_m2=6.5)), "reasons": (), "merits": (Words("a<b", "c>d"),)},
        {"recipient_name": "Hai  khoảng\ttrống\x0b", "products": (" Gạo ", "Mật\nong")},
        {"is_asked_again": True},
        {"old_booths": (Booth("A & B"), Booth("C<07>")), "languages": ("th", "en", "vi"), "draw_number": None},
        {"draw_number": 0, "changes": (Words("Không có <thay đổi>", "None & nothing"),), "application_id": OTHER_ID},
        {"draft_id": OTHER_ID, "application_id": None, "offer_id": None},
        {"vendor_name": "", "old_booths": (), "is_to_agency": True, "languages": ("en", "vi")},
        {"vendor_name": "Dao Coffee <A&B>", "languages": ("lo", "en", "vi"), "invitation_id": OTHER_ID},
        {"booths": (Booth("A & B"), Booth("C07", area_m2=6.5)), "languages": ("th", "en", "vi")},
        {"recipient_name": "田中<太郎>", "languages": ("ja", "en", "vi"), "is_asked_again": True},
    ]
    return [message, *(replace(message, **change) for change in changes)]


@pytest.mark.parametrize("make", [a_message, bare], ids=["all_known", "little_known"])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_filled_form_is_the_notice_as_rendered(purpose: str, make: Any, forms: Forms):
    for _ in range(2):
        for message in others(make(purpose)):
            assert forms.render(message) == render(message, PLACES_BY_OFFER)


def test_a_name_like_a_blank_is_printed_as_a_name(forms: Forms):
    message = a_message("booth_offered", recipient_name="blank0000000000000000" + "0001")

    assert forms.render(message) == render(message, PLACES_BY_OFFER)
