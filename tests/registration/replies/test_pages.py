"""The page of one application behind its mailed link: seen, supplemented, corrected and appealed for on a phone."""

from datetime import timedelta

import pytest
from tests.registration.conftest import ASKED, OPEN, PAPER, a_row
from tests.registration.evidence.files import a_picture, an_archive
from tests.registration.replies.conftest import KEY, Json, Phone, words_of

from common.contracts.registration import ApplicationSubmitted, ApplicationWithdrawn, ContactRecorded
from common.links import sign
from common.tokens import Role

A_CONTACT = {"display_name": "Nguyễn Thị Mới", "email": "moi@example.com", "language": "vi", "may_be_told": ["all"]}
LABEL = {"kind": "label", "number": "02/2020", "issuer": "Cơ sở in Hoàng Su Phì", "issued_on": "2020-06-01"}


async def returned(phone: Phone) -> Phone:
    answer = await phone.world.decide(phone.application, "return", reply_by_at="2020-07-14T10:00:00Z", subject="lan")
    assert answer.status_code == 201, answer.text
    return phone


async def rejected(phone: Phone) -> Phone:
    assert (await phone.world.decide(phone.application, "reject", subject="lan")).status_code == 201
    return phone


async def test_the_page_says_where_the_application_stands_why_and_until_when(phone: Phone) -> None:
    await returned(phone)
    page = await phone.open()
    assert page.status_code == 200
    said = words_of(page)
    assert "17:00 14/07/2020" in said
    assert (await phone.seen())["evaluation"]["reasons"][0]["text"]["vi"] in said
    assert "<script" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"


async def test_a_nominated_vendor_withdraws_for_a_reason_of_the_list_and_only_once(phone: Phone) -> None:
    assert "cannot_attend" in (await phone.open()).text
    refused = await phone.send("withdraw", reason_code="", note="bận việc")
    assert (refused.status_code, "Hãy chọn một lý do trong danh sách." in refused.text) == (422, True)
    assert (await phone.seen())["state"] == "submitted"
    assert (await phone.send("withdraw", reason_code="cannot_attend")).status_code == 200
    assert (await phone.seen())["state"] == "withdrawn"
    [told] = await phone.world.harness.emitted(ApplicationWithdrawn)
    assert (told.by, told.reason_code) == ("vendor", "cannot_attend")
    assert "cannot_attend" not in (await phone.open()).text
    assert (await phone.send("withdraw", reason_code="cannot_attend")).status_code == 409
    assert (await phone.send("withdraw", token="spoilt", reason_code="cannot_attend")).status_code == 403


WITHDRAWN = {
    "vi": ["(Ban Tổ chức)", "Lý do: Theo đề nghị của chủ thể", "theo văn bản Đơn xin rút số 03/HTX ngày 06/07/2020"],
    "en": ["(the organiser)", "Reason: The vendor asked for it", "by the paper Đơn xin rút số 03/HTX of 06/07/2020"],
    "lo": ["ຕາມການສະເໜີຂອງຜູ້ວາງສະແດງ", "ຕາມໜັງສື Đơn xin rút số 03/HTX ວັນທີ 06/07/2020"],
    "th": ["ตามหนังสือ Đơn xin rút số 03/HTX ลงวันที่ 06/07/2020"],
    "ja": ["06/07/2020付の文書(Đơn xin rút số 03/HTX)による"],
}


async def test_who_was_withdrawn_reads_by_whom_why_and_by_which_paper_in_each_language(phone: Phone) -> None:
    body = {"reason_code": "asked_by_vendor", "request": ASKED}
    assert (await phone.world.tell(phone.application, "withdrawal", Role.ORGANISER, body)).is_success
    for language, said in WITHDRAWN.items():
        page = words_of(await phone.open(f"{phone.token}&lang={language}"))
        assert [one for one in said if one not in page] == [], language


async def test_what_stands_against_an_application_is_not_shown_before_it_is_decided_on(phone: Phone) -> None:
    reason = (await phone.seen())["evaluation"]["reasons"][0]["text"]["vi"]
    page = await phone.open()
    assert reason not in words_of(page)
    assert "Nộp lại hồ sơ" not in page.text


async def test_a_missing_paper_is_photographed_sent_and_handed_in_again(phone: Phone) -> None:
    await returned(phone)
    sent = await phone.send("paper", a_picture(), **LABEL)
    assert (sent.status_code, "Đã nhận giấy tờ" in sent.text) == (200, True)
    assert (await phone.seen())["state"] == "returned"
    assert "Hồ sơ đã nộp" in words_of(await phone.hand_in())
    seen = await phone.seen()
    assert (seen["state"], seen["revision"], seen["evaluation"]["outcome"]) == ("submitted", 2, "accept")
    [paper] = await phone.papers()
    assert {name: paper[name] for name in LABEL} == LABEL
    assert [one.revision for one in await phone.world.harness.emitted(ApplicationSubmitted)] == [1, 2]


async def test_a_photograph_larger_than_other_bodies_is_taken_and_one_beyond_the_limit_refused_in_words(
    phone: Phone,
) -> None:
    await returned(phone)
    picture = a_picture()
    assert (await phone.send("paper", picture + bytes(5 * 1024 * 1024), **LABEL)).status_code == 200
    refused = await phone.send("paper", picture + bytes(15 * 1024 * 1024), **LABEL)
    assert (refused.status_code, "15 MB" in refused.text) == (422, True)
    assert len(await phone.papers()) == 1


async def test_what_is_wrong_with_a_paper_is_said_what_was_typed_stays_and_nothing_is_kept(phone: Phone) -> None:
    await returned(phone)
    refused = await phone.send("paper", an_archive(), **LABEL)
    assert (refused.status_code, 'value="02/2020"' in refused.text) == (422, True)
    assert 'role="alert"' in refused.text
    nothing = await phone.send("paper", None, **LABEL, expires_on="mai")
    assert ("Hãy chọn tệp" in nothing.text, "31/12/2020" in nothing.text) == (True, True)
    personal = await phone.send("paper", a_picture(), kind="identity_card")
    assert personal.status_code == 422
    assert await phone.papers() == []
    assert "label" not in (await phone.seen())["paper_kinds"]


async def test_nothing_is_handed_in_without_the_undertaking_and_the_consent(phone: Phone) -> None:
    await returned(phone)
    for given in (dict[str, str](), {"undertaking": "1"}, {"consent": "1"}):
        refused = await phone.send("submit", None, None, **given)
        assert (refused.status_code, "R15" in refused.text) == (422, True)
    assert (await phone.seen())["state"] == "returned"


async def test_after_its_date_a_supplement_is_refused(phone: Phone) -> None:
    await returned(phone)
    assert 'value="submit"' in (await phone.open()).text
    phone.world.harness.clock.set(OPEN + timedelta(days=8))
    assert 'value="submit"' not in (await phone.open()).text
    late = await phone.hand_in()
    assert (late.status_code, "Hạn bổ sung" in late.text) == (409, True)


async def test_the_rest_is_put_right_in_one_draft_however_often_the_button_is_pressed(phone: Phone) -> None:
    await returned(phone)
    first, second = [await phone.send("correct") for _ in range(2)]
    assert first.status_code == 200
    assert "HTX Chè Phìn Hồ 1" in first.text
    assert first.url.path == second.url.path
    assert first.url.path.endswith("/form")


async def test_a_paper_sent_while_a_correction_lies_open_is_not_lost_when_that_is_sent(phone: Phone) -> None:
    await returned(phone)
    place = (await phone.send("correct")).url.path.removesuffix("/form")
    await phone.send("paper", a_picture(), **LABEL)
    token = sign(KEY, "open_draft", place.removeprefix("/registration/editions/"))
    async with phone.world.harness.client() as client:
        fields = {"token": token, "version": "2", "undertaking": "1", "consent": "1"}
        sent = await client.post(f"{place}/review", data=fields, follow_redirects=True)
    assert "Hồ sơ đã nộp" in sent.text
    seen = await phone.seen()
    assert (seen["state"], seen["evaluation"]["outcome"]) == ("submitted", "accept")


async def test_a_refused_vendor_appeals_with_a_paper_and_reads_when_it_is_decided(phone: Phone) -> None:
    await rejected(phone)
    page = words_of(await phone.open())
    assert "Được khiếu nại một lần, trước 09:00 15/07/2020" in page
    done = await phone.send("appeal", a_picture(), statement="Nhãn đã được in lại", **LABEL)
    assert (done.status_code, "Đã nhận khiếu nại" in done.text) == (200, True)
    assert "sẽ quyết định chậm nhất lúc 09:00 15/07/2020" in words_of(done)
    seen = await phone.seen()
    assert (seen["state"], seen["evaluation"]["outcome"]) == ("under_review", "accept")
    appeals = await phone.world.call("GET", f"/editions/{phone.world.edition_id}/appeals", Role.REVIEWER)
    assert [(one["statement"], one["evidence"]) for one in appeals.json()] == [("Nhãn đã được in lại", ["label"])]
    assert 'value="appeal"' not in done.text


async def test_a_nominated_vendor_is_told_of_its_application_and_hands_it_in_by_its_page(phone: Phone) -> None:
    world = phone.world
    drafted = Phone(world, await world.drafted(a_row(7)))
    told = await world.harness.emitted(ContactRecorded)
    mine = [one for one in told if str(one.party_id) == drafted.application["vendor_id"]]
    assert [[str(open_one.application_id) for open_one in one.nominations] for one in mine] == [
        [drafted.application_id]
    ]
    assert (mine[0].nominations[0].agency_code, mine[0].nominations[0].agency_name.vi) == ("hg.snn", "Cơ quan hg.snn")
    page = await drafted.open()
    assert ("Nộp hồ sơ" in page.text, "Nộp lại" in page.text) == (True, False)
    await drafted.send("paper", a_picture(), **LABEL)
    assert "Hồ sơ đã nộp" in words_of(await drafted.hand_in())
    vendor_id = drafted.application["vendor_id"]
    await world.ok("PUT", f"/vendors/{vendor_id}/contact", Role.VENDOR, A_CONTACT, vendor_id=vendor_id)
    assert (await world.harness.emitted(ContactRecorded))[-1].nominations == ()


async def test_what_would_be_refused_is_not_offered(phone: Phone) -> None:
    world = phone.world
    drafted = Phone(world, await world.drafted(a_row(7)))
    await returned(phone)
    assert (await world.act("closing")).is_success
    assert 'value="submit"' not in (await drafted.open()).text
    assert 'value="submit"' in (await phone.open()).text  # a supplement that was asked for
    assert (await drafted.seen())["edition_state"] == "registration_closed"


async def test_a_vendor_that_keeps_its_own_contact_is_told_of_a_nomination_too(phone: Phone) -> None:
    world = phone.world
    first = await world.drafted(a_row(7))
    await world.ok(
        "PUT", f"/vendors/{first['vendor_id']}/contact", Role.VENDOR, A_CONTACT, vendor_id=first["vendor_id"]
    )
    last = (await world.harness.emitted(ContactRecorded))[-1]
    assert (last.email, len(last.nominations)) == (A_CONTACT["email"], 1)


async def test_an_appeal_brings_several_papers_at_once(phone: Phone) -> None:
    await rejected(phone)
    papers: list[tuple[bytes | None, Json]] = [
        (a_picture(), LABEL),
        (None, {}),
        (a_picture(shade=10), {"kind": "traceability"}),
        (a_picture(shade=20), {"kind": "test_report", "number": "9"}),
    ]
    done = await phone.send_papers("appeal", papers, statement="Ba giấy tờ mới")
    assert (done.status_code, "Đã nhận khiếu nại" in done.text) == (200, True)
    assert sorted(paper["kind"] for paper in await phone.papers()) == ["label", "test_report", "traceability"]
    appeals = await phone.world.call("GET", f"/editions/{phone.world.edition_id}/appeals", Role.REVIEWER)
    assert appeals.json()[0]["evidence"] == ["label", "traceability", "test_report"]


async def test_one_spoilt_paper_of_several_is_told_at_its_place_and_none_is_kept(phone: Phone) -> None:
    await rejected(phone)
    papers: list[tuple[bytes | None, Json]] = [
        (a_picture(), LABEL),
        (an_archive(), {"kind": "traceability", "number": "12/TX"}),
    ]
    refused = await phone.send_papers("appeal", papers, statement="Nhãn mới")
    assert refused.status_code == 422
    second = refused.text[refused.text.index("Giấy tờ thứ 2") : refused.text.index("Giấy tờ thứ 3")]
    assert ('role="alert"' in second, 'value="12/TX"' in second) == (True, True)
    assert refused.text.count('role="alert"') == 1
    assert await phone.papers() == []
    assert (await phone.seen())["state"] == "rejected"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi,en;q=0.5", "lớn quá 50 MB"),
        ("ja", "50 MBを超えています"),
        ("lo-LA", "ໃຫຍ່ກວ່າ 50 MB"),
        ("fr", "lớn quá 50 MB"),
    ],
)
async def test_a_body_beyond_the_limit_is_refused_on_a_page_in_the_readers_language(
    phone: Phone, language: str, words: str
) -> None:
    path = f"/registration/applications/{phone.application_id}/status?token={phone.token}"
    headers = {"Accept": "text/html", "Accept-Language": language, "Content-Length": str(51 * 1024 * 1024)}
    async with phone.world.harness.client() as client:
        refused = await client.post(path, content=b"x", headers=headers)
        machine = await client.post(path, content=b"x", headers={**headers, "Accept": "*/*"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert words in refused.text
    assert machine.json()["code"] == "body_too_large"


async def test_there_is_one_appeal_and_none_after_its_days(phone: Phone) -> None:
    await rejected(phone)
    phone.world.harness.clock.set(OPEN + timedelta(days=8))
    assert 'value="appeal"' not in (await phone.open()).text
    late = await phone.send("appeal", statement="Muộn")
    assert (late.status_code, "một lần" in late.text) == (409, True)


async def test_a_changed_token_and_one_of_another_application_open_nothing(phone: Phone) -> None:
    await returned(phone)
    other = Phone(phone.world, await phone.world.drafted(a_row(2)))
    for token in ("", phone.token[:-1] + "~", other.token):
        for answer in (await phone.open(token), await phone.send("paper", a_picture(), token, **LABEL)):
            assert (answer.status_code, "Đường dẫn không hợp lệ" in answer.text) == (403, True)
            assert "Phìn Hồ" not in answer.text
    assert await phone.papers() == []


async def test_a_paper_is_opened_by_the_link_of_its_application_alone_and_the_reading_is_recorded(phone: Phone) -> None:
    await returned(phone)
    await phone.send("paper", a_picture(), **LABEL)
    [paper] = await phone.papers()
    page = f"papers/{paper['evidence_id']}"
    given = await phone.open(page=page)
    assert (given.status_code, given.headers["Content-Type"]) == (200, "image/jpeg")
    other = Phone(phone.world, await phone.world.drafted(a_row(2)))
    assert (await other.open(page=page)).status_code == 404
    read = await phone.world.call("GET", f"/evidence/{paper['evidence_id']}/readings", Role.ORGANISER)
    assert [(one["read_by"], one["role"]) for one in read.json()] == [("link", "vendor")]


async def test_while_the_event_is_suspended_the_page_says_that_dates_stand_still(phone: Phone) -> None:
    await rejected(phone)
    assert "data-still" not in (await phone.open()).text
    answer = await phone.world.act("suspension", {"reason_code": "covid_19", "legal_document": PAPER})
    assert answer.is_success
    phone.world.harness.clock.set(OPEN + timedelta(days=40))
    page = await phone.open()
    assert "data-still" in page.text
    assert "trước 09:00 15/07/2020" in words_of(page)
    assert "Đã nhận khiếu nại" in words_of(await phone.send("appeal", statement="Nhãn đã có"))
