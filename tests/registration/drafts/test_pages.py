"""The producer's pages: filled without JavaScript, saved half, come back to by link, sent, changed and withdrawn."""

import re
from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.registration.conftest import ASKED, PAPERS, World, make_tax_id

from common.contracts.registration import ApplicationSubmitted, ApplicationWithdrawn
from common.links import sign
from common.tokens import Role

KEY = "a-key-for-tests"
MOST_BYTES = 50 * 1024
TYPED: dict[str, Any] = {
    "vendor.legal_name": "Hợp tác xã Chè Phìn Hồ",
    "vendor.trade_name": "HTX Chè Phìn Hồ",
    "vendor.vendor_type": "cooperative",
    "vendor.tax_id": make_tax_id(1),
    "vendor.province_code": "02",
    "vendor.country": "VN",
    "contact.display_name": "Nguyễn Thị Mẫu",
    "contact.phone": "0912 345 678",
    "contact.email": "mau@example.com",
    "contact.language": "vi",
    "products[0].name": "Chè Shan tuyết",
    "products[0].product_group": "beverage",
    "products[0].origin": "Hoàng Su Phì",
    "products[0].stars": "4",
    "products[0].decision.number": "1010",
    "products[0].decision.notation": "QĐ-UBND",
    "products[0].decision.issued_on": "11/11/2019",
    "products[0].decision.level": "province",
    "products[0].certificate.issued_on": "11/11/2019",
    "products[0].processed_packaged": "1",
    "documents": list(PAPERS),
    "booths_wanted": "1",
}
SENT = ["told", "products", "documents", "wishes.power", "wishes.cooking", "wishes.corner"]


class Form(HTMLParser):
    """What a browser without JavaScript would send of a page's main form."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, value = said.get("name") or "", said.get("value") or ""
        if "disabled" in said:
            self._select = "" if tag == "select" else self._select
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and "selected" in said and self._select:
            self.fields.setdefault(self._select, []).append(value)
        elif tag == "input" and name and (said.get("type") != "checkbox" or "checked" in said):
            self.fields.setdefault(name, []).append(value)


@dataclass
class Phone:
    """A producer's phone with one link."""

    world: World
    draft_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def place(self) -> str:
        return f"{self.world.edition_id}/drafts/{self.draft_id}"

    @property
    def token(self) -> str:
        return sign(KEY, "open_draft", self.place)

    async def open(self, page: str = "form", token: str | None = None, more: str = "") -> httpx.Response:
        async with self.world.harness.client() as client:
            path = f"/registration/editions/{self.place}/{page}"
            return await client.get(f"{path}?token={self.token if token is None else token}{more}")

    async def post(self, page: str, fields: dict[str, Any], *, follow: bool = True, **headers: str) -> httpx.Response:
        async with self.world.harness.client() as client:
            path = f"/registration/editions/{self.place}/{page}"
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.post(path, data={"token": self.token, **fields}, headers=sent, follow_redirects=follow)

    async def save(self, version: str = "", what: str = "save", **changes: Any) -> httpx.Response:
        typed = {**TYPED, **{name.replace("__", "."): value for name, value in changes.items()}}
        return await self.post(
            "form", {"version": version, "save_key": str(uuid4()), "sent": SENT, "do": what, **typed}
        )

    async def sent(self) -> httpx.Response:
        await self.save(what="review")
        return await self.post("review", {"version": "1", "undertaking": "1", "consent": "1"})


@pytest.fixture
def phone(fair: World) -> Phone:
    return Phone(fair)


async def test_whoever_comes_gets_a_form_with_a_link_of_its_own_and_nothing_is_stored(fair: World) -> None:
    async with fair.harness.client() as client:
        path = f"/registration/editions/{fair.edition_id}/self-registration"
        first, second = [await client.get(path) for _ in range(2)]
        assert (first.status_code, first.headers["location"] != second.headers["location"]) == (303, True)
        page = await client.get(first.headers["location"])
    assert page.status_code == 200
    assert "Đăng ký tham gia" in page.text
    assert 'name="version" value=""' in page.text
    assert "[hidden] { display: none !important; }" in page.text  # the button for the Enter key takes no room


async def test_a_producer_fills_in_half_comes_back_and_sends(phone: Phone) -> None:
    saved = await phone.save(contact__email="", vendor__address="Hoàng Su Phì")
    assert saved.status_code == 200
    assert f"token={phone.token}" in saved.text
    again = Form((await phone.open()).text)
    assert again.fields["vendor.address"] == ["Hoàng Su Phì"]
    assert again.fields["products[0].stars"] == ["4"]
    assert set(again.fields["documents"]) == set(PAPERS)
    review = await phone.post("form", {**again.fields, "contact.email": "mau@example.com", "do": "review"})
    assert "Xem lại và gửi" in review.text
    assert "chỗ cần sửa" not in review.text
    done = await phone.post("review", {"version": "2", "undertaking": "1", "consent": "1"})
    assert "Hồ sơ đã nộp" in done.text
    [told] = await phone.world.harness.emitted(ApplicationSubmitted)
    assert (told.channel, told.products[0].stars, told.vendor.province_code) == ("self", 4, "02")
    assert "Hồ sơ đã nộp" in (await phone.post("review", {"version": "2"})).text  # pressed twice


async def test_who_ticks_that_it_cooks_reads_it_again_and_hands_it_in_and_who_takes_it_back_does_not(
    fair: World,
) -> None:
    cook, other = Phone(fair), Phone(fair)
    assert (await cook.save(**{"wishes.cooking": "1"})).status_code == 200
    again = Form((await cook.open()).text).fields
    assert again["wishes.cooking"] == ["1"]
    assert "Nấu nướng, dùng lửa" in (await cook.post("form", {**again, "do": "review"})).text
    await cook.post("review", {"version": "1", "undertaking": "1", "consent": "1"})
    mine = {"contact.email": "khac@example.com", "vendor.tax_id": make_tax_id(2), "vendor.legal_name": "HTX Khác"}
    await other.save(**mine, **{"wishes.cooking": "1"})
    await other.save("1", "review", **mine)
    await other.post("review", {"version": "2", "undertaking": "1", "consent": "1"})
    told = await fair.harness.emitted(ApplicationSubmitted)
    assert [one.wishes.cooking for one in told] == [True, None]


async def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(phone: Phone) -> None:
    saved = await phone.save(vendor__tax_id="123", contact__phone="09")
    page = (await phone.open()).text
    assert saved.status_code == 200
    for name, words in (
        ("vendor.tax_id", "R03: Mã số thuế không hợp lệ."),
        ("contact.phone", "Số điện thoại không hợp lệ."),
    ):
        assert f'id="{name}"' in page
        at = page.index(f'id="e-{name}"')
        assert words in page[at : at + 200]
        assert f'aria-describedby="e-{name}"' in page
    assert Form(page).fields["vendor.tax_id"] == ["123"]


async def test_what_is_missing_is_listed_before_sending_and_refused_after(phone: Phone) -> None:
    review = await phone.save(what="review", **{"contact__email": "", "products[0].name": ""})
    assert "#contact.email" in review.text
    refused = await phone.post("review", {"version": "1"})
    assert refused.status_code == 422
    assert "R15: Chưa xác nhận đồng ý hoặc cam kết." in refused.text
    assert await phone.world.harness.emitted(ApplicationSubmitted) == []
    assert Form((await phone.open()).text).fields["vendor.legal_name"] == ["Hợp tác xã Chè Phìn Hồ"]


async def test_a_draft_that_has_no_product_or_half_of_one_can_be_looked_at_again(phone: Phone) -> None:
    typed = {"version": "", "save_key": "a", "sent": ["told"], "do": "review", "vendor.legal_name": "HTX Chè"}
    review = await phone.post("form", typed)
    assert (review.status_code, "Còn " in review.text) == (200, True)
    half = await phone.post("form", {**typed, "version": "1", "save_key": "b", "sent": SENT, "products[0].name": "Chè"})
    assert (half.status_code, "<dt>Sản phẩm 1</dt><dd>Chè" in half.text) == (200, True)
    assert (await phone.post("review", {"version": "2"})).status_code == 422


async def test_a_date_beyond_all_years_is_told_beside_its_field_and_by_what_is_sent(phone: Phone) -> None:
    saved = await phone.save(what="review", **{"products[0].certificate.issued_on": "9999-12-31"})
    assert saved.status_code == 200
    assert "giấy chứng nhận</a>: Năm phải từ 1900 đến 2200." in saved.text
    page = (await phone.open()).text
    at = page.index('id="e-products[0].certificate.issued_on"')
    assert "Năm phải từ 1900 đến 2200." in page[at : at + 300]
    refused = await phone.post("review", {"version": "1", "undertaking": "1", "consent": "1"})
    assert refused.status_code == 422
    assert await phone.world.harness.emitted(ApplicationSubmitted) == []


async def test_a_form_with_a_control_character_is_refused_with_its_fields_name(phone: Phone) -> None:
    for name in ("vendor.legal_name", "save_key", "version"):
        refused = (
            await phone.save(**{name: "a\x00b"})
            if name == "vendor.legal_name"
            else await phone.post("form", {"version": "", "save_key": "a", "sent": SENT, name: "1\x00"})
        )
        assert refused.status_code == 422
        assert f"<li>{name}: Có ký tự ẩn hoặc ký tự điều khiển U+0000" in refused.text


async def test_the_history_says_values_in_words(phone: Phone) -> None:
    await phone.sent()
    form = Form((await phone.post("status", {"do": "change"})).text).fields
    changed = {
        "vendor.vendor_type": "company",
        "vendor.province_code": "04",
        "products[0].product_group": "food",
        "products[0].decision.issued_on": "12/11/2019",
        "wishes.power": "1",
    }
    await phone.post("form", {**form, **changed, "sent": SENT, "do": "review"})
    version = Form((await phone.open("review")).text).fields["version"]
    done = (await phone.post("review", {"version": version, "undertaking": "1", "consent": "1"})).text
    assert "Hợp tác xã → Công ty, doanh nghiệp" in done
    assert "Hà Giang → Cao Bằng" in done
    assert "Đồ uống → Thực phẩm" in done
    assert "11/11/2019 → 12/11/2019" in done
    assert "Nguồn điện: – → có" in done


async def test_two_tabs_lose_nothing_and_both_versions_are_shown(phone: Phone) -> None:
    await phone.save()
    await phone.save("1", vendor__trade_name="Tên ở máy tính")
    late = await phone.save("1", vendor__trade_name="Tên ở điện thoại")
    assert late.status_code == 412
    form = Form(late.text).fields
    assert (form["vendor.trade_name"], form["version"]) == (["Tên ở điện thoại"], ["2"])
    assert re.search(r"Bản đã lưu.*Tên ở máy tính", late.text)
    kept = await phone.post("form", {**form, "do": "save"})
    assert Form(kept.text).fields["vendor.trade_name"] == ["Tên ở điện thoại"]


async def test_while_it_is_typed_the_page_saves_by_itself(phone: Phone) -> None:
    first = await phone.post("form", {**TYPED, "sent": SENT, "version": "", "save_key": "a"}, X_Autosave="1")
    assert (first.status_code, first.json()["version"]) == (200, 1)
    await phone.save("1", vendor__trade_name="Tên mới")
    late = await phone.post("form", {**TYPED, "sent": SENT, "version": "1", "save_key": "b"}, X_Autosave="1")
    assert (late.status_code, late.json()["code"]) == (412, "draft_changed")
    assert Form((await phone.open()).text).fields["vendor.trade_name"] == ["Tên mới"]


async def test_while_it_is_typed_products_keep_their_places(phone: Phone) -> None:
    two = {**TYPED, "products[1].name": "Mật ong", "sent": SENT, "save_key": "a"}
    first = await phone.post("form", {**two, "version": "", "remove": "0", "products[2].name": ""}, X_Autosave="1")
    assert Form((await phone.open()).text).fields["products[0].name"] == ["Chè Shan tuyết"]  # removed by a button only
    emptied = {name: value for name, value in two.items() if name != "products[0].processed_packaged"}
    emptied |= {name: "" for name in emptied if name.startswith("products[0]")}
    await phone.post("form", {**emptied, "version": first.json()["version"], "save_key": "b"}, X_Autosave="1")
    form = Form((await phone.open()).text).fields
    assert (form["products[0].name"], form["products[1].name"]) == ([""], ["Mật ong"])
    assert "products[2].name" not in form


async def test_products_are_added_and_removed_by_buttons(phone: Phone) -> None:
    more = await phone.save(what="add")
    assert 'id="products[1].name"' in more.text
    form = Form(more.text).fields
    two = await phone.post("form", {**form, "products[1].name": "Mật ong", "do": "save"})
    assert Form(two.text).fields["products[1].name"] == ["Mật ong"]
    one = await phone.post("form", {**Form(two.text).fields, "remove": "0", "do": "save"})
    assert Form(one.text).fields["products[0].name"] == ["Mật ong"]
    assert "products[1].name" not in Form(one.text).fields


async def test_a_returned_application_is_supplemented_by_the_same_link(phone: Phone) -> None:
    await phone.save(what="review", documents=[kind for kind in PAPERS if kind != "label"])
    assert (await phone.post("review", {"version": "1", "undertaking": "1", "consent": "1"})).status_code == 200
    [told] = await phone.world.harness.emitted(ApplicationSubmitted)
    assert (await phone.world.decide({"application_id": told.application_id}, "return")).is_success
    status = (await phone.open("status")).text
    assert "Bổ sung hồ sơ" in status
    assert "Hãy bổ sung trước" in status
    form = Form((await phone.post("status", {"do": "change"})).text).fields
    assert "label" not in form["documents"]
    await phone.post("form", {**form, "documents": list(PAPERS), "do": "review"})
    version = Form((await phone.open("review")).text).fields["version"]
    done = await phone.post("review", {"version": version, "undertaking": "1", "consent": "1"})
    assert "Hồ sơ đã nộp" in done.text
    assert "Giấy tờ Nhãn hàng hóa: không có → có" in done.text
    assert [one.revision for one in await phone.world.harness.emitted(ApplicationSubmitted)] == [1, 2]


async def test_a_withdrawal_by_the_page_asks_for_a_reason(phone: Phone) -> None:
    await phone.sent()
    refused = await phone.post("status", {"do": "withdraw", "reason_code": ""})
    assert (refused.status_code, "Hãy chọn một lý do" in refused.text) == (422, True)
    done = await phone.post("status", {"do": "withdraw", "reason_code": "dates_do_not_suit"})
    assert "Hồ sơ đã rút" in done.text
    assert "Trạng thái: đã nộp → đã rút (chủ thể) – Lý do: Không phù hợp thời gian tổ chức" in done.text
    [told] = await phone.world.harness.emitted(ApplicationWithdrawn)
    assert (told.by, told.reason_code) == ("vendor", "dates_do_not_suit")
    assert "Sửa hồ sơ" not in done.text


async def test_who_is_withdrawn_by_the_organiser_reads_by_which_paper(phone: Phone) -> None:
    await phone.sent()
    [told] = await phone.world.harness.emitted(ApplicationSubmitted)
    body = {"reason_code": "asked_by_vendor", "request": ASKED}
    application = {"application_id": told.application_id}
    assert (await phone.world.tell(application, "withdrawal", Role.ORGANISER, body)).is_success
    page = (await phone.open("status")).text
    assert (
        "(Ban Tổ chức) – Lý do: Theo đề nghị của chủ thể – theo văn bản Đơn xin rút số 03/HTX ngày 06/07/2020" in page
    )
    other = (await phone.open("status", more="&lang=en")).text
    assert (
        "(the organiser) – Reason: The vendor asked for it – by the paper Đơn xin rút số 03/HTX of 06/07/2020" in other
    )


@pytest.mark.parametrize("page", ["form", "review", "status"])
async def test_a_link_opens_its_own_draft_alone(phone: Phone, page: str) -> None:
    await phone.save()
    stranger = Phone(phone.world)
    assert (await phone.open(page, token=stranger.token)).status_code == 403
    assert (await phone.open(page, token="")).status_code == 403
    answer = await phone.post(page, {"token": stranger.token, "version": "1", "do": "save"})
    assert answer.status_code == 403


@pytest.mark.parametrize("page", ["form", "review", "status"])
async def test_a_link_spoilt_on_its_way_shows_a_page_in_words(phone: Phone, page: str) -> None:
    phone.draft_id = f"{phone.draft_id[:-1]}="
    shown = await phone.open(page)
    assert (shown.status_code, shown.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "Đường dẫn không hợp lệ" in shown.text
    assert "Đường dẫn không hợp lệ" in shown.text


@pytest.mark.parametrize("page", ["form", "review", "status"])
async def test_pages_are_light_and_run_only_their_own_script(phone: Phone, page: str) -> None:
    await phone.save(what="review")
    if page == "status":
        await phone.sent()
    shown = await phone.open(page)
    assert shown.status_code in (200, 303)
    assert len(shown.content) < MOST_BYTES
    policy = shown.headers["content-security-policy"]
    for script in re.findall(r"<script>(.*?)</script>", shown.text, re.DOTALL):
        assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in policy
    assert "unsafe-inline" not in policy.partition("script-src")[2]
    assert not re.search(r"\son\w+=", shown.text)
