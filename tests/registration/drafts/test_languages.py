"""The producer's pages in five languages, and the form of an exhibitor from abroad."""

import re
from typing import Any

import httpx
import pytest
from tests.registration.conftest import World
from tests.registration.drafts.test_pages import SENT, Form, Phone

from common.contracts.registration import ApplicationSubmitted
from common.languages import LANGUAGES
from common.tokens import Role

LETTERS = {"lo": "\u0e80-\u0eff", "th": "\u0e00-\u0e7f", "ja": "\u3040-\u30ff\u4e00-\u9fff"}
VIETNAMESE = re.compile("[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
FOREIGN: dict[str, Any] = {
    "vendor.country": "LA",
    "vendor.legal_name": "Lao Coffee Sole Co., Ltd",
    "vendor.trade_name": "ກາເຟປາກຊ່ອງ",
    "vendor.vendor_type": "company",
    "contact.display_name": "ນາງ ແກ້ວ",
    "contact.phone": "+8562055512345",
    "contact.email": "kaew@example.la",
    "contact.language": "lo",
    "products[0].name": "ກາເຟຂົ້ວ",
    "products[0].product_group": "beverage",
    "products[0].origin": "ປາກຊ່ອງ",
    "products[0].processed_packaged": "1",
    "documents": [
        "business_registration",
        "food_safety_certificate",
        "product_declaration",
        "label",
        "applied_standard",
        "traceability",
        "vn_sublabel",
        "import_inspection",
        "organiser_invitation",
    ],
    "booths_wanted": "1",
}


class Foreigner(Phone):
    """A phone of an exhibitor from abroad."""

    async def save(self, version: str = "", what: str = "save", **changes: Any) -> httpx.Response:
        typed = {**FOREIGN, **{name.replace("__", "."): value for name, value in changes.items()}}
        sent = {"version": version, "save_key": f"{version}-{what}", "sent": SENT, "do": what}
        return await self.post("form", {**sent, **typed})


async def an_agency(fair: World, code: str, **said: str) -> None:
    entry = {"name_vi": f"Cơ quan {code}", "name_en": f"Body {code}", "valid_from": "2020-01-01", **said}
    await fair.ok("PUT", f"/agencies/{code}", Role.ORGANISER, entry)


def words_of(page: str) -> str:
    """Return what a page says, without its style, script, switch of languages, and what was typed or is a name."""
    bare = re.sub(r"<(style|script|nav|select|footer)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", bare).split())


@pytest.mark.parametrize("language", LETTERS)
@pytest.mark.parametrize("page", ["form", "review", "status"])
async def test_a_page_speaks_the_readers_language_alone(fair: World, page: str, language: str) -> None:
    phone = Foreigner(fair)
    await phone.save(vendor__trade_name="Pakxong Coffee", what="review")
    if page == "status":
        await phone.post("review", {"version": "1", "undertaking": "1", "consent": "1"})
    shown = await phone.open(page, more=f"&lang={language}")
    said = words_of(shown.text)
    assert shown.url.path.endswith(page)
    assert len(re.findall(f"[{LETTERS[language]}]", said)) > 40
    name = (await fair.ok("GET", f"/editions/{fair.edition_id}", Role.ORGANISER))["name"]["vi"]
    assert VIETNAMESE.findall(said.replace(name, "").replace("QĐ-UBND", "")) == []


async def test_the_language_is_the_chosen_one_else_the_applicants_own_else_the_browsers(fair: World) -> None:
    phone = Foreigner(fair)
    path = f"/registration/editions/{phone.place}/form?token={phone.token}"
    thai = {"Accept-Language": "th-TH,th;q=0.9,en;q=0.8"}
    async with fair.harness.client() as client:
        assert 'lang="th"' in (await client.get(path, headers=thai)).text
        assert '<html lang="vi">' in (await client.get(path, headers={"Accept-Language": "fr, de;q=x"})).text
        await phone.save()
        assert '<html lang="lo">' in (await client.get(path, headers=thai)).text
        chosen = await client.get(f"{path}&lang=ja", headers=thai)
        assert '<html lang="ja">' in chosen.text
        assert '<html lang="ja">' in (await client.get(path, headers=thai)).text  # kept by its cookie
    assert all(name in chosen.text for name in LANGUAGES.values())
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert '<html lang="vi">' in (await phone.open(more='&lang=xx"><script>')).text.replace("lo", "vi")


async def test_a_mistake_is_told_in_the_pages_language(fair: World) -> None:
    phone = Foreigner(fair)
    await phone.save(contact__phone="12", contact__email="x")
    page = (await phone.open()).text
    assert "ເບີໂທລະສັບບໍ່ຖືກຕ້ອງ." in page
    assert "ອີເມວບໍ່ຖືກຕ້ອງ." in page
    assert "電話番号が正しくありません。" in (await phone.open(more="&lang=ja")).text
    review = (await phone.open("review", more="&lang=th")).text
    assert "โทรศัพท์</a>: หมายเลขโทรศัพท์ไม่ถูกต้อง" in review


async def test_who_reads_lao_and_has_said_nothing_yet_is_shown_the_form_for_laos(fair: World) -> None:
    form = (await Phone(fair).open(more="&lang=lo")).text
    assert Form(form).fields["vendor.country"] == ["LA"]
    assert 'class="from-abroad"' in form
    assert Form((await Phone(fair).open()).text).fields["vendor.country"] == ["VN"]


async def test_an_exhibitor_from_abroad_names_its_embassy_and_is_taken_in_by_the_rules_of_json(fair: World) -> None:
    await an_agency(fair, "la.embassy", level="embassy", country="LA")
    phone = Foreigner(fair)
    saved = await phone.save(what="review", brought_by="la.embassy")
    assert "Body la.embassy" in saved.text
    assert "ລາວ" in saved.text
    done = await phone.post("review", {"version": "1", "undertaking": "1", "consent": "1"})
    assert "ໃບສະໝັກ: ຍື່ນແລ້ວ" in done.text
    [told] = await fair.harness.emitted(ApplicationSubmitted)
    assert (told.vendor.country, told.vendor.province_code, told.channel) == ("LA", None, "self")
    seen = await fair.ok("GET", f"/applications/{told.application_id}", Role.ORGANISER)
    assert (seen["brought_by"], seen["evaluation"]["outcome"]) == ("la.embassy", "accept")


@pytest.mark.parametrize(
    ("country", "body", "code"),
    [("TH", "la.embassy", "other_country"), ("LA", "hg.snn", "unknown_body"), ("LA", "no.body", "unknown_body")],
)
async def test_a_body_that_is_none_of_the_country_is_refused_on_the_page_and_in_json(
    fair: World, country: str, body: str, code: str
) -> None:
    await an_agency(fair, "la.embassy", level="embassy", country="LA")
    phone = Foreigner(fair)
    await phone.save(brought_by=body, vendor__country=country)
    page = (await phone.open()).text
    assert 'id="e-brought_by"' in page
    refused = await phone.post("review", {"version": "1", "undertaking": "1", "consent": "1"})
    assert refused.status_code == 422
    entry = {**FOREIGN_ENTRY, "vendor": {**FOREIGN_ENTRY["vendor"], "country": country}, "brought_by": body}
    answer = await fair.call("POST", f"/editions/{fair.edition_id}/applications", Role.VENDOR, entry)
    assert [one["code"] for one in answer.json()["errors"] if one["field"] == "brought_by"] == [code]


FOREIGN_ENTRY: dict[str, Any] = {
    "vendor": {"legal_name": "Lao Coffee", "trade_name": "Lao Coffee", "vendor_type": "company", "country": "LA"},
    "contact": {"display_name": "Kaew", "email": "kaew@example.la", "language": "lo", "may_be_told": ["all"]},
    "products": [{"name": "Coffee", "product_group": "beverage"}],
    "documents": [{"kind": "organiser_invitation"}],
    "booths_wanted": 1,
}


async def test_what_only_vietnam_has_goes_when_a_foreign_country_is_chosen(fair: World) -> None:
    phone = Phone(fair)
    await phone.save(vendor__country="JP")
    fields = Form((await phone.open()).text).fields
    assert (fields["vendor.tax_id"], "vendor.province_code" in fields) == ([""], False)
