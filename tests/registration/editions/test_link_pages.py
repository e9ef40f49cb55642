"""Pages behind links in editions that are suspended or over: each says what is the matter and what to do."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from typing import Any

import httpx
import pytest
from tests.registration.conftest import World
from tests.registration.drafts.test_pages import TYPED
from tests.registration.drafts.test_pages import Phone as DraftPhone
from tests.registration.editions.stage import Stage
from tests.registration.invitations.test_api import Round
from tests.registration.replies.conftest import Phone, words_of

from common.links import sign
from common.tokens import Role
from registration.editions.states import STATE_NAMES

Json = dict[str, Any]
KEY = "a-key-for-tests"
MATTER = {  # Vietnamese, English
    "suspended": ("tạm dừng", "is suspended"),
    "cancelled": ("bị hủy", "was cancelled"),
    "closed": ("kết thúc", "is over"),
    "reported": ("kết thúc", "is over"),
}
BROKEN = {"Content-Type": "multipart/form-data; boundary=x"}


async def get(fair: World, address: str, language: str) -> httpx.Response:
    async with fair.harness.client() as client:
        return await client.get(f"/registration{address}&lang={language}")


async def press(fair: World, address: str, language: str, **fields: str) -> httpx.Response:
    path, _, token = address.partition("?token=")
    async with fair.harness.client() as client:
        headers = {"Accept-Language": language}
        sent = {"token": token, **fields}
        return await client.post(f"/registration{path}?token={token}", data=sent, headers=headers)


async def of_application(stage: Stage, state: str) -> str:
    application = await {"returned": stage.returned, "rejected": stage.rejected}[state]()
    phone = Phone(stage.fair, application)
    return f"/applications/{phone.application_id}/status?token={phone.token}"


async def of_draft(stage: Stage, page: str) -> str:
    phone = DraftPhone(stage.fair)
    if page == "status":
        assert (await phone.sent()).status_code == 200
    else:
        assert (await phone.save()).status_code == 200
    return f"/editions/{phone.place}/{page}?token={phone.token}"


async def of_invitation(stage: Stage) -> str:
    invited = Round(stage.fair)
    assert (await invited.set()).is_success
    assert (await invited.number()).is_success
    found = invited.ids["hg.snn"]
    return f"/invitations/{found}/answer?token={sign(KEY, 'open_invitation', found)}"


PAGES: dict[str, Callable[[Stage], Awaitable[str]]] = {
    "supplement": partial(of_application, state="returned"),
    "appeal": partial(of_application, state="rejected"),
    "form": partial(of_draft, page="form"),
    "review": partial(of_draft, page="review"),
    "status": partial(of_draft, page="status"),
    "invitation": of_invitation,
}
PRESSED: dict[str, Json] = {
    "supplement": {"do": "submit", "undertaking": "1", "consent": "1"},
    "appeal": {"do": "appeal", "statement": "Nhãn đã cấp lại"},
    "form": {
        "do": "save",
        "version": "1",
        "save_key": "x",
        **{n: v for n, v in TYPED.items() if isinstance(v, str)},
        "booths_wanted": "2",
    },
    "review": {"version": "1", "undertaking": "1", "consent": "1"},
    "status": {"do": "change"},
    "invitation": {"reason": "Chưa bố trí được"},
}


@pytest.mark.parametrize("state", MATTER)
@pytest.mark.parametrize("page", PAGES)
async def test_a_page_says_what_is_the_matter_in_both_languages_and_offers_nothing_that_is_refused(
    fair: World, page: str, state: str
) -> None:
    stage = Stage(fair, count(2))
    address = await PAGES[page](stage)
    await stage.put(state)
    for place, language in enumerate(("vi", "en")):
        shown = await get(fair, address, language)
        assert (shown.status_code, "data-edition=" in shown.text) == (200, True), shown.text
        assert MATTER[state][place] in words_of(shown)
        if state != "suspended":
            assert "<form" not in shown.text
    assert (await get(fair, address, "lo")).status_code == 200


@pytest.mark.parametrize("page", PAGES)
async def test_a_form_that_was_open_when_the_event_was_cancelled_is_answered_by_a_page(fair: World, page: str) -> None:
    stage = Stage(fair, count(2))
    address = await PAGES[page](stage)
    await stage.put("cancelled")
    for place, language in enumerate(("vi", "en")):
        answer = await press(fair, address, language, **PRESSED[page])
        assert answer.status_code == 409, (answer.headers, answer.text)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert STATE_NAMES[_cancelled()][place] in words_of(answer)


def _cancelled() -> Any:
    return next(state for state in STATE_NAMES if state == "cancelled")


async def test_while_the_event_is_suspended_a_supplement_is_handed_in_and_a_new_application_waits(fair: World) -> None:
    stage = Stage(fair, count(2))
    supplement, review = await PAGES["supplement"](stage), await PAGES["review"](stage)
    await stage.put("suspended")
    assert (await press(fair, supplement, "vi", **PRESSED["supplement"])).status_code == 303
    shown = await get(fair, review, "en")
    assert "<form" not in shown.text
    assert "once there are new dates" in words_of(shown)
    answer = await press(fair, review, "en", **PRESSED["review"])
    assert (answer.status_code, "suspended" in words_of(answer)) == (409, True)


async def test_a_workbook_sent_to_a_cancelled_event_is_refused_by_a_page(fair: World) -> None:
    stage = Stage(fair, count(2))
    address = await of_invitation(stage)
    await stage.put("cancelled")
    path = address.replace("/answer?", "/workbook?")
    async with fair.harness.client() as client:
        answer = await client.post(f"/registration{path}", files={"file": ("a.xlsx", b"PK", "application/zip")})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "đã hủy" in words_of(answer)


async def test_the_dashboard_says_that_no_answer_is_awaited_any_more(fair: World) -> None:
    stage = Stage(fair, count(2))
    await of_invitation(stage)
    path = f"/editions/{fair.edition_id}/invitations"
    before = await fair.ok("GET", path, Role.ORGANISER)
    assert any(row["next_reminder_at"] for row in before["rows"])
    await stage.put("cancelled")
    after = await fair.ok("GET", path, Role.ORGANISER)
    assert (after["edition_state"], [row["next_reminder_at"] for row in after["rows"]]) == ("cancelled", [None, None])
    page = words_of(await fair.call("GET", f"{path}.html", Role.ORGANISER))
    assert "đã hủy" in page
    assert "is cancelled" in page


@pytest.mark.parametrize("page", PAGES)
async def test_a_form_that_arrives_broken_is_answered_by_a_page_in_the_readers_language(fair: World, page: str) -> None:
    address = await PAGES[page](Stage(fair, count(2)))
    for language, word in (("vi", "hỏng"), ("en", "broken"), ("ja", "壊れて")):
        async with fair.harness.client() as client:
            headers = {**BROKEN, "Accept-Language": language}
            answer = await client.post(f"/registration{address}", content=b"--x\r\nno header", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "text/html; charset=utf-8"), answer.text
        assert word in answer.text
