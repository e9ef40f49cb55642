"""Notices in Lao, Thai and Japanese: every purpose, every reason, every placeholder, in letters of the language."""

import re
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest
from tests.notifications.messages.examples import EDITION, LINK, PLACES, PURPOSES, a_message, bare

from common.contracts.base import LocalText, Reason
from notifications.contacts.domain import order_of_languages
from notifications.editions.domain import Words
from notifications.languages.packs import TRANSLATED, common_words, wording_of
from notifications.messages.documents import render
from notifications.messages.domain import LapsedProduct
from notifications.messages.forms import Forms
from notifications.messages.packs import reason_translations, translations_of
from notifications.notices.packs import read_pack
from notifications.wording.documents import say_date, say_instant
from registration.editions.reasons import EditionReason
from registration.vetting.filed_papers import AGAINST

UNTIL = datetime(2020, 9, 8, 10, tzinfo=UTC)
LETTERS = {"lo": "\u0e80-\u0eff", "th": "\u0e00-\u0e7f", "ja": "\u3040-\u30ff\u4e00-\u9fff"}
WORDINGS = [
    *PURPOSES,
    "booth_offered_again",
    "application_waitlisted_lost",
    "application_accepted_lapsed",
    "application_accepted_nothing_left",
    "application_accepted_papers",
    "application_accepted_renewed",
]
ELIGIBILITY = Path(__file__).parents[3] / "services/registration/src/registration/packs/eligibility_2020.toml"
NEEDED = {
    "application_returned": {"reply_by", "vendor"},
    "application_rejected": {"appeal_days", "vendor"},
    "application_submitted": {"closes_at", "vendor"},
    "application_accepted_nothing_left": {"reply_by", "vendor"},
    "application_accepted_papers": {"reply_by", "vendor"},
    "application_waitlisted": {"position", "vendor"},
    "application_waitlisted_lost": {"old_booths", "position", "vendor"},
    "booth_offered": {"booths", "reply_by", "vendor"},
    "booth_offered_again": {"booths", "reply_by", "vendor"},
    "offer_reminder": {"booths", "reply_by", "vendor"},
    "booth_moved": {"booths", "old_booths", "vendor"},
    "booth_offer_expired": {"booths", "vendor"},
    "booth_confirmed": {"booths", "vendor"},
    "booth_declined": {"booths", "vendor"},
    "booth_released": {"booths", "vendor"},
    "edition_suspended": set(),
    "edition_rescheduled": {"new_dates"},
    "edition_cancelled": set(),
    "nomination_invited": {"reply_by"},
    "nomination_reminder": {"reply_by"},
    "draft_saved": {"closes_at"},
    "application_nominated": {"agency", "closes_at"},
}
PARTS = {
    "application_accepted": {"products", "granted", "merits", "open_application"},
    "application_accepted_lapsed": {"lapsed", "products", "papers", "open_application"},
    "application_accepted_nothing_left": {"lapsed", "papers", "open_application"},
    "application_accepted_papers": {"papers", "open_application"},
    "application_accepted_renewed": {"renewed", "products", "papers", "open_application"},
    "certificate_expiring": {"lapsed"},
    "application_submitted": {"products"},
    "application_returned": {"reasons", "open_application"},
    "application_rejected": {"reasons", "open_application"},
    "application_revoked": {"reasons"},
    "application_withdrawn": {"reason"},
    "application_waitlisted": {"reasons", "changes", "draw_number", "open_reasons", "open_application"},
    "application_waitlisted_lost": {"reasons", "open_reasons", "open_application"},
    "application_closed_unplaced": {"reason"},
    "booth_offered": {"booths", "answer", "reasons", "kit", "support", "terms", "plan", "open_reasons"},
    "booth_offered_again": {"booths", "answer", "kit", "support", "terms", "plan"},
    "offer_reminder": {"booths", "answer"},
    "booth_confirmed": {"booths", "move_in", "plan"},
    "booth_moved": {"booths", "reason", "plan"},
    "booth_released": {"reason"},
    "edition_suspended": {"reason"},
    "edition_rescheduled": {"dates", "reason"},
    "edition_cancelled": {"reason"},
    "draft_saved": {"open_draft"},
    "application_nominated": {"open_application"},
    "nomination_invited": {"places", "open_letter"},
    "nomination_reminder": {"places", "open_letter"},
}


def names_in(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("purpose", WORDINGS)
def test_every_purpose_is_worded_with_all_its_facts(purpose: str, language: str):
    wording = wording_of(language, purpose)
    said = " ".join([wording.subject, *(line for line in wording.body if not line.startswith("@"))])
    assert names_in(said) == NEEDED.get(purpose, {"vendor"})
    assert {line[1:] for line in wording.body if line.startswith("@")} == PARTS.get(purpose, set())
    for line in (wording.subject, *wording.body):
        assert line.startswith("@") or re.search(f"[{LETTERS[language]}]", line)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_purpose_is_worded_that_nobody_tells(language: str):
    assert set(read_pack(f"notices_{language}")["purposes"]) == set(WORDINGS)
    assert common_words(language).keys() == common_words("th").keys()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_reason_has_a_text_in_the_languages_own_letters(language: str):
    body = tomllib.loads(ELIGIBILITY.read_text(encoding="utf-8"))["body"]
    for code in [*(one["name"] for one in body["codes"]), *body["texts"]]:
        assert re.search(f"[{LETTERS[language]}]", reason_translations(code)[language]), code
    for code, texts in read_pack("reason_codes")["texts"].items():
        assert re.search(f"[{LETTERS[language]}]", texts[language]), code
    for version in read_pack("booth_terms")["versions"]:
        for texts in [*version["kit"], *version["terms"]]:
            assert re.search(f"[{LETTERS[language]}]", texts[language])


def test_every_reason_of_an_edition_but_the_one_its_paper_tells_has_a_text():
    texts = read_pack("reason_codes")["texts"]
    assert {reason for reason in EditionReason if reason not in texts} == {EditionReason.OTHER}


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_reader_gets_its_own_language_first_and_english_and_vietnamese_behind(purpose: str, language: str):
    assert order_of_languages(language) == (language, "en", "vi")
    for message in (a_message(purpose), bare(purpose)):
        mail = render(replace(message, languages=(language, "en", "vi")), PLACES)
        assert re.search(f"[{LETTERS[language]}]", mail.subject)
        assert mail.text.startswith(common_words(language)["greeting"].format(recipient="Nguyễn Thị Đào"))
        assert "Dear Nguyễn Thị Đào" in mail.text
        assert "Kính gửi: Nguyễn Thị Đào" in mail.text
        assert "{" not in mail.text
        assert "@" not in mail.text.replace("ocop@example.org", "")


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_paper_that_lapses_is_not_told_as_missing(language: str):
    text = LocalText(vi="Giấy chứng nhận … hết hiệu lực ngày 30/06/2022", en="… lapses on 30/06/2022")
    missing = Reason(code="food_safety_missing", text=text)
    lapsing = Reason(code="food_safety_missing", text=text, data={"lapsing": "food_safety_certificate"})
    assert translations_of(missing) == reason_translations("food_safety_missing")
    assert translations_of(lapsing)[language] == reason_translations("certificate_expired")[language]


@pytest.mark.parametrize("language", TRANSLATED)
@pytest.mark.parametrize("finding", [*sorted(AGAINST), "unseen"])
def test_a_paper_found_wrong_or_not_seen_is_told_as_that(finding: str, language: str):
    data = {"unseen": "label"} if finding == "unseen" else {"refuted": "label", "finding": finding}
    reason = Reason(code="label_missing", text=LocalText(vi="Nhãn hàng hóa: …", en="Label: …"), data={**data})
    told = translations_of(reason)[language]
    assert told != reason_translations("label_missing")[language]
    assert re.search(f"[{LETTERS[language]}]", told)


def test_a_reason_is_told_in_the_readers_language_and_in_english_where_it_is_not_translated():
    reasons = (
        Words("Thiếu nhãn phụ", "No sub-label", **reason_translations("foreign_papers_missing")),
        Words("Khác", "Other"),
    )
    mail = render(a_message("application_returned", languages=("th", "en", "vi"), reasons=reasons), PLACES)
    own, _, rest = mail.text.partition("----")
    assert "ขาดฉลากเสริมภาษาเวียดนามหรือเอกสารนำเข้า" in own
    assert "Other" in own
    assert "Thiếu nhãn phụ" in rest


def test_dates_are_written_as_the_language_writes_them():
    assert say_date(EDITION.first_on, "ja") == "2020年8月20日"
    assert say_date(EDITION.first_on, "th") == "20 สิงหาคม 2020"
    assert say_date(EDITION.first_on, "lo") == "20 ສິງຫາ 2020"
    assert say_instant(EDITION.closes_at, "ja") == "2020年7月24日 17:00(ベトナム時間)"


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_lapse_is_told_in_words_of_its_own_with_the_last_day(language: str):
    lapsed = (LapsedProduct("Trà xanh <Phìn Hồ>", date(2020, 8, 31)),)
    mail = render(a_message("application_accepted", languages=(language, "en", "vi"), lapsed=lapsed), PLACES)
    assert mail.subject == wording_of(language, "application_accepted_lapsed").subject
    assert say_date(date(2020, 8, 31), language) in mail.text


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_new_certificate_is_told_in_words_of_its_own_with_the_last_day(language: str):
    renewed = (LapsedProduct("Trà xanh <Phìn Hồ>", date(2023, 6, 30)),)
    mail = render(a_message("application_accepted", languages=(language, "en", "vi"), renewed=renewed), PLACES)
    assert mail.subject == wording_of(language, "application_accepted_renewed").subject
    assert say_date(date(2023, 6, 30), language) in mail.text


@pytest.mark.parametrize("language", TRANSLATED)
def test_an_acceptance_with_nothing_eligible_left_says_until_when_a_new_certificate_is_waited_for(language: str):
    changes = {"lapsed": (LapsedProduct("Trà xanh <Phìn Hồ>", date(2020, 8, 31)),), "products": ()}
    mail = render(
        a_message("application_accepted", languages=(language, "en", "vi"), reply_by_at=UNTIL, **changes), PLACES
    )
    assert mail.subject == wording_of(language, "application_accepted_nothing_left").subject
    assert say_instant(UNTIL, language) in mail.text


def test_the_button_leads_to_the_answer():
    mail = render(a_message("booth_offered", languages=("lo", "en", "vi")), PLACES)
    assert mail.text.count(LINK) == 3


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_reader_without_a_name_is_greeted_politely_in_its_own_language(language: str):
    message = replace(a_message("booth_offered"), recipient_name="", languages=(language, "en", "vi"))
    for mail in (render(message, PLACES), Forms(PLACES).render(message)):
        words = common_words(language)
        assert mail.text.startswith(words["greeting"].format(recipient=words["recipient_unnamed"]))
        assert "Kính gửi: Quý đơn vị" in mail.text
        assert "Dear Sir or Madam" in mail.text
