"""The page behind the signed link, as a browser without JavaScript uses it."""

import re
from datetime import timedelta

import httpx
import pytest
from tests.allocation.conftest import Fair, about, accepted

from allocation.floor_plans.domain import Zone
from common.calendar import VIETNAM
from common.contracts.allocation import BoothConfirmed, BoothDeclined
from common.contracts.registration import EditionCancelled, EditionEvent, EditionRescheduled, EditionSuspended
from common.links import sign

KEY = "a-key-for-tests"


async def open_page(fair: Fair, name: str = "a") -> tuple[str, str]:
    """Return address and token of the link in the notice."""
    offer = await fair.offer_of(name)
    return f"/allocation/offers/{offer.offer_id}/answer", sign(KEY, "answer_offer", str(offer.offer_id))


async def get(fair: Fair, address: str, token: str) -> httpx.Response:
    async with fair.harness.client() as client:
        return await client.get(address, params={"token": token})


async def press(fair: Fair, address: str, token: str, answer: str) -> httpx.Response:
    async with fair.harness.client() as client:
        return await client.post(address, data={"token": token, "answer": answer})


async def test_the_page_shows_the_offer_and_looking_answers_nothing(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    page = [await get(fair, address, token) for _ in range(3)][-1]
    assert page.status_code == 200
    assert "Mời nhận gian hàng" in page.text
    assert re.findall(r'<button[^>]*value="(\w+)"', page.text) == ["confirm", "decline"]
    assert "HTX a" in page.text
    assert "A02" in page.text
    assert "20/08/2020" in page.text
    assert 'name="viewport"' in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert await fair.harness.emitted(BoothConfirmed, BoothDeclined) == []


async def test_the_page_says_zone_deadline_and_contact_as_people_do(fair: Fair):
    fair.zones = [Zone("A", "Khu OCOP Hà Nội", "OCOP of Hà Nội", "ocop_hanoi")]
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    shown, refused = await get(fair, address, token), await get(fair, address, "")
    reply_by = (await fair.offer_of("a")).reply_by_at.astimezone(VIETNAM)
    assert "<dd>Khu OCOP Hà Nội</dd>" in shown.text
    assert f"Trả lời trước (giờ Việt Nam)</dt><dd>{reply_by:%H:%M, %d/%m/%Y}</dd>" in shown.text
    for page in (shown, refused):
        assert "Ban Tổ chức sự kiện OCOP, ocop@example.org" in page.text


async def test_a_button_answers_and_shows_what_became_of_it(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    for _ in range(2):
        page = await press(fair, address, token, "confirm")
        assert (page.status_code, "Đã xác nhận nhận gian hàng" in page.text) == (200, True)
    assert len(await fair.harness.emitted(BoothConfirmed)) == 1
    other = await press(fair, address, token, "decline")
    assert other.status_code == 409
    assert "không trả lời khác được nữa" in other.text


async def test_declining_by_the_page_gives_the_place_up(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    assert "Đã từ chối gian hàng" in (await press(fair, address, token, "decline")).text
    assert len(await fair.harness.emitted(BoothDeclined)) == 1


async def test_a_tampered_link_is_refused_and_shows_nothing_of_the_offer(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"), accepted("b"))
    address, _ = await open_page(fair)
    _, others = await open_page(fair, "b")
    for token in (others, "", "x" * 43, sign("another-key", "answer_offer", address.split("/")[3])):
        for answer in (await get(fair, address, token), await press(fair, address, token, "confirm")):
            assert answer.status_code == 403
            assert "Đường dẫn không hợp lệ" in answer.text
            assert "HTX a" not in answer.text
    assert await fair.harness.emitted(BoothConfirmed) == []


async def test_a_link_spoilt_on_its_way_shows_a_page_in_words(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    for spoilt, also in ((address.replace("/answer", "=/answer"), token), (address, token * 9)):
        shown = await get(fair, spoilt, also)
        assert (shown.status_code, shown.headers["content-type"]) == (403, "text/html; charset=utf-8")
        assert "Đường dẫn không hợp lệ" in shown.text
        assert shown.headers["referrer-policy"] == "no-referrer"
    sent = await press(fair, address.replace("/answer", "=/answer"), token, "confirm")
    assert (sent.status_code, "Đường dẫn không hợp lệ" in sent.text) == (403, True)


@pytest.mark.parametrize("answer", ["maybe", "", "CONFIRM"])
async def test_an_answer_that_is_none_of_the_buttons_is_told_so_and_nothing_is_noted(fair: Fair, answer: str):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    told = await press(fair, address, token, answer)
    assert told.status_code == 422
    assert "Chưa có gì được ghi nhận" in told.text
    assert re.findall(r'<button[^>]*value="(\w+)"', told.text) == ["confirm", "decline"]
    assert await fair.harness.emitted(BoothConfirmed, BoothDeclined) == []


async def test_an_answer_after_the_deadline_is_refused(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    with fair.harness.at((await fair.offer_of("a")).reply_by_at + timedelta(seconds=1)):
        shown, answered = await get(fair, address, token), await press(fair, address, token, "confirm")
    assert (shown.status_code, "<button" in shown.text) == (200, False)
    assert answered.status_code == 409
    assert "quá hạn trả lời" in answered.text


@pytest.mark.parametrize(
    ("language", "offered", "taken", "over"),
    [
        ("en", "A booth is offered to you", "Thank you. Kept for you: A02.", "it takes no other answer"),
        ("lo", "ສະເໜີຮ້ານໃຫ້ທ່ານ", "ຮ້ານ A02 ຖືກຮັກສາໄວ້ໃຫ້ທ່ານແລ້ວ", "ຢືນຢັນແລ້ວ; ປ່ຽນຄຳຕອບບໍ່ໄດ້"),
        ("th", "เสนอร้านให้ท่าน", "ร้าน A02 เป็นของท่านแล้ว", "เปลี่ยนคำตอบไม่ได้"),
        ("ja", "小間のご案内", "小間A02を確保しました", "確認済みのため"),
    ],
)
async def test_offer_answer_and_refusal_are_told_in_the_readers_language(
    fair: Fair, language: str, offered: str, taken: str, over: str
):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    async with fair.harness.client() as client:
        page = (await client.get(f"{address}?token={token}&lang={language}")).text
        answers = [
            (await client.post(address, data={"token": token, "answer": answer})).text
            for answer in ("confirm", "decline")
        ]
    assert (offered in page, taken in answers[0], over in answers[1]) == (True, True, True)


async def test_the_link_of_an_offer_made_anew_says_so(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    await fair.harness.deliver(about(EditionRescheduled, new={"from": "2020-10-09", "to": "2020-10-12"}))
    assert "thay bằng đề nghị mới" in (await get(fair, address, token)).text
    assert (await press(fair, address, token, "confirm")).status_code == 409


@pytest.mark.parametrize(
    ("event", "matter", "answers"),
    [
        (EditionSuspended, ("đang tạm dừng", "is suspended"), ["confirm", "decline"]),
        (EditionCancelled, ("đã bị hủy và sẽ không tổ chức", "was cancelled and will not be held"), []),
    ],
)
async def test_the_page_says_that_the_event_is_suspended_or_cancelled(
    fair: Fair, event: type[EditionEvent], matter: tuple[str, str], answers: list[str]
):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    await fair.harness.deliver(about(event))
    async with fair.harness.client() as client:
        shown = [(await client.get(f"{address}?token={token}&lang={one}")).text for one in ("vi", "en")]
    assert [word in page for word, page in zip(matter, shown, strict=True)] == [True, True]
    assert re.findall(r'<button[^>]*value="(\w+)"', shown[0]) == answers


async def test_a_confirmed_holder_reads_that_the_event_is_suspended(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    await press(fair, address, token, "confirm")
    await fair.harness.deliver(about(EditionSuspended))
    assert "đang tạm dừng" in (await get(fair, address, token)).text


async def test_a_form_that_arrives_broken_is_answered_by_a_page(fair: Fair):
    await fair.open()
    await fair.harness.deliver(accepted("a"))
    address, token = await open_page(fair)
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    async with fair.harness.client() as client:
        answer = await client.post(f"{address}?token={token}", content=b"--x\r\nno header", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8")
    assert "hỏng" in answer.text
